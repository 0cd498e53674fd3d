package app_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// requireKeptOut: what a handler would refuse never stands in a block.
func requireKeptOut(t *testing.T, w *testutil.World, raw []byte, says string) {
	t.Helper()
	got := w.Check(raw)
	require.NotZero(t, got.Code, "CheckTx")
	require.Contains(t, got.Log, says)
	require.False(t, w.Accepts(raw), "a proposal with it")
	require.Empty(t, w.Propose(raw), "the own proposal")
}

// Fields that no handler accepts could carry anything, for ever, at no cost.
func TestNoFreeTextStandsInABlock(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	text := strings.Repeat("张三 13800138000 ", 1000)
	deposit := testutil.Deposit(w.Employee, w.Enterprise, []byte(text))
	unqualified := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	unqualified.Category = 2
	for name, c := range map[string]struct {
		signer testutil.Signer
		msg    sdk.Msg
		says   string
	}{
		"name of an enterprise": {w.Outsider, &enterprisetypes.MsgApplyEnterprise{
			Applicant: w.Outsider.Address(), Name: text, Uscc: testutil.USCCs[1], DossierCommitment: testutil.Commitment("d"),
		}, "name"},
		"code of an enterprise": {w.Outsider, &enterprisetypes.MsgApplyEnterprise{
			Applicant: w.Outsider.Address(), Name: "宁波示例有限公司", Uscc: text, DossierCommitment: testutil.Commitment("d"),
		}, "18 characters"},
		"form": {w.Outsider, &enterprisetypes.MsgApplyMembership{
			Applicant: w.Outsider.Address(), EnterpriseId: w.Enterprise, FormCommitment: []byte(text),
		}, "form_commitment: expected 32 bytes"},
		"commitment":  {w.Employee, deposit, "commitment: expected 32 bytes"},
		"unqualified": {w.Employee, unqualified, "biomedicine"},
	} {
		t.Run(name, func(t *testing.T) { requireKeptOut(t, w, w.Sign(c.signer, c.msg), c.says) })
	}
}

// An issue that will be refused must not publish what the applicant withheld.
func TestARefusedIssueRevealsNothing(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	id, err := w.App.LogKeeper.Identity(w.Ctx())
	require.NoError(t, err)
	content, err := testutil.NewContent(format.Hash(id.LogId), w.Enterprise, "n", "the file")
	require.NoError(t, err)
	seq := w.Submit(w.Employee, w.Enterprise, content.Commitment[:])
	application := applyCertificate(w.Employee, seq)
	application.DeclineItem = true
	var r evidencetypes.MsgApplyCertificateResponse
	w.Must(w.Employee, application, &r)
	x := issue(w.Certifier, r.CertSeq, content)
	requireKeptOut(t, w, w.Sign(w.Certifier, x), "CERTIFICATE_STATE_FINALLY_REVIEWED")

	w.Must(w.Reviewer1, review(w.Reviewer1, r.CertSeq, evidencetypes.REVIEW_STAGE_INITIAL), nil)
	w.Must(w.Reviewer2, review(w.Reviewer2, r.CertSeq, evidencetypes.REVIEW_STAGE_FINAL), nil)
	require.NotNil(t, x.Item)
	requireKeptOut(t, w, w.Sign(w.Certifier, x), "declined")
	x.Item = nil
	w.Must(w.Certifier, x, nil)
}

// A decision that set the block's limits wrong must not stop the chain: it has to
// make the decision that repairs them.
func TestWrongBlockLimitsDoNotStopTheChain(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for _, change := range []func(*cmtproto.BlockParams){
		func(b *cmtproto.BlockParams) { b.MaxGas = -1 },
		func(b *cmtproto.BlockParams) { b.MaxGas = 1 },
		func(b *cmtproto.BlockParams) { b.MaxGas = math.MaxInt64 },
		func(b *cmtproto.BlockParams) { b.MaxBytes = app.HeaderReserve },
		func(b *cmtproto.BlockParams) { b.MaxBytes = 1 },
		func(b *cmtproto.BlockParams) { b.MaxBytes = -1 },
	} {
		p := app.ConsensusParams().ToProto()
		change(p.Block)
		ctx := sdk.NewContext(w.App.CommitMultiStore(), cmtproto.Header{}, false, w.App.Logger())
		require.NoError(t, w.App.ConsensusKeeper.ParamsStore.Set(ctx, p))
		w.Block()
		raw := depositWith(w, w.Employee, 0, app.MaxTxGas)
		require.Len(t, w.Propose(raw), 1)
		require.True(t, w.Accepts(raw))
	}
}

// The bytes of a transaction are evidence: fields in another order are refused.
func TestATransactionInAnotherOrderIsRefused(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	m := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("x"))
	value, err := m.Marshal()
	require.NoError(t, err)
	first := 2 + int(value[1]) // the address, field 1, goes to the end
	raw := forge(w.Chain, w.Employee, func(d *draft) {
		d.body.Messages = []*codectypes.Any{{
			TypeUrl: sdk.MsgTypeURL(m), Value: append(append([]byte{}, value[first:]...), value[:first]...),
		}}
	}, m)
	requireKeptOut(t, w, raw, "canonical")
}

// A block counts the gas of a transaction that runs out of it in the ante chain.
func TestGasThatRunsOutIsCounted(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	raw := w.SignWith(w.Employee, 0, func(b client.TxBuilder) { b.SetGasLimit(30_000) },
		testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("x")))
	got := w.Block(raw)[0]
	require.NotZero(t, got.Code)
	require.Contains(t, got.Log, "expected more gas than 30000")
	require.EqualValues(t, 30_000, got.GasWanted)
	require.Greater(t, got.GasUsed, int64(30_000))
}

// An account without a key would take the number of the next one, and stop all
// enrolments.
func TestGenesisRefusesAccountsWithoutKeys(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	exported, err := w.App.Export(nil)
	require.NoError(t, err)
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(exported.AppState, &state))
	require.NoError(t, w.App.ValidateState(state))
	gs := authtypes.GetGenesisStateFromAppState(w.App.Codec, state)
	stray := testutil.NewSigner("stray")
	account, err := codectypes.NewAnyWithValue(authtypes.NewBaseAccount(
		sdk.AccAddress(stray.Key.PubKey().Address()), stray.Key.PubKey(), uint64(len(gs.Accounts))+1, 0))
	require.NoError(t, err)
	gs.Accounts = append(gs.Accounts, account)
	state[authtypes.ModuleName] = w.App.Codec.MustMarshalJSON(&gs)
	require.ErrorContains(t, w.App.ValidateState(state), "app_state.auth.accounts: expected")
}
