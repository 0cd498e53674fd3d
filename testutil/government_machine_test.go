package testutil_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	// governmentSteps are the steps of one sequence.
	governmentSteps = 50
	// governmentSeed of the sequences, unless -rapid.seed gives one.
	governmentSeed = "2026"
)

// Whatever the consortium decides, and whatever befalls it, its decided validator
// set, the application's table and CometBFT's set two heights later are the same, and
// CometBFT never refuses anything. INK_SEQUENCES sets how many sequences are drawn.
func TestGovernment(t *testing.T) {
	sequences := 200
	if testing.Short() {
		sequences = 20
	}
	if s := os.Getenv("INK_SEQUENCES"); s != "" {
		var err error
		sequences, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	setFlag(t, "rapid.checks", strconv.Itoa(sequences))
	setFlag(t, "rapid.seed", governmentSeed)
	setFlag(t, "rapid.nofailfile", "true")
	// Each application leaves much behind; half of the time would go to collecting it.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	counts := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		x := newMachine(rt, counts)
		defer func() { x.c.Stop() }()
		for range governmentSteps {
			x.step()
		}
		x.settle()
	})
	report(t, counts, sequences)
}

// setFlag sets a flag of rapid, unless the caller of the tests did.
func setFlag(t *testing.T, name, value string) {
	f := flag.Lookup(name)
	if old := f.Value.String(); old == f.DefValue {
		require.NoError(t, flag.Set(name, value))
		t.Cleanup(func() { require.NoError(t, flag.Set(name, old)) })
	}
}

// op is a transaction to be: its signer and its messages.
type op struct {
	signer testutil.Signer
	msgs   []sdk.Msg
}

// machine draws what happens, tells the chain and the model, and compares.
type machine struct {
	t      *rapid.T
	c      *testutil.Consensus
	m      *model
	counts map[string]int

	drawn   int // makes names and keys
	logSize uint64

	// Of the block that is being drawn.
	ops      []op
	evidence []cmttypes.Evidence
	// former is the evidence of former blocks.
	former []cmttypes.Evidence
}

// signers of tests by public key: messages carry keys, the model wants signers.
var signers = map[string]testutil.Signer{}

func newSigner(name string) testutil.Signer {
	s := testutil.NewSigner(name)
	signers[string(s.Key.PubKey().Bytes())] = s
	return s
}

func signerOf(k consortiumtypes.PublicKey) testutil.Signer { return signers[string(k.Key)] }

// newMachine founds a chain of one to nine institutions of equal power.
func newMachine(t *rapid.T, counts map[string]int) *machine {
	x := &machine{t: t, counts: counts, m: &model{
		routineAt: -consortiumtypes.MaxEpochBlocks,
		owner:     map[string]uint64{}, operators: map[string]bool{}, offences: map[offence]bool{}, epoch: 1, height: 1,
	}}
	f := app.Founding{
		ChainID: testutil.ChainID, LogID: testutil.Commitment("log id"), Params: &consortiumtypes.Params{EpochBlocks: 1},
	}
	var keys []crypto.PrivKey
	for i := range rapid.IntRange(1, 9).Draw(t, "founders") {
		s, key := newSigner(fmt.Sprint("founder ", i)), testutil.ConsensusKey(fmt.Sprint("founder ", i))
		keys = append(keys, key)
		f.Founders = append(f.Founders, consortiumtypes.GenesisInstitution{
			Name: fmt.Sprint("founder ", i), Kind: logtypes.INSTITUTION_KIND_COURT, Uscc: testutil.SomeUSCC(i),
			OperatorKey: s.PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE, ConsensusKey: consensusKey(key), Power: 10,
		})
		require.NoError(t, x.m.admit(&consortiumtypes.MsgAdmitInstitution{
			Kind: logtypes.INSTITUTION_KIND_COURT, Uscc: testutil.SomeUSCC(i), OperatorKey: s.PublicKey(), ConsensusKey: consensusKey(key), Power: 10,
		}))
	}
	x.m.given = x.m.decided()
	x.c = testutil.NewConsensus(t, f, app.ConsensusParams(), keys...)
	x.check()
	return x
}

func consensusKey(k crypto.PrivKey) consortiumtypes.PublicKey {
	return consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: k.PubKey().Bytes()}
}

// one in n.
func (x *machine) one(n int, of string) bool { return rapid.IntRange(0, n-1).Draw(x.t, of) == n-1 }

// pick draws one of a list; rapid's report has its number.
func pick[E any](x *machine, of string, list []E) E {
	return list[rapid.IntRange(0, len(list)-1).Draw(x.t, of)]
}

// step draws what happens in a block, and makes it. Now and then the node begins
// again before it: from its database, in the middle of the block, or as a new chain.
func (x *machine) step() {
	var next testutil.Next
	switch rapid.IntRange(0, 119).Draw(x.t, "beside") {
	case 60:
		next.Crash = true
		x.counts["crash"]++
	case 80, 81, 82, 83:
		next.Pause = pick(x, "pause", []time.Duration{time.Minute, 3 * time.Minute, 2 * time.Hour})
	case 70:
		x.c.Restart()
		x.counts["restart"]++
	case 40, 41, 42, 43, 44, 45, 46, 47:
		if !slices.EqualFunc(x.m.given, x.m.decided(), sameRow) {
			x.export()
			x.counts["export while something waits"]++
		}
	case 48, 49:
		x.export()
	}
	parts := 1
	if x.one(3, "several") {
		parts = rapid.IntRange(2, 4).Draw(x.t, "parts")
	}
	for range parts {
		pick(x, "part", draws)(x)
	}
	next.Absent, next.Exactly, next.Evidence = x.absent(), !x.one(3, "judged"), x.evidence
	x.block(next)
}

// export goes on with a new chain that begins with an export of the old one; its
// first block is made.
func (x *machine) export() {
	x.begin()
	old := x.c
	x.c = old.Export()
	old.Stop()
	x.m.end()
	x.check()
	x.counts["export"]++
}

// begin tells the model of the next block.
func (x *machine) begin() { x.m.now, x.m.height = uint64(x.c.Now().UnixNano()), x.c.Height()+1 }

// block makes the block of what was drawn.
func (x *machine) block(next testutil.Next) {
	x.begin()
	ahead := map[string]uint64{}
	for _, o := range x.ops {
		next.Txs = append(next.Txs, x.c.Sign(o.signer, ahead[o.signer.Name], o.msgs...))
		ahead[o.signer.Name]++
	}
	in := x.included(next.Exactly)
	results := x.c.Block(next)
	x.misbehaviour()
	refused := map[string]bool{}
	for i, o := range x.ops {
		require.Equal(x.t, in[i], results[i] != nil, "transaction %d of %v in the block", i, o)
		if in[i] {
			x.deliver(o, results[i], refused)
		}
	}
	x.m.end()
	x.ops, x.evidence = nil, nil
	x.check()
}

// included tells which transactions a proposer who judges takes: those that might be
// carried out on the state before the block.
func (x *machine) included(exactly bool) []bool {
	in, before, refused := make([]bool, len(x.ops)), x.m.clone(), map[string]bool{}
	for i, o := range x.ops {
		in[i] = exactly || !refused[o.signer.Name] && before.checks(o) == nil
		refused[o.signer.Name] = !in[i]
	}
	return in
}

// deliver compares what became of a transaction with what the model says. After one
// whose sequence number was not used the signer's others have wrong ones.
func (x *machine) deliver(o op, result *abci.ExecTxResult, refused map[string]bool) {
	if refused[o.signer.Name] {
		require.NotZero(x.t, result.Code)
		return
	}
	x.t.Logf("height %d: %s: %v: %s", x.m.height, o.signer.Name, o.msgs, result.Log)
	counted, err := x.m.deliver(o)
	refused[o.signer.Name] = !counted
	_, code, _ := errorsmod.ABCIInfo(err, false)
	require.Equal(x.t, code, result.Code, "%v: expected %v, got %s", o.msgs, err, result.Log)
	for _, msg := range o.msgs {
		x.count(sdk.MsgTypeURL(msg), err)
	}
}

func (x *machine) count(what string, err error) {
	if err != nil {
		what = fmt.Sprintf("%s refused: %v", what, err)
	}
	x.counts[what]++
}

// misbehaviour tells the model what CometBFT told the application, and compares the
// entries of the log.
func (x *machine) misbehaviour() {
	var want []bool
	x.former = append(x.former, x.c.LastBlock.Evidence.Evidence...)
	for _, ev := range x.c.LastBlock.Evidence.Evidence {
		for _, found := range ev.ABCI() {
			entered, removed := x.m.misbehaved(string(found.Validator.Address), found.Height)
			x.t.Logf("height %d: misbehaviour of %X at %d", x.m.height, found.Validator.Address, found.Height)
			x.counts[fmt.Sprintf("misbehaviour entered %t removed %t", entered, removed)]++
			if entered {
				want = append(want, removed)
			}
		}
	}
	ctx := x.c.Ctx()
	head, err := x.c.App.LogKeeper.Head(ctx)
	require.NoError(x.t, err)
	var got []bool
	for ; x.logSize < head.Size_; x.logSize++ {
		e, err := x.c.App.LogKeeper.Entry(ctx, x.logSize)
		require.NoError(x.t, err)
		if b := e.GetMisbehaviour(); b != nil {
			got = append(got, b.PowerRemoved)
		}
	}
	require.Equal(x.t, want, got, "misbehaviour entered")
}

// absent are validators, less than a third, whose signatures a commit lacks.
func (x *machine) absent() []crypto.Address {
	if !x.one(4, "absent") {
		return nil
	}
	var out []crypto.Address
	var missing int64
	for _, v := range x.c.State.Validators.Validators {
		if x.one(2, "away") && 3*(missing+v.VotingPower) < x.c.State.Validators.TotalVotingPower() {
			missing += v.VotingPower
			out = append(out, v.Address)
		}
	}
	return out
}

// settle lets blocks pass until nothing waits: so many at most.
func (x *machine) settle() {
	for range int(x.m.epoch) * (2*len(x.m.members) + 4) {
		if slices.EqualFunc(x.m.given, x.m.decided(), sameRow) {
			return
		}
		x.block(testutil.Next{Exactly: true})
	}
	require.Fail(x.t, "the queue does not drain", "given %v, decided %v", x.m.given, x.m.decided())
}

// report is the proof that the sequences were worth drawing.
func report(t *testing.T, counts map[string]int, sequences int) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%7d %s", counts[name], name)
	}
	if sequences < 100 {
		return
	}
	for _, name := range []string{
		"/ink.consortium.v1.MsgPropose", "/ink.consortium.v1.MsgVote", "/ink.consortium.v1.MsgRotateConsensusKey",
		"crash", "restart", "export while something waits", "misbehaviour entered true removed true",
		"misbehaviour entered true removed false", "misbehaviour entered false removed false",
		"/ink.consortium.v1.MsgVote refused: voted so already", "/ink.consortium.v1.MsgPropose refused: invalid validator set",
		"/ink.consortium.v1.MsgRotateConsensusKey refused: consensus key was used before",
	} {
		require.Positive(t, counts[name], name)
	}
}
