package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func plan(name string, height int64) *upgradetypes.MsgSoftwareUpgrade {
	return &upgradetypes.MsgSoftwareUpgrade{Authority: app.Authority, Plan: upgradetypes.Plan{Name: name, Height: height}}
}

var cancel = &upgradetypes.MsgCancelUpgrade{Authority: app.Authority}

// node is a chain with its database and home, which another version may take over.
type node struct {
	*testutil.World
	db   dbm.DB
	home string
}

func newNode(t *testing.T) *node {
	n := &node{db: dbm.NewMemDB(), home: t.TempDir()}
	n.World = testutil.NewWorld(t, testutil.Options{DB: n.db, Home: n.home})
	return n
}

// start starts the present version over the node's database.
func (n *node) start() {
	n.App = app.New(log.NewNopLogger(), n.db, true, simtestutil.NewAppOptionsWithFlagHome(n.home), baseapp.SetChainID(testutil.ChainID))
	require.Equal(n.T, n.Height, n.App.LastBlockHeight())
}

// stops requires that this version does not make the next block.
func (n *node) stops(says string) {
	n.T.Helper()
	_, err := n.App.FinalizeBlock(&abci.RequestFinalizeBlock{Height: n.Height + 1, Time: n.Now, Hash: make([]byte, 32)})
	require.ErrorContains(n.T, err, says)
}

func (n *node) head() logtypes.LogHead {
	head, err := n.App.LogKeeper.Head(n.Ctx())
	require.NoError(n.T, err)
	return head
}

func (n *node) entry(seq uint64) *logtypes.Entry {
	e, err := n.App.LogKeeper.Entry(n.Ctx(), seq)
	require.NoError(n.T, err)
	return e
}

const laterStore = "inklater"

// later makes the versions started from now on know the upgrade "later"; it counts how
// often that was carried out.
func later(t *testing.T, migrate func(sdk.Context, *app.App) error) (count *int) {
	count = new(int)
	t.Cleanup(app.AddUpgrade("later", laterStore, func(ctx sdk.Context, a *app.App) error {
		*count++
		ctx.KVStore(a.StoreKey(laterStore)).Set([]byte{1}, sdk.Uint64ToBigEndian(uint64(ctx.BlockHeight())))
		if migrate == nil {
			return nil
		}
		return migrate(ctx, a)
	}))
	return count
}

// Members decide on a height; the old software stops there, the new one goes on over
// the same database with one more store; the log is as it was, and says so.
func TestUpgrade(t *testing.T) {
	n := newNode(t)
	at := n.Height + 10
	carry(n.Chain, plan("later", at))
	scheduled := n.entry(n.head().Size_ - 1).GetSoftwareUpgrade()
	require.Equal(t, &logtypes.SoftwareUpgrade{Stage: logtypes.UPGRADE_STAGE_SCHEDULED, Name: "later", UpgradeHeight: uint64(at)}, scheduled)
	n.Submit(n.Admin, n.Enterprise, testutil.Commitment("before"))
	for n.Height+1 < at {
		n.Block()
	}
	before := n.head()
	n.stops(fmt.Sprintf(`UPGRADE "later" NEEDED at height: %d`, at))
	n.start()
	n.stops("NEEDED") // again, and for ever
	require.FileExists(t, filepath.Join(n.home, "data", upgradetypes.UpgradeInfoFilename))

	migrated := later(t, nil)
	n.start()
	require.Equal(t, before, n.head())
	n.Block()
	require.Equal(t, at, n.Height)
	require.Equal(t, 1, *migrated)
	require.Equal(t, before.Size_+1, n.head().Size_)
	applied := n.entry(before.Size_)
	require.Equal(t, uint64(at), applied.Height)
	require.Equal(t, &logtypes.SoftwareUpgrade{
		Stage: logtypes.UPGRADE_STAGE_APPLIED, Name: "later", UpgradeHeight: uint64(at), LogSize: before.Size_, LogRoot: before.Root,
	}, applied.GetSoftwareUpgrade())
	require.Equal(t, sdk.Uint64ToBigEndian(uint64(at)), n.Ctx().KVStore(n.App.StoreKey(laterStore)).Get([]byte{1}))

	n.Submit(n.Admin, n.Enterprise, testutil.Commitment("after"))
	n.start() // the note in the home is for one height only
	n.Block()
	require.Equal(t, 1, *migrated)
	// Consensus parameters and a further upgrade can still be decided.
	carry(n.Chain, updateParams(n.Chain, nil))
	refusedProposal(n.Chain, consortiumtypes.ErrUpgrade, "name: expected one that no software had so far, got later", plan("later", n.Height+9))
	carry(n.Chain, plan("after-later", n.Height+9))
}

// A6: a migration that touches the log is refused, and the chain stops rather than go on.
func TestA6UpgradeMustNotTouchTheLog(t *testing.T) {
	n := newNode(t)
	at := n.Height + 4
	carry(n.Chain, plan("later", at))
	for n.Height+1 < at {
		n.Block()
	}
	n.stops("NEEDED")
	later(t, func(ctx sdk.Context, a *app.App) error {
		_, err := a.LogKeeper.Append(ctx, &logtypes.Entry_InstitutionDigest{InstitutionDigest: &logtypes.InstitutionDigest{
			InstitutionId: 1, Topic: logtypes.DIGEST_TOPIC_RELEASE, Digest: testutil.Commitment("release"),
		}})
		return err
	})
	n.start()
	n.stops("expected the log as it was")
}

// The new software does not run before the height, and one without the upgrade not
// after it.
func TestUpgradeInTime(t *testing.T) {
	n := newNode(t)
	at := n.Height + 5
	carry(n.Chain, plan("later", at))
	undo := app.AddUpgrade("later", laterStore, nil)
	defer undo()
	require.Panics(t, n.start, "a store is missing")
	undo()
	n.start()
	for n.Height+1 < at {
		n.Block()
	}
	n.stops("NEEDED")
	app.AddUpgrade("later", laterStore, nil)
	n.start()
	n.Block()
	undo()
	n.start()
	n.stops("upgrade handler is missing for later")
}

// A plan that was cancelled leaves the chain running; the entry names it.
func TestUpgradeCancelled(t *testing.T) {
	n := newNode(t)
	at := n.Height + 8
	carry(n.Chain, plan("later", at))
	carry(n.Chain, cancel)
	require.Equal(t, &logtypes.SoftwareUpgrade{Stage: logtypes.UPGRADE_STAGE_CANCELLED, Name: "later", UpgradeHeight: uint64(at)},
		n.entry(n.head().Size_-1).GetSoftwareUpgrade())
	for n.Height < at+1 {
		n.Block()
	}
	require.NoFileExists(t, filepath.Join(n.home, "data", upgradetypes.UpgradeInfoFilename))
}

// A note that is none stops a node that would need it.
func TestUpgradeNote(t *testing.T) {
	n := newNode(t)
	n.start() // none yet
	note := filepath.Join(n.home, "data", upgradetypes.UpgradeInfoFilename)
	require.NoError(t, os.MkdirAll(filepath.Dir(note), 0o700))
	require.NoError(t, os.WriteFile(note, []byte("{"), 0o600))
	require.Panics(t, n.start)
}

// Whether an upgrade may be decided depends on the state alone: a node that has the next
// release already judges and executes like the others.
func TestVerdictsOnPlansIgnoreANodesSoftware(t *testing.T) {
	present, early := newNode(t), newNode(t)
	undo := app.AddUpgrade("later", "", nil)
	early.start()
	undo()
	present.Block() // a node knows the time from its first block on
	early.Block()
	id := uint64(1)
	for _, step := range []struct {
		by  testutil.Signer
		msg sdk.Msg
	}{
		{center, proposal(present.Chain, center, plan("later", present.Height+100))}, {court, approve(court, id)}, {notary, approve(notary, id)},
	} {
		raw := present.Sign(step.by, step.msg)
		for _, n := range []*node{present, early} {
			checked := n.Check(raw)
			require.Zero(t, checked.Code, checked.Log)
			require.True(t, n.Accepts(raw))
			done := n.Block(raw)[0]
			require.Zero(t, done.Code, done.Log)
		}
		require.Equal(t, present.AppHash, early.AppHash)
	}
	present.Block()
	early.stops("BINARY UPDATED BEFORE TRIGGER") // by itself, and can go back
	early.start()
	early.Block()
	require.Equal(t, present.AppHash, early.AppHash)
}

// What the software of the founding has, and what the log says was carried out, is no
// name for an upgrade to come.
func TestKnownUpgradesAreNotDecidedAgain(t *testing.T) {
	undo := app.AddUpgrade("before", "", nil)
	n := newNode(t)
	refusedProposal(n.Chain, consortiumtypes.ErrUpgrade, "name: expected one that no software had so far, got before, known since height 1", plan("before", n.Height+9))
	at := n.Height + 5
	carry(n.Chain, plan("later", at))
	for n.Height+1 < at {
		n.Block()
	}
	n.stops("NEEDED")
	app.AddUpgrade("skipped", "", nil)
	app.AddUpgrade("later", "", nil)
	n.start()
	n.Block()
	for _, name := range []string{"before", "skipped", "later"} {
		refusedProposal(n.Chain, consortiumtypes.ErrUpgrade, "no software had so far, got "+name, plan(name, n.Height+9))
	}
	undo()
	again := n.Export(testutil.Options{})
	refusedProposal(again, consortiumtypes.ErrUpgrade, fmt.Sprintf("got later, known since height %d", at), plan("later", again.Height+9))
	carry(again, plan("before", again.Height+9)) // of which this software knows nothing
}

// The block at the height of an upgrade carries no transactions, whichever software
// judges it: state is migrated only when it is executed.
func TestBlockOfAnUpgradeCarriesNoTransactions(t *testing.T) {
	n := newNode(t)
	at := n.Height + 5
	carry(n.Chain, plan("later", at))
	raw := func() []byte { return depositWith(n.World, n.Employee, 0, testutil.TxGas) }
	none := func() {
		t.Helper()
		require.Empty(t, n.Propose(raw()))
		require.False(t, n.Accepts(raw()))
		require.True(t, n.Accepts())
	}
	for n.Height+1 < at {
		require.True(t, n.Accepts(raw()), n.Height+1)
		n.Block()
	}
	none()
	n.stops("NEEDED")
	later(t, nil)
	n.start()
	none()
	n.Block()
	require.Len(t, n.Propose(raw()), 1)
	require.True(t, n.Accepts(raw()))
}
