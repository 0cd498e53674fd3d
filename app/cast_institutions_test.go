package app_test

import (
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Institutions of the cast beside the founders, by id.
const (
	misbehaved uint64 = iota + 5
	suspended
	removed
	observer
)

// centerRoles are all roles that a center gives.
var centerRoles = []logtypes.Role{
	logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER,
	logtypes.ROLE_CASHIER, logtypes.ROLE_REGISTRY,
}

func validatorKey(name string) consortiumtypes.PublicKey {
	return consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: testutil.ConsensusKey(name).PubKey().Bytes()}
}

// admission of an institution with the n-th code; without power it is an observer.
func admission(name string, n int, power uint64) *consortiumtypes.MsgAdmitInstitution {
	m := &consortiumtypes.MsgAdmitInstitution{
		Authority: app.Authority, Name: name, Kind: logtypes.INSTITUTION_KIND_CENTER, Uscc: uscc(n), Power: power,
		OperatorKey: testutil.Operator(name).PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE, ConsensusKey: validatorKey(name),
	}
	if power == 0 {
		m.Kind, m.ConsensusKey = logtypes.INSTITUTION_KIND_OBSERVER, consortiumtypes.PublicKey{}
	}
	return m
}

// replacement gives an institution the operator of another name.
func replacement(institution uint64, operator string) *consortiumtypes.MsgReplaceOperator {
	return &consortiumtypes.MsgReplaceOperator{
		Authority: app.Authority, InstitutionId: institution, OperatorKey: testutil.Operator(operator).PublicKey(),
		Custody: logtypes.CUSTODY_SELF_HARDWARE, Reason: logtypes.REASON_LEFT,
	}
}

func suspension(institution uint64) *consortiumtypes.MsgSuspendInstitution {
	return &consortiumtypes.MsgSuspendInstitution{Authority: app.Authority, InstitutionId: institution, Reason: logtypes.REASON_BREACH}
}

func removal(institution uint64) *consortiumtypes.MsgRemoveInstitution {
	return &consortiumtypes.MsgRemoveInstitution{Authority: app.Authority, InstitutionId: institution, Reason: logtypes.REASON_BREACH}
}

// doubleSign makes a block in which consensus reports that an institution signed
// twice at the height before.
func doubleSign(c *testutil.Chain, name string) {
	address := testutil.ConsensusKey(name).PubKey().Address()
	resp, err := c.App.FinalizeBlock(&abci.RequestFinalizeBlock{
		Height: c.Height + 1, Time: c.Now, Hash: make([]byte, 32),
		Misbehavior: []abci.Misbehavior{{
			Type: abci.MisbehaviorType_DUPLICATE_VOTE, Validator: abci.Validator{Address: address, Power: 1}, Height: c.Height, Time: c.Now,
		}},
	})
	require.NoError(c.T, err)
	_, err = c.App.Commit()
	require.NoError(c.T, err)
	c.Height++
	c.AppHash, c.Last = resp.AppHash, resp
}

// institutions of little power, with an operator and an officer each, and what
// became of them.
func (c *cast) institutions() {
	carry(c.Chain, admission("misbehaved", 801, 1), admission("suspended", 802, 1), admission("removed", 803, 1), admission("observer", 804, 0))
	for short, name := range map[string]string{"m": "misbehaved", "s": "suspended", "r": "removed"} {
		c.actors[short+"of"] = c.Officer(name, "officer of the "+name, 10, centerRoles...)
	}
	c.actors["obs"], c.actors["mis"] = testutil.Operator("observer"), testutil.Operator("misbehaved")
	c.actors["sus"], c.actors["rmd"] = testutil.Operator("suspended"), testutil.Operator("removed")
	c.actors["old"] = exchange
	carry(c.Chain, suspension(suspended), removal(removed), replacement(4, "new exchange"))
	doubleSign(c.Chain, "misbehaved")
	in, err := c.App.ConsortiumKeeper.Institution(c.Ctx(), misbehaved)
	require.NoError(c.T, err)
	require.Zero(c.T, in.Power)
	c.ballot = proposed(c.Chain, &consortiumtypes.MsgUpdateParams{Authority: app.Authority, Params: consortiumtypes.DefaultParams()})
}
