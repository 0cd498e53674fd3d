package app_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// decided makes every message that a decision may carry, in the name of an
// authority; it can be carried out if that is the consortium. The decisions before it
// make it possible.
var decided = []struct {
	message func(c *testutil.Chain, authority string) sdk.Msg
	before  func(c *testutil.Chain)
	entry   func(e *logtypes.Entry) bool
}{
	{func(_ *testutil.Chain, by string) sdk.Msg {
		m := admission("fifth", 800, 10)
		m.Authority = by
		return m
	}, nil, func(e *logtypes.Entry) bool { return e.GetKeyBound() != nil }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		m := suspension(4)
		m.Authority = by
		return m
	}, nil, func(e *logtypes.Entry) bool { return e.GetInstitutionPower() != nil }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &consortiumtypes.MsgReadmitInstitution{Authority: by, InstitutionId: 4, Power: 10}
	}, func(c *testutil.Chain) { carry(c, suspension(4)) }, func(e *logtypes.Entry) bool { return e.GetInstitutionPower().Power == 10 }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		m := removal(4)
		m.Authority = by
		return m
	}, nil, func(e *logtypes.Entry) bool { return e.GetKeyRetired() != nil }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &consortiumtypes.MsgSetPower{Authority: by, InstitutionId: 4, Power: 9}
	}, nil, func(e *logtypes.Entry) bool { return e.GetInstitutionPower().Power == 9 }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		m := replacement(4, "new exchange")
		m.Authority = by
		return m
	}, nil, func(e *logtypes.Entry) bool { return e.GetKeyBound().InstitutionId == 4 }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &consortiumtypes.MsgResetOfficer{Authority: by, OfficerId: 1, Reason: logtypes.REASON_LEFT}
	}, func(c *testutil.Chain) { c.Officer("center", "registrar", 0, logtypes.ROLE_REGISTRAR) }, func(e *logtypes.Entry) bool { return e.GetOfficerDismissed() != nil }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &consortiumtypes.MsgUpdateParams{Authority: by, Params: consortiumtypes.Params{EpochBlocks: 7}}
	}, nil, changed("ink.consortium.v1")},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &enterprisetypes.MsgUpdateParams{Authority: by, Params: enterprisetypes.DefaultParams()}
	}, nil, changed("ink.enterprise.v1")},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		return &authtypes.MsgUpdateParams{Authority: by, Params: authtypes.DefaultParams()}
	}, nil, changed("cosmos.auth.v1beta1")},
	{func(c *testutil.Chain, by string) sdk.Msg {
		m := updateParams(c, nil)
		m.Authority = by
		return m
	}, nil, changed("cosmos.consensus.v1")},
	{func(c *testutil.Chain, by string) sdk.Msg {
		m := plan("v2", c.Height+100)
		m.Authority = by
		return m
	}, nil, func(e *logtypes.Entry) bool { return e.GetSoftwareUpgrade().Name == "v2" }},
	{func(_ *testutil.Chain, by string) sdk.Msg {
		m := *cancel
		m.Authority = by
		return &m
	}, func(c *testutil.Chain) { carry(c, plan("v2", c.Height+100)) }, func(e *logtypes.Entry) bool {
		return e.GetSoftwareUpgrade().Stage == logtypes.UPGRADE_STAGE_CANCELLED
	}},
}

func changed(module string) func(*logtypes.Entry) bool {
	return func(e *logtypes.Entry) bool { return e.GetParametersChanged().Module == module }
}

// Every message of the class `proposed` is carried out by a decision, with an entry
// in the log; and in no other way: not in a transaction, whoever signs, nor by its
// handler in another name, nor by a proposal in another name.
func TestDecidedMessages(t *testing.T) {
	tried := map[string]bool{}
	for _, row := range decided {
		c := testutil.NewChain(t, testutil.Options{})
		if row.before != nil {
			row.before(c)
		}
		msg := row.message(c, app.Authority)
		url := sdk.MsgTypeURL(msg)
		tried[url] = true
		for _, by := range []testutil.Signer{center, court, testutil.NewSigner("nobody knows")} {
			own := row.message(c, by.Address())
			requireNotDirect(t, c, by, own, url)
			err := c.Direct(own)
			require.True(t, errorsmod.IsOf(err, consortiumtypes.ErrNotPermitted, sdkerrors.ErrUnauthorized), "%s: %v", url, err)
			// The consortium's name in a transaction needs the consortium's key.
			forged := c.Check(forge(c, by, nil, msg))
			requireRefused(t, forged.Codespace, forged.Code, forged.Log, consortiumtypes.ErrUnknownSigner, "")
		}
		refusedProposal(c, consortiumtypes.ErrMessage, "expected the consortium, "+app.Authority, row.message(c, center.Address()))

		before := readLog(t, c)
		carry(c, msg)
		after := readLog(t, c)
		require.Equal(t, before.entries, after.entries[:len(before.entries)], "A6: former entries")
		require.Greater(t, len(after.entries), len(before.entries), url)
		last, err := c.App.LogKeeper.Entry(c.Ctx(), uint64(len(after.entries)-1))
		require.NoError(t, err)
		require.True(t, row.entry(last), "%s: %s", url, last)
	}
	for url, class := range app.Classes {
		require.Equal(t, class == app.Proposed, tried[url], url)
	}
}

// requireNotDirect refuses a message in a transaction of whom it names.
func requireNotDirect(t *testing.T, c *testutil.Chain, by testutil.Signer, msg sdk.Msg, url string) {
	got := c.Check(forge(c, by, nil, msg))
	want := error(app.ErrClass)
	if _, err := c.App.ConsortiumKeeper.KeyOf(c.Ctx(), by.Address()); err != nil {
		want = consortiumtypes.ErrUnknownSigner
	}
	requireRefused(t, got.Codespace, got.Code, got.Log, want, "")
	if want == error(app.ErrClass) {
		require.Contains(t, got.Log, url)
		require.False(t, c.Accepts(forge(c, by, nil, msg)), "a block with it")
	}
}

// A proposal carries no message that comes signed in a transaction, whoever signs it,
// and so no other proposal and no vote.
func TestProposalsCarryNothingSigned(t *testing.T) {
	c := newCast(t)
	urls := map[string]bool{}
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		msg := c.message(row, "op1")
		urls[sdk.MsgTypeURL(msg)] = true
		refusedProposal(c.Chain, consortiumtypes.ErrMessage, "expected a message that a decision may carry, got "+sdk.MsgTypeURL(msg), msg)
	}
	for url, class := range app.Classes {
		require.Equal(t, class == app.Signed, urls[url], url)
	}
	// Nor around a message that it might carry.
	inner := proposal(c.Chain, center, suspension(4))
	inner.Operator = app.Authority
	refusedProposal(c.Chain, consortiumtypes.ErrMessage, "got /ink.consortium.v1.MsgPropose", inner)
	good := proposal(c.Chain, center, suspension(4), inner)
	got := c.Check(c.Sign(center, good))
	requireRefused(t, got.Codespace, got.Code, got.Log, consortiumtypes.ErrMessage, "message 2: ")
}

// No message of another kind can wrap one: the chain knows no type that carries
// messages but a proposal, and decodes nothing that it does not know.
func TestNothingElseWrapsMessages(t *testing.T) {
	c := testutil.NewChain(t, testutil.Options{})
	for _, url := range c.App.Registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		msg, err := c.App.Registry.Resolve(url)
		require.NoError(t, err)
		_, wraps := msg.(codectypes.UnpackInterfacesMessage)
		require.Equal(t, url == sdk.MsgTypeURL(&consortiumtypes.MsgPropose{}), wraps, url)
	}
	for name, spoil := range map[string]func(*codectypes.Any){
		"a type of other chains": func(a *codectypes.Any) { a.TypeUrl = "/cosmos.authz.v1beta1.MsgExec" },
		"no message":             func(a *codectypes.Any) { a.TypeUrl = "/ink.consortium.v1.Params" },
		"a response":             func(a *codectypes.Any) { a.TypeUrl = "/ink.consortium.v1.MsgVoteResponse" },
		"no type":                func(a *codectypes.Any) { a.TypeUrl = "" },
		"not what it says":       func(a *codectypes.Any) { a.Value = []byte{0xff} },
		"an unknown field":       func(a *codectypes.Any) { a.Value = append(slices.Clone(a.Value), unknownField...) },
		"another encoding":       func(a *codectypes.Any) { a.Value = append(slices.Clone(a.Value), 0x10, 4) },
	} {
		p := proposal(c, center, suspension(4))
		spoil(p.Messages[0])
		raw := forge(c, center, nil, p)
		require.NotZero(t, c.Check(raw).Code, name)
		require.Empty(t, c.Propose(raw), name)
		require.False(t, c.Accepts(raw), name)
	}
}
