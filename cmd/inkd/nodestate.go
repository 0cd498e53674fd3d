package main

import (
	"context"
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	"github.com/cosmos/cosmos-sdk/client"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/verify/bundle"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// committed is the log in the last committed state: a logindex.ProvingState.
type committed struct {
	app    *app.App
	height int64
	ctx    sdk.Context
}

func committedState(a *app.App) (*committed, error) {
	height := a.LastBlockHeight()
	stores, err := a.CommitMultiStore().CacheMultiStoreWithVersion(height)
	if err != nil {
		return nil, fmt.Errorf("state of height %d: %w", height, err)
	}
	header := cmtproto.Header{ChainID: a.ChainID(), Height: height}
	return &committed{a, height, sdk.NewContext(stores, header, false, a.Logger())}, nil
}

// Height of the state.
func (s *committed) Height() uint64 { return uint64(s.height) }

// Head is the log's head; zeros while the log is empty.
func (s *committed) Head() (size uint64, root format.Hash, lastHeight uint64, err error) {
	head, err := s.app.LogKeeper.Head(s.ctx)
	if err != nil || head.Size_ == 0 {
		return 0, format.TreeRoot(nil), 0, err
	}
	copy(root[:], head.Root)
	return head.Size_, root, head.LastHeight, nil
}

// Entry is an entry's bytes.
func (s *committed) Entry(seq uint64) ([]byte, error) { return s.app.LogKeeper.EntryBytes(s.ctx, seq) }

// LogID is the log's identity.
func (s *committed) LogID() (id format.Hash, err error) {
	identity, err := s.app.LogKeeper.Identity(s.ctx)
	copy(id[:], identity.LogId)
	return id, err
}

// HeadProof proves the head in the state of this height or an earlier one. BaseApp
// would refuse the first height; the multistore does not.
func (s *committed) HeadProof(height uint64) (bundle.State, error) {
	store, ok := s.app.CommitMultiStore().(storetypes.Queryable)
	if !ok {
		return bundle.State{}, fmt.Errorf("%w: expected a multistore that proves, got %T", logindex.ErrNotProvable, s.app.CommitMultiStore())
	}
	return logindex.QueryHead(store, height)
}

// present is the log as it is whenever it is asked: a logindex.Log.
type present struct{ app *app.App }

func (p present) LogID() (format.Hash, error) {
	s, err := committedState(p.app)
	if err != nil {
		return format.Hash{}, err
	}
	return s.LogID()
}

func (p present) Entry(seq uint64) ([]byte, error) {
	s, err := committedState(p.app)
	if err != nil {
		return nil, err
	}
	return s.Entry(seq)
}

// history is what the node's own state says of validator sets: a logindex.History.
type history struct {
	chainID string
	client  client.Context
}

func (h history) ChainID() string { return h.chainID }

// Sets reads the whole history, page by page.
func (h history) Sets(ctx context.Context) ([]logindex.SetChange, error) {
	q := consortiumtypes.NewQueryClient(h.client)
	var all []logindex.SetChange
	for page := (&query.PageRequest{Limit: 100}); ; {
		resp, err := q.ValidatorSets(ctx, &consortiumtypes.QueryValidatorSetsRequest{Pagination: page})
		if err != nil {
			return nil, fmt.Errorf("history of validator sets: %w", err)
		}
		for _, s := range resp.ValidatorSets {
			all = append(all, logindex.SetChange{Height: s.Height, Hash: s.Hash})
		}
		if resp.Pagination == nil || len(resp.Pagination.NextKey) == 0 {
			return all, nil
		}
		page = &query.PageRequest{Limit: 100, Key: resp.Pagination.NextKey}
	}
}
