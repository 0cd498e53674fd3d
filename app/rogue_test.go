package app_test

import (
	"testing"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// members are all institutions, and all officers, as they stand.
func members(c *testutil.Chain) (all []any) {
	gs, err := c.App.ConsortiumKeeper.ExportGenesis(c.Ctx())
	require.NoError(c.T, err)
	for _, in := range gs.Institutions {
		all = append(all, in)
	}
	for _, o := range gs.Officers {
		all = append(all, o)
	}
	return all
}

// greedy is what a rogue center would like to be decided.
func greedy(c *testutil.Chain) []sdk.Msg {
	categories := enterprisetypes.DefaultParams()
	categories.Quota = enterprisetypes.MaxQuota
	return []sdk.Msg{
		&consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: 1, Power: 14},
		&consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: 2, Power: 9},
		removal(2), suspension(3), replacement(2, "puppet"), admission("puppet", 900, 14),
		&enterprisetypes.MsgUpdateParams{Authority: app.Authority, Params: categories},
		&consortiumtypes.MsgUpdateParams{Authority: app.Authority, Params: consortiumtypes.Params{EpochBlocks: 1000}},
		updateParams(c, func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = app.BlockMinGas }),
		plan("takeover", c.Height+1000),
	}
}

// A5: the center with its operator and an officer of every role it can give proposes
// what it likes and approves it; alone it decides nothing, in no block: no power, no
// member, no officer of others, no parameter, no software.
func TestA5RogueCenterDecidesNothing(t *testing.T) {
	c := newCast(t)
	before, params, log := members(c.Chain), c.App.GetConsensusParams(c.Ctx()), readLog(t, c.Chain)
	for _, msg := range greedy(c.Chain) {
		m := proposal(c.Chain, center, msg)
		m.ExpiresAt = uint64(c.Now.Add(consortiumtypes.MinDeadline).UnixNano())
		var r consortiumtypes.MsgProposeResponse
		c.Must(center, m, &r)
		require.Equal(t, consortiumtypes.PROPOSAL_STATUS_OPEN, r.Status)
		require.Empty(t, c.Last.ValidatorUpdates)

		again := c.Deliver(center, approve(center, r.ProposalId))
		requireResult(t, again, consortiumtypes.ErrVoted)
		for _, by := range []testutil.Signer{c.Registrar, c.Reviewer1, c.Certifier, c.Judge, c.actors["mis"], c.actors["sus"], c.actors["obs"]} {
			requireResult(t, c.Deliver(by, approve(by, r.ProposalId)), consortiumtypes.ErrNotPermitted)
		}
		// In the court's name, with the center's key.
		requireResult(t, c.Block(forge(c.Chain, center, nil, approve(court, r.ProposalId)))[0], sdkerrors.ErrInvalidPubKey)
		c.Advance(consortiumtypes.MinDeadline)
		c.Block()
		p, err := c.App.ConsortiumKeeper.Proposal(c.Ctx(), r.ProposalId)
		require.NoError(t, err)
		require.Equal(t, consortiumtypes.PROPOSAL_STATUS_EXPIRED, p.Status)
		requireResult(t, c.Deliver(court, approve(court, r.ProposalId)), consortiumtypes.ErrNotOpen)
	}
	require.Equal(t, before, members(c.Chain))
	require.Equal(t, params, c.App.GetConsensusParams(c.Ctx()))
	require.Equal(t, log, readLog(t, c.Chain), "no entry is touched, and none made")
}

// A5: not even all members together give anybody a third, nor leave nobody, nor by
// messages that are harmless one by one.
func TestA5TheCapHoldsAgainstAll(t *testing.T) {
	c := testutil.NewChain(t, testutil.Options{})
	power := func(id, to uint64) sdk.Msg {
		return &consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: id, Power: to}
	}
	for says, msgs := range map[string][]sdk.Msg{
		"institution 1: expected less than a third of the power of 4 validators, got 15 of 45": {power(1, 15)},
		"got 14 of 41":                     {power(1, 14), power(2, 9), power(3, 9), power(4, 9)},
		"got 30 of 70":                     {admission("puppet", 900, 30)},
		"message 1: power: expected 1 to ": {power(1, 0)},
		"message 2: power: expected 1 to ": {power(2, 9), power(1, 1<<63)},
		"expected at least one validator":  {suspension(1), removal(2), suspension(3), removal(4)},
	} {
		got := c.Check(c.Sign(center, proposal(c, center, msgs...)))
		require.NotZero(t, got.Code, says)
		require.Contains(t, got.Log, says)
	}
	carry(c, power(1, 14))
	require.Len(t, c.Last.ValidatorUpdates, 1)
}

// changesOf are the validator sets of all heights so far, each with the one before.
func (c consensus) changesOf(look func(before, after *cmttypes.ValidatorSet)) {
	for h := int64(2); h <= c.Height()+2; h++ {
		look(c.Validators(h-1), c.Validators(h))
	}
}

// A5: what all have decided comes in steps of less than a third of the power, so
// that who follows the chain by its headers is never asked to believe more.
func TestA5LessThanAThirdInOneBlock(t *testing.T) {
	c := newConsensus(t)
	var puppets []sdk.Msg
	for i, name := range []string{"puppet", "doll", "dummy", "straw"} {
		puppets = append(puppets, admission(name, 900+i, 10))
		c.Know(testutil.ConsensusKey(name))
	}
	c.carry(puppets...)
	c.pass(4)
	require.Equal(t, 8, c.Validators(c.Height()).Size())
	c.changesOf(func(before, after *cmttypes.ValidatorSet) {
		gained := int64(0)
		for _, v := range after.Validators {
			_, old := before.GetByAddress(v.Address)
			if old == nil {
				gained += v.VotingPower
			}
		}
		require.Less(t, 3*gained, after.TotalVotingPower())
	})
}

// A5: who signs two blocks of one height loses the power within five blocks, is in
// the log, and comes back by vote; the officers go on working.
func TestA5DoubleSigner(t *testing.T) {
	c := newConsensus(t)
	c.Know(testutil.ConsensusKey("fifth"))
	c.carry(admission("fifth", 900, 10))
	address := testutil.ConsensusKey("exchange").PubKey().Address()
	at := c.Height()
	c.DoubleSign(address, at, 0)
	c.pass(4)
	require.False(t, c.Validators(at+5).HasAddress(address))
	require.Equal(t, 4, c.Validators(at+5).Size())
	head, err := c.App.LogKeeper.Head(c.Ctx())
	require.NoError(t, err)
	e, err := c.App.LogKeeper.Entry(c.Ctx(), head.Size_-1)
	require.NoError(t, err)
	require.EqualValues(t, 4, e.GetMisbehaviour().InstitutionId)
	require.EqualValues(t, at, e.GetMisbehaviour().OffenceHeight)
	require.True(t, e.GetMisbehaviour().PowerRemoved)
	c.must(exchange, &consortiumtypes.MsgPublishDigest{Operator: exchange.Address(), Topic: logtypes.DIGEST_TOPIC_DOSSIER_DOCUMENT, Digest: testutil.Commitment("report")})

	c.must(center, proposalAt(c.Now(), center, &consortiumtypes.MsgReadmitInstitution{Authority: app.Authority, InstitutionId: 4, Power: 10}))
	c.must(court, approve(court, 2))
	c.must(notary, approve(notary, 2))
	c.pass(3)
	require.True(t, c.Validators(c.Height()).HasAddress(address))
	// The same offence, shown again, takes nothing again.
	c.Block(testutil.Next{Evidence: []cmttypes.Evidence{c.DoubleSigned(address, at, 0)}})
	c.pass(3)
	require.True(t, c.Validators(c.Height()).HasAddress(address))
}

// A17: the others end a stolen operator's or officer's key; from the next message on,
// in the same block, the thief can do nothing with it.
func TestA17StolenKeys(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	key, err := w.App.ConsortiumKeeper.KeyOf(w.Ctx(), w.Registrar.Address())
	require.NoError(t, err)
	owner := testutil.NewSigner("registrar, new key")
	id := proposed(w.Chain, replacement(3, "new notary"), &consortiumtypes.MsgResetOfficer{
		Authority: app.Authority, OfficerId: key.OfficerId, Reason: logtypes.REASON_KEY_COMPROMISED,
		Key: owner.PublicKey(), Custody: logtypes.CUSTODY_SELF_HARDWARE,
	})
	w.Must(court, approve(court, id), nil)
	accomplice := &consortiumtypes.MsgAppointOfficer{
		Operator: notary.Address(), Key: testutil.NewSigner("accomplice").PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: []logtypes.Role{logtypes.ROLE_NOTARY}, PersonCommitment: testutil.Commitment("accomplice"),
	}
	quota := &enterprisetypes.MsgSetQuota{Officer: w.Registrar.Address(), EnterpriseId: w.Enterprise, Quota: 1}
	results := w.Block(w.Sign(exchange, approve(exchange, id)), w.Sign(notary, accomplice), w.Sign(w.Registrar, quota))
	requireResult(t, results[0], nil)
	requireResult(t, results[1], consortiumtypes.ErrKeyRetired)
	requireResult(t, results[2], consortiumtypes.ErrNotPermitted)
	_, err = w.App.ConsortiumKeeper.OfficerWith(w.Ctx(), owner.Address(), logtypes.ROLE_REGISTRAR)
	require.NoError(t, err)
}

// A22: what a release of the software hashes to is said by each institution for
// itself, in the log; nobody says it in another's name.
func TestA22ReleaseDigests(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	release := func(by testutil.Signer, digest []byte) *consortiumtypes.MsgPublishDigest {
		return &consortiumtypes.MsgPublishDigest{Operator: by.Address(), Topic: logtypes.DIGEST_TOPIC_VERIFIER, Digest: digest}
	}
	for i, by := range []testutil.Signer{center, court, notary, exchange} {
		var r consortiumtypes.MsgPublishDigestResponse
		w.Must(by, release(by, testutil.Commitment("verifier")), &r)
		e, err := w.App.LogKeeper.Entry(w.Ctx(), r.Seq)
		require.NoError(t, err)
		require.Equal(t, &logtypes.InstitutionDigest{
			InstitutionId: uint64(i) + 1, Topic: logtypes.DIGEST_TOPIC_VERIFIER, Digest: testutil.Commitment("verifier"),
		}, e.GetInstitutionDigest())
	}
	requireResult(t, w.Deliver(w.Registrar, release(w.Registrar, testutil.Commitment("fake"))), consortiumtypes.ErrNotPermitted)
	requireResult(t, w.Block(forge(w.Chain, center, nil, release(court, testutil.Commitment("fake"))))[0], sdkerrors.ErrInvalidPubKey)
	requireResult(t, w.Deliver(center, release(center, []byte("a text"))), consortiumtypes.ErrInvalidField)
}
