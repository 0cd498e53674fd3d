package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Who deposited or applied does not decide on the certificate, not even after
// leaving the enterprise: through the ante chain and by direct delivery.
func TestFormerMembersDoNotDecide(t *testing.T) {
	for _, x := range []struct {
		name              string
		deposits, applies bool
		want              error
	}{
		{"depositor", true, false, consortiumtypes.ErrNotPermitted},
		{"applicant", false, true, consortiumtypes.ErrNotPermitted},
		{"neither", false, false, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := testutil.NewWorld(t, testutil.Options{})
			former, id := w.User("former member")
			w.Join(w.Enterprise, w.Admin, former, id, enterprisetypes.AllRights()...)
			w.Officer("center", "former member", 0, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
			by := func(himself bool) testutil.Signer {
				if himself {
					return former
				}
				return w.Employee
			}
			seq := w.Submit(by(x.deposits), w.Enterprise, testutil.Commitment("a"))
			var cert evidencetypes.MsgApplyCertificateResponse
			w.Must(by(x.applies), applyCertificate(by(x.applies), seq), &cert)
			m := review(former, cert.CertSeq, evidencetypes.REVIEW_STAGE_INITIAL)
			require.ErrorIs(t, w.Direct(m), consortiumtypes.ErrNotPermitted, "while a member")
			w.Must(w.Admin, remove(w.Admin, w.Enterprise, id), nil)

			require.ErrorIs(t, w.Direct(m), x.want)
			got := w.Check(w.Sign(former, m))
			if x.want == nil {
				require.Zero(t, got.Code, got.Log)
				return
			}
			requireRefused(t, got.Codespace, got.Code, got.Log, x.want, "expected an officer other than the "+x.name)
		})
	}
}
