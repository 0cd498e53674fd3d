package logindex

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// Blocks is where a node's own blocks are read: CometBFT's client in the process.
type Blocks interface {
	Status(context.Context) (*ctypes.ResultStatus, error)
	Commit(ctx context.Context, height *int64) (*ctypes.ResultCommit, error)
	Validators(ctx context.Context, height *int64, page, perPage *int) (*ctypes.ResultValidators, error)
}

const (
	// retryEvery is how long the follower waits after an error, or for a wake that
	// does not come.
	retryEvery = time.Second
	// readBatch is after how many blocks read for links that is noted.
	readBatch = 100
	// maxErrors in one step; the rest is for the next.
	maxErrors = 10
	// validatorsPage is the most CometBFT gives at once.
	validatorsPage = 100
)

// errNoBlock says that the node has no such block (any more).
var errNoBlock = errors.New("no such block here")

// Follower brings blocks into the archive: after each kept head the next one, as soon
// as it is committed, and all that change the validator set. A commit that was seen
// only is compared with the one in the block above when that is there.
type Follower struct {
	archive *Archive
	blocks  Blocks
	log     log.Logger
	wake    chan struct{}

	mu     sync.Mutex
	latest uint64 // committed height
	// seen are blocks whose commit may get more votes, ascending.
	seen []uint64

	read uint64 // up to which blocks were read for links
}

// NewFollower follows a chain; Run does the work.
func NewFollower(a *Archive, b Blocks, l log.Logger) *Follower {
	return &Follower{archive: a, blocks: b, log: l, wake: make(chan struct{}, 1)}
}

// Wake says that a height is committed. It returns at once.
func (f *Follower) Wake(height uint64) {
	f.mu.Lock()
	f.latest = max(f.latest, height)
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// NeededFrom is the lowest height of a block that must not be pruned yet.
func (f *Follower) NeededFrom() (uint64, error) {
	from, err := f.archive.NeededFrom()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) > 0 {
		from = min(from, f.seen[0])
	}
	return from, err
}

// Run follows until the context ends. Errors are logged and tried again.
func (f *Follower) Run(ctx context.Context) {
	started := false
	for ctx.Err() == nil {
		err := f.safely(ctx, func() error {
			if !started {
				if err := f.start(ctx); err != nil {
					return err
				}
				started = true
			}
			return f.step(ctx)
		})
		if err != nil && ctx.Err() == nil {
			f.log.Error("the proof archive does not follow the chain", "err", err)
		}
		if err == nil && f.behind() {
			continue
		}
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-time.After(retryEvery):
		}
	}
}

// safely turns panics into errors: CometBFT's stores panic when they are closed.
func (f *Follower) safely(ctx context.Context, do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil && ctx.Err() == nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return do()
}

// start takes up what a former run left.
func (f *Follower) start(ctx context.Context) error {
	_, latest, err := f.bounds(ctx)
	if err != nil {
		return err
	}
	f.Wake(latest)
	read, err := f.archive.meta(metaRead, 1)
	if err != nil {
		return err
	}
	f.read = read[0]
	last, ok, err := f.archive.last(tableBlock)
	if ok {
		f.expectVotes(last)
	}
	return err
}

func (f *Follower) height() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest
}

func (f *Follower) behind() bool { return f.read < f.height() }

// step does what can be done at the present height.
func (f *Follower) step(ctx context.Context) error {
	if err := heal(f.archive.db); err != nil {
		return err
	}
	latest := f.height()
	return errors.Join(f.takeNext(ctx, latest), f.takeLinks(ctx, latest), f.takeVotes(ctx, latest))
}

// takeNext brings the blocks that kept heads wait for. One that cannot be had does
// not hold up the others.
func (f *Follower) takeNext(ctx context.Context, latest uint64) error {
	var errs []error
	for after := uint64(0); len(errs) < maxErrors; {
		waiting, err := f.archive.page(tablePending, after, 0)
		if err != nil || len(waiting) == 0 || waiting[0] >= latest {
			return errors.Join(append(errs, err)...)
		}
		head := waiting[0]
		for _, head = range waiting {
			if head >= latest || len(errs) >= maxErrors {
				break
			}
			err := f.take(ctx, head+1)
			if errors.Is(err, errNoBlock) {
				err = f.archive.giveUp(head)
			}
			if err != nil {
				errs = append(errs, err)
			}
		}
		after = head
	}
	return errors.Join(errs...)
}

// takeLinks reads some blocks more for changes of the set.
func (f *Follower) takeLinks(ctx context.Context, latest uint64) error {
	if f.read >= latest {
		return nil
	}
	first, _, err := f.bounds(ctx)
	if err != nil {
		return err
	}
	next := max(f.read+1, first)
	end := min(latest, next+readBatch-1)
	for ; next <= end; next++ {
		signed, err := f.signed(ctx, next)
		if err != nil && !errors.Is(err, errNoBlock) {
			return err
		}
		if err == nil && string(signed.NextValidatorsHash) != string(signed.ValidatorsHash) {
			if err := f.take(ctx, next); err != nil {
				return err
			}
		}
		f.read = next
	}
	return f.noteRead()
}

// noteRead remembers how far links were read: not for each block.
func (f *Follower) noteRead() error {
	noted, err := f.archive.meta(metaRead, 1)
	if err != nil || f.read < noted[0]+readBatch {
		return err
	}
	return f.archive.markRead(f.read)
}

// takeVotes compares seen commits with those that became part of the chain.
func (f *Follower) takeVotes(ctx context.Context, latest uint64) error {
	for {
		height, ok := f.firstSeen()
		if !ok || height >= latest {
			return nil
		}
		if err := f.take(ctx, height); err != nil && !errors.Is(err, errNoBlock) {
			return err
		}
		f.mu.Lock()
		f.seen = f.seen[1:]
		f.mu.Unlock()
	}
}

func (f *Follower) firstSeen() (uint64, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) == 0 {
		return 0, false
	}
	return f.seen[0], true
}

// expectVotes remembers a block whose commit is not the chain's yet.
func (f *Follower) expectVotes(height uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) == 0 || f.seen[len(f.seen)-1] < height {
		f.seen = append(f.seen, height)
	}
}

// take brings one block into the archive; errNoBlock if the node has it no more.
func (f *Follower) take(ctx context.Context, height uint64) error {
	signed, err := f.signed(ctx, height)
	if err != nil {
		return err
	}
	set, err := f.validators(ctx, height)
	if err != nil {
		return err
	}
	b := blocks.FromComet(signed.Header, signed.Commit)
	var next []bundle.Validator
	if isLink(&b.Header) {
		if next, err = f.validators(ctx, height+1); err != nil {
			return err
		}
	}
	if err := f.archive.AddBlock(b, set, next); err != nil {
		return err
	}
	if !signed.CanonicalCommit {
		f.expectVotes(height)
	}
	return nil
}

// signed is a header with the best commit that the node has for it.
func (f *Follower) signed(ctx context.Context, height uint64) (*ctypes.ResultCommit, error) {
	h := int64(height)
	got, err := f.blocks.Commit(ctx, &h)
	if err == nil && got != nil && got.Header != nil && got.Commit != nil {
		return got, nil
	}
	first, latest, boundsErr := f.bounds(ctx)
	if boundsErr == nil && (height < first || first == 0 && height <= latest) {
		return nil, fmt.Errorf("block %d: %w: it begins with %d", height, errNoBlock, first)
	}
	if err == nil {
		err = errors.New("expected a header with its commit, got none")
	}
	return nil, fmt.Errorf("block %d: %w", height, errors.Join(err, boundsErr))
}

// validators is the set of a height, read in pages.
func (f *Follower) validators(ctx context.Context, height uint64) ([]bundle.Validator, error) {
	h, size := int64(height), validatorsPage
	var all []*cmttypes.Validator
	for page := 1; ; page++ {
		got, err := f.blocks.Validators(ctx, &h, &page, &size)
		if err != nil {
			return nil, fmt.Errorf("validators of %d: %w", height, err)
		}
		all = append(all, got.Validators...)
		if len(all) >= got.Total || len(got.Validators) == 0 {
			return blocks.Validators(all)
		}
	}
}

// bounds are the first and the last height that the node has blocks of.
func (f *Follower) bounds(ctx context.Context) (first, latest uint64, err error) {
	s, err := f.blocks.Status(ctx)
	if err != nil {
		return 0, 0, err
	}
	return uint64(s.SyncInfo.EarliestBlockHeight), uint64(s.SyncInfo.LatestBlockHeight), nil
}
