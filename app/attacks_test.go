package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// rival is another certified and qualified enterprise with its administrator.
func rival(w *testutil.World) (testutil.Signer, uint64) {
	admin, _ := w.User("administrator of the rival")
	e := w.NewEnterprise(admin, "杭州抄袭数据有限公司", testutil.USCCs[1])
	w.Qualify(e, admin, 1)
	return admin, e
}

func content(w *testutil.World, enterprise uint64, name string, rows ...string) testutil.Content {
	id, err := w.App.LogKeeper.Identity(w.Ctx())
	require.NoError(w.T, err)
	c, err := testutil.NewContent(format.Hash(id.LogId), enterprise, name, rows...)
	require.NoError(w.T, err)
	return c
}

// requireResult requires success, or the very error.
func requireResult(t *testing.T, r *abci.ExecTxResult, want error) {
	t.Helper()
	if want == nil {
		require.Zero(t, r.Code, r.Log)
		return
	}
	requireRefused(t, r.Codespace, r.Code, r.Log, want, "")
}

// A1: a copier sees a commitment in the mempool and deposits it first, in the same
// block. Both have a record; but the commitment holds the owner's enterprise, so
// that only the owner's opens, even with the owner's own revelation in hand.
func TestA1CopiedCommitment(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	copier, enterprise := rival(w)
	owned := content(w, w.Enterprise, "design", "the owner's file")

	block := w.Propose(
		w.Sign(copier, testutil.Deposit(copier, enterprise, owned.Commitment[:])),
		w.Sign(w.Employee, testutil.Deposit(w.Employee, w.Enterprise, owned.Commitment[:])),
	)
	require.Len(t, block, 2)
	results := w.Block(block...)
	var copied, original evidencetypes.MsgSubmitRecordResponse
	w.Response(results[0], &copied)
	w.Response(results[1], &original)
	require.Less(t, copied.Seq, original.Seq, "the copier was first")

	// The owner's opening is in the mempool; the copier goes first again.
	results = w.Block(
		w.Sign(copier, open(copier, copied.Seq, owned)),
		w.SignAhead(copier, 1, open(copier, original.Seq, owned)),
		w.Sign(w.Employee, open(w.Employee, original.Seq, owned)),
	)
	requireResult(t, results[0], evidencetypes.ErrCommitmentMismatch)
	requireResult(t, results[1], consortiumtypes.ErrNotPermitted)
	requireResult(t, results[2], nil)

	// Nor does a certificate open the copy.
	var applied evidencetypes.MsgApplyCertificateResponse
	w.Must(copier, applyCertificate(copier, copied.Seq), &applied)
	w.Must(w.Reviewer1, review(w.Reviewer1, applied.CertSeq, evidencetypes.REVIEW_STAGE_INITIAL), nil)
	w.Must(w.Reviewer2, review(w.Reviewer2, applied.CertSeq, evidencetypes.REVIEW_STAGE_FINAL), nil)
	requireResult(t, w.Deliver(w.Certifier, issue(w.Certifier, applied.CertSeq, owned)), evidencetypes.ErrCommitmentMismatch)
	requireResult(t, w.Deliver(copier, open(copier, copied.Seq, content(w, enterprise, "design", "the owner's file"))), evidencetypes.ErrCommitmentMismatch)
	_, err := w.App.LogKeeper.EvidenceStatus(w.Ctx(), copied.Seq)
	require.ErrorIs(t, err, logtypes.ErrNotFound, "nothing was ever said of the copy")
}

// A14: codes and names that look like those of another enterprise.
func TestA14LookAlikes(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	user, _ := w.User("impostor")
	apply := func(name, code string) *abci.ExecTxResult {
		m := application(user, 0)
		m.Name, m.Uscc = name, code
		return w.Deliver(user, m)
	}
	const taken = "浙江示例数据科技有限公司" // of the world's enterprise
	code := uscc(5)
	for name, want := range map[string]error{
		taken:           enterprisetypes.ErrTaken,
		"浙江示例数据科技有限公司 ": enterprisetypes.ErrInvalidName, // a space behind
		"浙江示例数据科技有限公司\u200b": enterprisetypes.ErrInvalidName, // zero width
		"浙江示例\u3000数据科技有限公司": enterprisetypes.ErrInvalidName, // ideographic space
		"浙江示例数据科技有限公司\ufe00": enterprisetypes.ErrInvalidName, // variation selector
		"\u202e浙江示例数据科技有限公司": enterprisetypes.ErrInvalidName, // right to left
		"浙江示例\uf969科技有限公司":   enterprisetypes.ErrInvalidName, // compatibility ideograph of 数
		"浙江示例⼤数据有限公司":        enterprisetypes.ErrInvalidName, // a radical
		"ＡＢＣ数据有限公司":          enterprisetypes.ErrInvalidName, // full-width letters
		"АВС数据有限公司":          enterprisetypes.ErrInvalidName, // Cyrillic
		"数据\x00有限公司":         enterprisetypes.ErrInvalidName,
		"数据\xff有限公司":         app.ErrTx, // no UTF-8: not even decoded
	} {
		requireResult(t, apply(name, code), want)
	}
	for wrong, says := range map[string]string{
		"91330000000000100P":  "expected", // check character
		"91330000000001000R":  "expected", // two digits exchanged
		"9133000000000O100R":  "expected", // letter O
		"91330000000000100r":  "expected", // small letter
		"91330000000000100":   "expected",
		"91330000000000100RR": "expected",
		" 9133000000000100R":  "expected",
	} {
		r := apply("某某数据有限公司", wrong)
		requireResult(t, r, enterprisetypes.ErrInvalidUSCC)
		require.Contains(t, r.Log, says)
	}
	requireResult(t, apply("某某数据有限公司", testutil.USCCs[0]), enterprisetypes.ErrTaken)
}

// A14: names are compared folded, and of several applicants for one code only one
// is certified: an early application holds nothing.
func TestA14SeveralApplicants(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	impostor, _ := w.User("impostor")
	owner, _ := w.User("owner")
	apply := func(s testutil.Signer, name string) uint64 {
		m := application(s, 5)
		m.Name = name
		var r enterprisetypes.MsgApplyEnterpriseResponse
		w.Must(s, m, &r)
		return r.EnterpriseId
	}
	first, second := apply(impostor, "宁波ABC（数据）有限公司"), apply(owner, "宁波abc(数据)有限公司")
	decide := func(id uint64) *abci.ExecTxResult {
		return w.Deliver(w.Registrar, &enterprisetypes.MsgReviewEnterprise{Officer: w.Registrar.Address(), EnterpriseId: id, Approve: true})
	}
	requireResult(t, decide(second), nil)
	requireResult(t, decide(first), enterprisetypes.ErrTaken)
	otherCode := application(w.Outsider, 6)
	otherCode.Name = "宁波Abc（数据)有限公司"
	requireResult(t, w.Deliver(w.Outsider, otherCode), enterprisetypes.ErrTaken)
}

// A14: nobody takes the administrator's place, and who was removed has no right
// from the next message on, in the same block.
func TestA14FormerEmployees(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	manager, managerID := w.User("manager")
	w.Join(w.Enterprise, w.Admin, manager, managerID, enterprisetypes.RIGHT_MANAGE)
	requireResult(t, w.Deliver(manager, remove(manager, w.Enterprise, w.AdminID)), consortiumtypes.ErrNotPermitted)
	requireResult(t, w.Deliver(manager, setRights(manager, w.Enterprise, managerID, enterprisetypes.RIGHT_DEPOSIT)), consortiumtypes.ErrNotPermitted)

	deposit := w.Sign(w.Employee, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("last day")))
	require.Zero(t, w.Check(deposit).Code)
	w.Block()
	results := w.Block(w.Sign(manager, remove(manager, w.Enterprise, w.EmployeeID)), deposit)
	requireResult(t, results[0], nil)
	requireResult(t, results[1], consortiumtypes.ErrNotPermitted)
	require.False(t, w.Accepts(deposit))
}
