package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Only a message whose case is missing is refused as one of another module.
func TestCheckHasACaseForEveryMessage(t *testing.T) {
	f := newFixture(t)
	registry := codectypes.NewInterfaceRegistry()
	sdk.RegisterInterfaces(registry)
	types.RegisterInterfaces(registry)
	urls := registry.ListImplementations(sdk.MsgInterfaceProtoName)
	require.Len(t, urls, 13)
	for _, url := range urls {
		m, err := registry.Resolve(url)
		require.NoError(t, err)
		require.NotErrorIs(t, f.k.Check(f.ctx, m), consortiumtypes.ErrNotPermitted, url)
	}
	require.ErrorIs(t, f.k.Check(f.ctx, &consortiumtypes.MsgDismissOfficer{}), consortiumtypes.ErrNotPermitted)
}

// Fields that no handler takes are refused before execution, with the handler's
// error: above all text that would stand in a block for ever.
func TestCheckRefusesWrongFieldsBeforeExecution(t *testing.T) {
	w := newWorld(t)
	text := strings.Repeat("free text ", 100)
	badForm := applyQualification("administrator", w.enterprise, 1)
	badForm.FormCommitment = []byte(text)
	key := enrol("registrar", "new")
	key.AgreementVersion = 0
	cases := map[string]struct {
		message sdk.Msg
		want    error
	}{
		"enrolment":     {key, types.ErrInvalid},
		"name":          {applyFor("user", text, uscc(600)), types.ErrInvalidName},
		"code":          {applyFor("user", "南通新", text), types.ErrInvalidUSCC},
		"dossier":       {&types.MsgApplyEnterprise{Applicant: "user", Name: "南通新", Uscc: uscc(600), DossierCommitment: []byte(text)}, consortiumtypes.ErrInvalidField},
		"reason":        {&types.MsgReviewEnterprise{Officer: "registrar", EnterpriseId: w.application}, consortiumtypes.ErrInvalidField},
		"suspension":    {&types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: w.enterprise}, consortiumtypes.ErrInvalidField},
		"quota":         {&types.MsgSetQuota{Officer: "registrar", EnterpriseId: w.enterprise, Quota: types.MaxQuota + 1}, types.ErrInvalidQuota},
		"form":          {&types.MsgApplyMembership{Applicant: "user", EnterpriseId: w.enterprise, FormCommitment: []byte(text)}, consortiumtypes.ErrInvalidField},
		"no rights":     {admit("administrator", w.enterprise, w.candidate), types.ErrInvalidRights},
		"rights":        {rights("administrator", w.enterprise, w.target, 99), types.ErrInvalidRights},
		"categories":    {applyQualification("administrator", w.enterprise, 77), types.ErrInvalidCategories},
		"stamped form":  {badForm, consortiumtypes.ErrInvalidField},
		"qualification": {&types.MsgReviewQualification{Officer: "reviewer", QualificationId: w.pendingQualification}, consortiumtypes.ErrInvalidField},
		"parameters":    {&types.MsgUpdateParams{Authority: "consortium"}, types.ErrInvalidParams},
		"revocation":    {&types.MsgRevokeQualification{Officer: "reviewer", QualificationId: w.usedQualification, Reason: logtypes.Reason(99)}, consortiumtypes.ErrInvalidField},
	}
	before := stored(t, w.fixture)
	for name, tc := range cases {
		require.NoError(t, w.k.Authorise(w.ctx, tc.message), name)
		err := w.k.Check(w.ctx, tc.message)
		require.ErrorIs(t, err, tc.want, name)
		require.EqualError(t, w.send(tc.message), err.Error(), name)
	}
	short := enrol("registrar", "a short key")
	require.ErrorIs(t, w.k.Check(w.ctx, short), consortiumtypes.ErrInvalidKey)
	require.Equal(t, before, stored(t, w.fixture), "Check writes nothing")
}
