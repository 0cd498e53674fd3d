package logindex

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/verify/bundle"
)

const (
	// restPath is where a node's REST gateway serves the queries.
	restPath = "/ink/index/v1"
	// roundEvery is how long a node waits before it asks its peers again.
	roundEvery = time.Minute
	// readyEvery is how long it waits for its own index and history.
	readyEvery = 2 * time.Second
	// peerBudget is how long one peer may take in a round: a slow one must not keep the
	// others from being asked.
	peerBudget = 30 * time.Second
	// askWithin is how long one answer may take.
	askWithin = 20 * time.Second
	// maxAlone is the longest time that a peer of no use is left alone: first a round,
	// then twice as long each time.
	maxAlone = time.Hour
	// maxAnswer bounds what is read of one answer: a block of 256 validators with
	// ML-DSA keys and two sets, in base64, is below.
	maxAnswer = 8 << 20
	// maxAbsent is how often in a row a peer may not have what is missing.
	maxAbsent = 20
)

// errAbsent says that a peer has not got it either.
var errAbsent = errors.New("the peer has it not")

// SetChange is a validator set in the chain's history: the header of Height is the
// first to name it as next, by its hash.
type SetChange struct {
	Height uint64
	Hash   []byte
}

// History is what the node's own state says about the chain.
type History interface {
	ChainID() string
	// Sets are all sets since the genesis, ascending; the first is that of the genesis.
	Sets(ctx context.Context) ([]SetChange, error)
}

// Peers fetches from other nodes' archives what is missing in the own one. Nothing
// they say is believed: a header must be signed by more than two thirds of the set
// that the own state's history names for its height, and a head must be proven by
// the header above it and have the root of the own tree. Only what is missing is
// asked for, so a peer can fill no disk.
type Peers struct {
	archive *Archive
	index   *Index
	history History
	urls    []string
	client  *http.Client
	log     log.Logger
	budget  time.Duration
	// useless are peers that are left alone, by their URLs; for Run's goroutine.
	useless map[string]alone
}

// alone is a peer that is not asked before a time.
type alone struct {
	until time.Time
	wait  time.Duration
}

// NewPeers asks peers by their URLs: that of a REST gateway, or with a path that of
// the proofs behind a public listener, such as http://host:8480/v1.
func NewPeers(a *Archive, x *Index, h History, urls []string, l log.Logger) (*Peers, error) {
	p := &Peers{archive: a, index: x, history: h, log: l, budget: peerBudget, useless: map[string]alone{}}
	for _, s := range urls {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("archive peers: expected http://HOST:PORT, got %q", s)
		}
		if u.Path == "" || u.Path == "/" {
			u.Path = restPath
		}
		p.urls = append(p.urls, strings.TrimSuffix(u.String(), "/"))
	}
	p.client = &http.Client{
		Timeout: askWithin,
		// Where a peer sends us is not where the operator did.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p, nil
}

// Run asks all peers in turn, and again as long as something is missing.
func (p *Peers) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := roundEvery
		more, err := p.round(ctx)
		if err != nil && ctx.Err() == nil {
			p.log.Info("the node is not ready to compare what peers have", "why", err)
		}
		if err != nil || more {
			wait = readyEvery
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// round asks each peer for what is missing then, as long as its budget lasts; more says
// that one had more to give. The error is that the node itself has nothing yet to
// compare with. One peer after the other: what they send is checked with the processor
// that makes blocks, and nobody waits for it.
func (p *Peers) round(ctx context.Context) (more bool, err error) {
	mark, err := p.index.Mark()
	if err != nil {
		return false, err
	}
	sets, err := p.history.Sets(ctx)
	if err == nil && len(sets) == 0 {
		err = errors.New("expected a history of validator sets, got none")
	}
	if err != nil {
		return false, err
	}
	for _, peer := range p.urls {
		if time.Now().Before(p.useless[peer].until) {
			continue
		}
		f := &fetcher{Peers: p, peer: peer, mark: mark, sets: sets}
		late, err := f.within(ctx, p.budget)
		if ctx.Err() != nil {
			return false, nil
		}
		if f.fetched > 0 {
			p.log.Info("filled the proof archive from a peer", "peer", peer, "heights", f.fetched)
		}
		p.judge(peer, err != nil && !(late && f.fetched > 0), err)
		more = more || late && f.fetched > 0
	}
	return more, nil
}

// judge leaves a peer of no use alone for a while.
func (p *Peers) judge(peer string, useless bool, why error) {
	if !useless {
		delete(p.useless, peer)
		return
	}
	wait := min(max(2*p.useless[peer].wait, roundEvery), maxAlone)
	p.useless[peer] = alone{time.Now().Add(wait), wait}
	p.log.Error("a peer's archive was of no use", "peer", peer, "asked again in", wait, "err", why)
}

// fetcher is one round with one peer.
type fetcher struct {
	*Peers
	ctx     context.Context
	peer    string
	mark    Mark
	sets    []SetChange
	fetched int
	absent  int // in a row
}

// within fetches until a time is over; late says that it was.
func (f *fetcher) within(ctx context.Context, budget time.Duration) (late bool, err error) {
	var cancel context.CancelFunc
	f.ctx, cancel = context.WithTimeout(ctx, budget)
	defer cancel()
	err = f.fetch()
	return f.ctx.Err() != nil, err
}

// fetch takes what is missing from the peer until it errs.
func (f *fetcher) fetch() (err error) {
	defer func() { // whatever a peer sends must not end the node
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrNotSound, r)
		}
	}()
	if err := f.links(); err != nil {
		return err
	}
	return f.heads()
}

// links fetches the headers that name another set, which the own history knows.
func (f *fetcher) links() error {
	for _, s := range f.sets[1:] {
		if s.Height > f.mark.Height {
			return nil
		}
		_, kept, err := f.archive.header(s.Height)
		if err != nil {
			return err
		}
		if !kept {
			if err := f.count(f.block(s.Height)); err != nil {
				return fmt.Errorf("block %d: %w", s.Height, err)
			}
		}
	}
	return nil
}

// heads fetches missing heads with the blocks above them. Those of an era before
// this chain's genesis are not: their validators are not in its history.
func (f *fetcher) heads() error {
	for after := f.sets[0].Height - 1; ; {
		heights, err := f.archive.Missing(after, 0)
		if err != nil || len(heights) == 0 {
			return err
		}
		for _, h := range heights {
			if h >= f.mark.Height {
				return nil
			}
			if err := f.count(f.head(h)); err != nil {
				return fmt.Errorf("head %d: %w", h, err)
			}
			after = h
		}
	}
}

// count lets a peer not have some things, but not endlessly.
func (f *fetcher) count(err error) error {
	switch {
	case err == nil:
		f.fetched, f.absent = f.fetched+1, 0
	case errors.Is(err, errAbsent) && f.absent < maxAbsent:
		f.absent++
		return nil
	}
	return err
}

// head fetches the head that a block left, with the block above.
func (f *fetcher) head(height uint64) error {
	var answer struct {
		State []byte `json:"state"`
	}
	if err := f.ask("head", height, &answer); err != nil {
		return err
	}
	s, err := bundle.ParseState(answer.State)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if s.Height != height {
		return fmt.Errorf("%w: expected the head of %d, got that of %d", ErrNotSound, height, s.Height)
	}
	next, kept, err := f.archive.header(height + 1)
	if err != nil {
		return err
	}
	if !kept {
		if err := f.block(height + 1); err != nil {
			return err
		}
		if next, _, err = f.archive.header(height + 1); err != nil {
			return err
		}
	}
	head, err := ProveHead(s, next.AppHash)
	if err != nil {
		return err
	}
	if head.Size_ > f.mark.Size {
		return fmt.Errorf("%w: expected at most %d entries, got %d", ErrNotSound, f.mark.Size, head.Size_)
	}
	root, err := f.index.Root(head.Size_)
	if err != nil {
		return err
	}
	if string(root[:]) != string(head.Root) {
		return fmt.Errorf("%w: expected root %x of %d entries, got %x", ErrNotSound, root, head.Size_, head.Root)
	}
	return f.archive.AddHead(s)
}

// block fetches a header with its commit and sets.
func (f *fetcher) block(height uint64) error {
	var answer struct {
		Block      []byte `json:"block"`
		Validators []byte `json:"validators"`
		Next       []byte `json:"next_validators"`
	}
	if err := f.ask("block", height, &answer); err != nil {
		return err
	}
	b, err := parseBlock(answer.Block, answer.Validators, answer.Next)
	if err != nil {
		return err
	}
	if err := f.check(&b.Block, height); err != nil {
		return err
	}
	return b.addTo(f.archive)
}

// check holds a header against the own history.
func (f *fetcher) check(b *bundle.Block, height uint64) error {
	h := &b.Header
	signers, next := f.setAt(height-1), f.setAt(height)
	switch {
	case h.ChainID != f.history.ChainID():
		return fmt.Errorf("%w: expected chain id %q, got %q", ErrNotSound, f.history.ChainID(), h.ChainID)
	case h.Height != height:
		return fmt.Errorf("%w: expected block %d, got %d", ErrNotSound, height, h.Height)
	case string(h.ValidatorsHash) != string(signers) || string(h.NextValidatorsHash) != string(next):
		return fmt.Errorf("%w: expected sets %x and %x as in the own state's history, got %x and %x",
			ErrNotSound, signers, next, h.ValidatorsHash, h.NextValidatorsHash)
	}
	return nil
}

// setAt is the set that the header of a height names as next; that of the genesis
// for the first.
func (f *fetcher) setAt(height uint64) []byte {
	hash := f.sets[0].Hash
	for _, s := range f.sets[1:] {
		if s.Height > height {
			break
		}
		hash = s.Hash
	}
	return hash
}

// ask gets one answer.
func (f *fetcher) ask(what string, height uint64, into any) error {
	req, err := http.NewRequestWithContext(f.ctx, http.MethodGet, fmt.Sprintf("%s/%s/%d", f.peer, what, height), nil)
	if err != nil {
		return err
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return errAbsent
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("expected status 200, got %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(body) > maxAnswer {
		return fmt.Errorf("%w: expected at most %d bytes, got more", ErrNotSound, maxAnswer)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	return nil
}
