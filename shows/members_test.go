//go:build network

package shows

import (
	"context"
	"fmt"
	"strings"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const court = 2 // the court's institution id

// centerAlone: what the center wants stays a wish, whatever it tries.
func (c *consortium) centerAlone() {
	o := c.propose("remove", fmt.Sprint(court), "--reason", "breach", "--deadline", "1m")
	require.Equal(c.t, "open", o.Status)
	require.EqualValues(c.t, 1, o.Approving)
	require.EqualValues(c.t, len(founderNames), o.Total)
	c.lonely = o.ID
	c.refused("consortium/14", "institution", "approve", fmt.Sprint(o.ID), "--from", "center-operator", "--yes")
	c.refused("consortium/15", "institution", "propose", "power", "1", "2", "--from", "center-operator", "--yes")

	operator := c.signer("center-operator")
	r := c.send(operator, &consortiumtypes.MsgRemoveInstitution{
		Authority: operator.Address(), InstitutionId: court, Reason: logtypes.REASON_BREACH,
	})
	require.NotZero(c.t, r.code, "a decision came in a transaction")
	c.t.Logf("a removal in a transaction of the center: %s", r.log)

	c.await(c.nodes[0], o.Height+5)
	c.stillOpen(o.ID)
}

// stillOpen expects the center's proposal undecided and the court a member.
func (c *consortium) stillOpen(id uint64) {
	c.t.Helper()
	var p outcome
	c.institution(&p, "show", "--proposal", fmt.Sprint(id))
	require.Equal(c.t, "open", p.Status)
	require.EqualValues(c.t, 1, p.Approving)
	require.Equal(c.t, standing{ID: court, Standing: "member", Power: 1}, c.standing(court))
}

func (c *consortium) standing(id uint64) standing {
	c.t.Helper()
	var s standing
	c.institution(&s, "show", fmt.Sprint(id))
	return s
}

// sent is what became of a transaction that a test signs itself.
type sent struct {
	hash []byte
	code uint32
	log  string
}

// send gives a transaction to the center's node; code is that of the first check.
func (c *consortium) send(s testutil.Signer, msgs ...sdk.Msg) sent {
	c.t.Helper()
	l := &load{c: c, signer: s, nodes: c.load.nodes}
	number, sequence, err := l.account()
	require.NoError(c.t, err)
	raw, err := s.Sign(c.app.TxConfig, c.chainID, number, sequence, nil, msgs...)
	require.NoError(c.t, err)
	r, err := c.nodes[0].rpc.BroadcastTxSync(context.Background(), raw)
	require.NoError(c.t, err)
	return sent{hash: cmttypes.Tx(raw).Hash(), code: r.Code, log: r.Log}
}

// committed waits for a transaction that has to succeed, and answers its height.
func (c *consortium) committed(s sent) (height int64, index uint32) {
	c.t.Helper()
	require.Zero(c.t, s.code, s.log)
	require.Eventually(c.t, func() bool {
		r, err := c.nodes[0].rpc.Tx(context.Background(), s.hash, false)
		if err != nil {
			return false
		}
		require.Zero(c.t, r.TxResult.Code, r.TxResult.Log)
		height, index = r.Height, r.Index
		return true
	}, patience, 100*time.Millisecond)
	return height, index
}

// fifthJoins: its node is made and follows first, then it is admitted.
func (c *consortium) fifthJoins() {
	n, m := c.join("fifth", 4)
	c.start(n)
	c.awaitSynced(n)
	c.OK(c.Client("keys", "add", "fifth-operator"))
	operator := c.OK(c.Client("keys", "show", "fifth-operator", "-p"))
	o := c.decide([]string{"court", "notary"}, "admit",
		"--name", "宁波数据公证处", "--kind", "notary", "--uscc", "12330200MB0000009L", "--power", "1",
		"--operator-key", c.write("operator.json", []byte(operator)), "--consensus-key", c.write("consensus.json", m.ConsensusKey),
		"--document", c.write("report.txt", []byte("the access test was passed")))
	c.fifth = fifth{id: 5, address: m.ConsensusAddress, node: n}
	require.Equal(c.t, standing{ID: 5, Standing: "member", Power: 1}, c.standing(5))
	first := c.firstSigned(m.ConsensusAddress, o.Height)
	c.t.Logf("admitted at height %d, its first signature is in the commit of %d: %d blocks later", o.Height, first, first-o.Height)
	require.LessOrEqual(c.t, first, o.Height+5)
	c.stillOpen(c.lonely)
}

// fifthRemoved: the same block takes the rights of its officers, while one of them
// is at work.
func (c *consortium) fifthRemoved() {
	operator, enroller := c.signer("fifth-operator"), testutil.NewSigner("fifth-enroller")
	c.committed(c.send(operator, &consortiumtypes.MsgAppointOfficer{
		Operator: operator.Address(), Key: enroller.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: []logtypes.Role{logtypes.ROLE_ENROLLER}, EnrolCap: 1_000, PersonCommitment: testutil.Commitment("enroller"),
	}))
	o := c.propose("remove", fmt.Sprint(c.fifth.id), "--reason", "left")
	for _, voter := range []string{"court", "notary"} {
		o = c.approve(o.ID, voter)
	}
	require.Equal(c.t, "open", o.Status)

	work := c.enrolments(enroller)
	for work.progress() < 4 { // some of it in blocks already
		time.Sleep(pace)
	}
	exchange := c.signer("exchange-operator")
	height, index := c.committed(c.send(exchange, &consortiumtypes.MsgVote{
		Operator: exchange.Address(), ProposalId: o.ID, Choice: consortiumtypes.VOTE_CHOICE_APPROVE,
	}))
	c.await(c.nodes[0], height+3)
	work.end()
	require.Equal(c.t, standing{ID: c.fifth.id, Standing: "removed"}, c.standing(c.fifth.id))
	c.workEnded(work, height, index)

	out := c.firstWithout(c.fifth.address, height)
	c.t.Logf("removed at height %d, not in the set of %d: %d blocks later", height, out, out-height)
	require.Equal(c.t, height+2, out)
	r := c.send(operator, &consortiumtypes.MsgPublishDigest{
		Operator: operator.Address(), Topic: logtypes.DIGEST_TOPIC_RELEASE, Digest: testutil.Commitment("too late"),
	})
	require.NotZero(c.t, r.code)
	c.t.Logf("its operator afterwards: %s", r.log)
	c.stop(c.fifth.node)
	c.stop(c.fifth.successor)
}

// enrolments is an officer's continuous work.
func (c *consortium) enrolments(s testutil.Signer) *load {
	return startSending(c, s, func(i int) sdk.Msg {
		return &enterprisetypes.MsgEnrolUser{
			Officer: s.Address(), Key: testutil.NewSigner(fmt.Sprintf("enrolled %d", i)).PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
			PersonCommitment: testutil.Commitment(fmt.Sprintf("person %d", i)), AgreementVersion: 1,
		}
	})
}

// workEnded expects nothing of an officer's work to have succeeded behind the place
// in the blocks where the institution was removed.
func (c *consortium) workEnded(work *load, height int64, index uint32) {
	c.t.Helper()
	var before, behind int
	for _, raw := range work.sent {
		r, err := c.nodes[0].rpc.Tx(context.Background(), cmttypes.Tx(raw).Hash(), false)
		if err != nil {
			continue // dropped from the mempool with the next block
		}
		if r.Height < height || r.Height == height && r.Index < index {
			require.Zero(c.t, r.TxResult.Code, r.TxResult.Log)
			before++
			continue
		}
		require.Equal(c.t, height, r.Height, "refused work stands in a later block")
		require.NotZero(c.t, r.TxResult.Code)
		behind++
	}
	require.NotEmpty(c.t, work.refused)
	for _, err := range work.refused {
		require.True(c.t, strings.HasPrefix(err.Error(), "consortium/"), err)
	}
	c.t.Logf("an officer at work: %d enrolments before the removal, %d refused behind it in the same block, %d refused by the node afterwards: %s",
		before, behind, len(work.refused), work.refused[0])
}

// expired tells that the center's proposal came to nothing.
func (c *consortium) expired() {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		var p outcome
		c.institution(&p, "show", "--proposal", fmt.Sprint(c.lonely))
		return p.Status == "expired"
	}, patience, time.Second)
	require.Equal(c.t, standing{ID: court, Standing: "member", Power: 1}, c.standing(court))
}
