package testutil_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cosmos/cosmos-sdk/baseapp"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"

	"github.com/inkchain/inkd/testutil"
)

const (
	operationBlocks   = 300
	operationMessages = 20
)

// history is what a chain did: the steps, and what each block came to.
type history struct {
	steps   []testutil.Step
	hashes  [][]byte
	results []*abci.ResponseFinalizeBlock
}

func (h *history) add(c *testutil.Chain, s testutil.Step) {
	h.steps = append(h.steps, s)
	h.hashes = append(h.hashes, c.AppHash)
	h.results = append(h.results, c.Last)
}

// requireSameResults compares codes, data and events of a block, and gas.
func requireSameResults(t *testing.T, want, got *abci.ResponseFinalizeBlock, height int64, gas bool) {
	require.Equal(t, len(want.TxResults), len(got.TxResults))
	for i, tx := range want.TxResults {
		if !gas {
			same := *tx
			same.GasUsed, tx = got.TxResults[i].GasUsed, &same
		}
		require.Equal(t, tx, got.TxResults[i], "height %d, transaction %d", height, i)
	}
	require.Equal(t, want.Events, got.Events, "height %d", height)
	require.Equal(t, want.ValidatorUpdates, got.ValidatorUpdates, "height %d", height)
	require.Equal(t, want.ConsensusParamUpdates, got.ConsensusParamUpdates, "height %d", height)
}

// instance is a kind of node.
type instance struct {
	name  string
	cores int
	db    func(*testing.T) dbm.DB
	base  []func(*baseapp.BaseApp)
}

var instances = []instance{
	{"one core, goleveldb", 1, levelDB, nil},
	{"two cores, goleveldb without fast nodes, everything pruned", 2, levelDB, []func(*baseapp.BaseApp){
		baseapp.SetIAVLDisableFastNode(true), baseapp.SetPruning(pruningtypes.NewPruningOptions(pruningtypes.PruningEverything)),
	}},
	{"two cores, memory", 2, func(*testing.T) dbm.DB { return dbm.NewMemDB() }, nil},
}

func levelDB(t *testing.T) dbm.DB {
	db, err := dbm.NewGoLevelDB("application", t.TempDir(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func (i instance) chain(t *testing.T) *testutil.Chain {
	return testutil.NewChain(t, testutil.Options{DB: i.db(t), Base: i.base})
}

// run sets the number of cores for a while.
func (i instance) run(f func()) {
	before := runtime.GOMAXPROCS(i.cores)
	defer runtime.GOMAXPROCS(before)
	f()
}

// Random operations of all types give the same app hashes and block results on
// every kind of node, and a chain that was exported and imported midway has the
// same log, answers every query alike, and exports the same bytes.
func TestRandomOperations(t *testing.T) {
	seeds, blocks := []uint64{1, 2, 3}, operationBlocks
	if testing.Short() {
		seeds, blocks = seeds[:1], operationBlocks/3
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { randomOperations(t, seed, blocks) })
	}
}

func randomOperations(t *testing.T, seed uint64, blocks int) {
	var first, imported *testutil.Chain
	h := &history{}
	half := 0
	instances[0].run(func() {
		first = instances[0].chain(t)
		o := testutil.NewOperations(first, seed)
		for range blocks / 2 {
			h.add(first, o.Block(operationMessages))
		}
		imported = first.Export(testutil.Options{})
		empty := testutil.Step{Time: first.Now}
		first.Block()
		h.add(first, empty)
		half = len(h.steps)
		for range blocks - blocks/2 {
			h.add(first, o.Block(operationMessages))
		}
		checkOperations(t, first, o)
	})
	for _, i := range instances[1:] {
		t.Run(i.name, func(t *testing.T) {
			i.run(func() { replay(t, i.chain(t), h, 0, false) })
		})
	}
	t.Run("imported", func(t *testing.T) {
		replay(t, imported, h, half, true)
		requireSame(t, first, imported)
	})
}

// replay executes the steps from one on and compares each block. An imported
// chain's app hashes differ by design of IAVL, and its gas by the length of the
// first height in the log's identity, which is its own.
func replay(t *testing.T, c *testutil.Chain, h *history, from int, imported bool) {
	for n := from; n < len(h.steps); n++ {
		c.Now = h.steps[n].Time
		c.Block(h.steps[n].Txs...)
		if !imported {
			require.Equal(t, h.hashes[n], c.AppHash, "app hash of height %d", c.Height)
		}
		requireSameResults(t, h.results[n], c.Last, c.Height, !imported)
	}
}

// checkOperations is the proof that the operations were worth drawing.
func checkOperations(t *testing.T, c *testutil.Chain, o *testutil.Operations) {
	sent, accepted := 0, 0
	for _, url := range slices.Sorted(maps.Keys(o.Sent)) {
		t.Logf("%-48s %5d sent %5d accepted", url, o.Sent[url], o.Accepted[url])
		sent, accepted = sent+o.Sent[url], accepted+o.Accepted[url]
	}
	t.Logf("height %d: %d of %d messages accepted", c.Height, accepted, sent)
	require.GreaterOrEqual(t, 10*accepted, 6*sent)
	for _, module := range []string{"consortium", "enterprise", "evidence"} {
		methods := service(t, "ink."+module+".v1.Msg").Methods()
		for i := range methods.Len() {
			url := "/" + string(methods.Get(i).Input().FullName())
			require.Positive(t, o.Accepted[url], url)
		}
	}
}

func service(t *testing.T, name string) protoreflect.ServiceDescriptor {
	d, err := proto.HybridResolver.FindDescriptorByName(protoreflect.FullName(name))
	require.NoError(t, err)
	return d.(protoreflect.ServiceDescriptor)
}

// requireSame compares two chains whose app hashes differ only because IAVL's
// trees remember when each key was written.
func requireSame(t *testing.T, want, got *testutil.Chain) {
	require.Equal(t, want.Height, got.Height)
	wantHead, err := want.App.LogKeeper.Head(want.Ctx())
	require.NoError(t, err)
	gotHead, err := got.App.LogKeeper.Head(got.Ctx())
	require.NoError(t, err)
	require.Equal(t, wantHead, gotHead)

	wantAnswers, gotAnswers := answers(t, want), answers(t, got)
	require.Equal(t, slices.Sorted(maps.Keys(wantAnswers)), slices.Sorted(maps.Keys(gotAnswers)))
	for query, answer := range wantAnswers {
		require.Equal(t, answer, gotAnswers[query], query)
	}
	t.Logf("%d queries answered alike", len(wantAnswers))

	wantExport, err := want.App.Export(nil)
	require.NoError(t, err)
	gotExport, err := got.App.Export(nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(wantExport.AppState, gotExport.AppState), "exported state")
	require.Equal(t, wantExport.Height, gotExport.Height)
	require.Equal(t, wantExport.Validators, gotExport.Validators)
	require.Equal(t, wantExport.ConsensusParams, gotExport.ConsensusParams)
}
