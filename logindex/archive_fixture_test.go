package logindex

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/store/v2/rootmulti"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const testChainID = "ink-test-1"

// ledger is a chain with states that prove heads, headers that commit to them, and
// commits by validators who change. It is the node's own CometBFT too: Blocks.
type ledger struct {
	t     testing.TB
	log   *chain
	store *rootmulti.Store
	key   *storetypes.KVStoreKey

	mu      sync.Mutex
	keys    map[string]ed25519.PrivKey        // by address
	sets    map[uint64]*cmttypes.ValidatorSet // by height
	changes map[uint64][]byte                 // hash of the set that a header is the first to name
	headers []*cmttypes.Header                // of height 1 and on
	commits []*cmttypes.Commit
	sizes   []uint64
	lastLog uint64 // height of the last block that appended
	// pruned are the states below, first is the first block that is kept.
	pruned, first uint64
	// lazy is a validator whose vote comes late: only in the next block.
	lazy int
	// fails answers each question with an error while it is set.
	fails error
	calls int
}

func newLedger(t testing.TB) *ledger {
	l := &ledger{
		t: t, log: newChain(1), key: storetypes.NewKVStoreKey(layout.HeadStore), first: 1, lazy: -1,
		keys: map[string]ed25519.PrivKey{}, sets: map[uint64]*cmttypes.ValidatorSet{}, changes: map[uint64][]byte{},
	}
	l.store = rootmulti.NewStore(dbm.NewMemDB(), log.NewNopLogger())
	l.store.MountStoreWithDB(l.key, storetypes.StoreTypeIAVL, nil)
	for _, name := range []string{"acc", "inklog", "zzz"} {
		l.store.MountStoreWithDB(storetypes.NewKVStoreKey(name), storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, l.store.LoadLatestVersion())
	first := l.newSet(10, 10, 10, 10)
	l.sets[1], l.sets[2] = first, first
	l.changes[1] = first.Hash()
	return l
}

// newSet has fresh validators with these powers.
func (l *ledger) newSet(powers ...int64) *cmttypes.ValidatorSet {
	var all []*cmttypes.Validator
	for i, p := range powers {
		key := ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "%d of %d", i, len(l.keys)))
		l.keys[string(key.PubKey().Address())] = key
		all = append(all, cmttypes.NewValidator(key.PubKey(), p))
	}
	return cmttypes.NewValidatorSet(all)
}

func (l *ledger) height() uint64 { return uint64(len(l.headers)) }

// block makes the next block: it appends so many entries, and its end may decide on
// another set, which the header above is the first to name.
func (l *ledger) block(appends int, change bool) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.height() + 1
	header := l.header(h)
	l.headers = append(l.headers, header)
	l.commits = append(l.commits, l.sign(header))
	l.log.block(appends)
	if appends > 0 {
		l.lastLog = h
		root := l.log.roots[l.log.size()]
		head := logtypes.LogHead{Version: 1, Size_: l.log.size(), Root: root[:], LastHeight: h}
		b, err := head.Marshal()
		require.NoError(l.t, err)
		l.store.GetKVStore(l.key).Set(layout.HeadKey(), b)
		l.store.GetKVStore(l.key).Set(layout.EdgeKey(), []byte("edge"))
	}
	l.store.Commit()
	l.sizes = append(l.sizes, l.log.size())
	l.sets[h+2] = l.sets[h+1]
	if change {
		l.sets[h+2] = l.newSet(10, 10, 10, 10, 10)
		l.changes[h+1] = l.sets[h+2].Hash()
	}
	return h
}

func (l *ledger) header(h uint64) *cmttypes.Header {
	word := func(s string) []byte { sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s, h)); return sum[:] }
	header := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: 11}, ChainID: testChainID, Height: int64(h),
		Time: time.Unix(int64(1_700_000_000+h), 5).UTC(), DataHash: word("data"),
		ValidatorsHash: l.sets[h].Hash(), NextValidatorsHash: l.sets[h+1].Hash(),
		ConsensusHash: word("params"), AppHash: l.store.LastCommitID().Hash, LastResultsHash: word("results"),
		EvidenceHash: word("evidence"), ProposerAddress: l.sets[h].Validators[0].Address,
	}
	if h > 1 {
		header.LastBlockID, header.LastCommitHash = l.commits[h-2].BlockID, l.commits[h-2].Hash()
	}
	return header
}

// sign is the commit of all validators.
func (l *ledger) sign(header *cmttypes.Header) *cmttypes.Commit {
	parts := sha256.Sum256(header.Hash())
	id := cmttypes.BlockID{Hash: header.Hash(), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: parts[:]}}
	c := &cmttypes.Commit{Height: header.Height, BlockID: id}
	for i, v := range l.sets[uint64(header.Height)].Validators {
		vote := &cmttypes.Vote{
			Type: cmtproto.PrecommitType, Height: header.Height, BlockID: id, Timestamp: header.Time.Add(time.Second),
			ValidatorAddress: v.Address, ValidatorIndex: int32(i),
		}
		sig, err := l.keys[string(v.Address)].Sign(cmttypes.VoteSignBytes(testChainID, vote.ToProto()))
		require.NoError(l.t, err)
		c.Signatures = append(c.Signatures, cmttypes.CommitSig{
			BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: v.Address, Timestamp: vote.Timestamp, Signature: sig,
		})
	}
	return c
}

// without is a commit from which one place is left out.
func without(c *cmttypes.Commit, place int) *cmttypes.Commit {
	out := c.Clone()
	out.Signatures[place] = cmttypes.NewCommitSigAbsent()
	return out
}

// add puts the block of a height into an archive as its own node would.
func (l *ledger) add(a *Archive, height uint64) error {
	b, set, next := l.bundled(height)
	return a.AddBlock(b, set, next)
}

func (l *ledger) bundled(height uint64) (bundle.Block, []bundle.Validator, []bundle.Validator) {
	set, err := blocks.Set(l.sets[height])
	require.NoError(l.t, err)
	next, err := blocks.Set(l.sets[height+1])
	require.NoError(l.t, err)
	return blocks.FromComet(l.headers[height-1], l.commits[height-1]), set, next
}

func (l *ledger) headProof(height uint64) bundle.State {
	s, err := QueryHead(l.store, height)
	require.NoError(l.t, err)
	return s
}

// Status, Commit and Validators are CometBFT's.
func (l *ledger) Status(context.Context) (*ctypes.ResultStatus, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails != nil {
		return nil, l.fails
	}
	s := &ctypes.ResultStatus{}
	s.SyncInfo.EarliestBlockHeight, s.SyncInfo.LatestBlockHeight = int64(l.first), int64(l.height())
	return s, nil
}

func (l *ledger) Commit(_ context.Context, height *int64) (*ctypes.ResultCommit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	h := uint64(*height)
	switch {
	case l.fails != nil:
		return nil, l.fails
	case h > l.height() || h < l.first:
		return nil, fmt.Errorf("height %d is not available, lowest height is %d", h, l.first)
	}
	c := l.commits[h-1]
	canonical := h < l.height()
	if !canonical && l.lazy >= 0 {
		c = without(c, l.lazy)
	}
	return ctypes.NewResultCommit(l.headers[h-1], c, canonical), nil
}

func (l *ledger) Validators(_ context.Context, height *int64, page, size *int) (*ctypes.ResultValidators, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.sets[uint64(*height)]
	if all == nil || uint64(*height) < l.first {
		return nil, errors.New("no validators")
	}
	from := (*page - 1) * *size
	end := min(from+*size, len(all.Validators))
	return &ctypes.ResultValidators{BlockHeight: *height, Validators: all.Validators[from:end], Count: end - from, Total: len(all.Validators)}, nil
}

// state is the committed state of the last block.
func (l *ledger) state() *ledgerState {
	return &ledgerState{snapshot: l.log.now(), l: l, at: l.height()}
}

type ledgerState struct {
	*snapshot
	l  *ledger
	at uint64
}

func (s *ledgerState) Height() uint64              { return s.at }
func (s *ledgerState) LogID() (format.Hash, error) { return logID, nil }
func (s *ledgerState) HeadProof(height uint64) (bundle.State, error) {
	if height < s.l.pruned {
		return bundle.State{}, ErrNotProvable
	}
	return QueryHead(s.l.store, height)
}

// openArchive is an archive over a new database.
func openArchive(t testing.TB) (*Archive, dbm.DB) {
	t.Helper()
	db := dbm.NewMemDB()
	a, err := OpenArchive(db)
	require.NoError(t, err)
	return a, db
}

type stats struct{ heads, blocks, completeFrom, missing, pending uint64 }

func statsOf(a *Archive) (s stats) {
	s.heads, s.blocks, s.completeFrom, s.missing, s.pending = a.Stats()
	return s
}

var errFull = errors.New("no space left on device")
