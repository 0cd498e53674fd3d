package logindex

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/verify/bundle"
)

// ChainID and Sets are the history in a node's own state.
func (l *ledger) ChainID() string { return testChainID }

func (l *ledger) Sets(context.Context) ([]SetChange, error) {
	var all []SetChange
	for h, hash := range l.changes {
		all = append(all, SetChange{h, hash})
	}
	slices.SortFunc(all, func(a, b SetChange) int { return int(a.Height) - int(b.Height) })
	return all, nil
}

// complete is an archive that has everything of a ledger, and its index.
func complete(t testing.TB, l *ledger) (*Archive, *Index) {
	t.Helper()
	a, _ := openArchive(t)
	x, _ := caughtUp(t, l.state())
	require.NoError(t, a.Record(l.state()))
	f := NewFollower(a, l, log.NewNopLogger())
	require.NoError(t, f.start(context.Background()))
	for f.behind() {
		require.NoError(t, f.step(context.Background()))
	}
	return a, x
}

// grown is a ledger of n blocks with some entries and two changes of the set.
func grown(t testing.TB, n int) *ledger {
	l := newLedger(t)
	for i := range n {
		l.block(i%2+i%3, i == 5 || i == 6)
	}
	return l
}

// synced is the archive and index of a node that joined late by state sync.
func synced(t testing.TB, l *ledger) (*Archive, *Index) {
	t.Helper()
	a, _ := openArchive(t)
	l.pruned = l.height()
	require.NoError(t, a.Record(l.state()))
	l.pruned = 0
	x, _ := caughtUp(t, l.state())
	return a, x
}

// serve answers as a node with an archive does; bend may change an answer.
func serve(t testing.TB, l *ledger, a *Archive, x *Index, bend func(path string, body []byte) []byte) string {
	t.Helper()
	handler := NewServer(x, a, l.log).PublicHandler()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		if bend != nil && rec.Code == http.StatusOK {
			body = bend(r.URL.Path, body)
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1"
}

func newPeers(t testing.TB, a *Archive, x *Index, l *ledger, urls ...string) *Peers {
	t.Helper()
	p, err := NewPeers(a, x, l, urls, log.NewNopLogger())
	require.NoError(t, err)
	return p
}

// fetch is a round with the first peer.
func fetch(t testing.TB, p *Peers) (int, error) {
	t.Helper()
	mark, err := p.index.Mark()
	require.NoError(t, err)
	sets, err := p.history.Sets(context.Background())
	require.NoError(t, err)
	f := &fetcher{Peers: p, ctx: context.Background(), peer: p.urls[0], mark: mark, sets: sets}
	err = f.fetch()
	return f.fetched, err
}

func TestWhatIsMissingComesFromAPeer(t *testing.T) {
	l := grown(t, 40)
	full, fullIndex := complete(t, l)
	a, x := synced(t, l)
	before := statsOf(a)
	require.NotZero(t, before.missing)
	url := serve(t, l, full, fullIndex, nil)
	_, err := fetch(t, newPeers(t, a, x, l, url))
	require.NoError(t, err)
	require.NoError(t, a.Audit(func(err error) { t.Error(err) }))

	got, want := statsOf(a), statsOf(full)
	require.Zero(t, got.missing)
	require.Equal(t, want.completeFrom, got.completeFrom)
	for _, list := range []func(*Archive) ([]uint64, error){
		func(a *Archive) ([]uint64, error) { return a.Heads(0, 0) },
		func(a *Archive) ([]uint64, error) { return a.Links(0, 0) },
	} {
		mine, err := list(a)
		require.NoError(t, err)
		theirs, err := list(full)
		require.NoError(t, err)
		require.NotEmpty(t, theirs)
		require.Equal(t, theirs, mine)
	}
}

func TestAPeerThatHasNotEverythingIsCompletedByAnother(t *testing.T) {
	l := grown(t, 40)
	full, fullIndex := complete(t, l)
	poor, poorIndex := synced(t, l)
	a, x := synced(t, l)
	p := newPeers(t, a, x, l, serve(t, l, poor, poorIndex, nil), serve(t, l, full, fullIndex, nil))
	more, err := p.round(context.Background())
	require.NoError(t, err)
	require.False(t, more)
	require.Zero(t, statsOf(a).missing)
}

func TestHostilePeersAreRefused(t *testing.T) {
	l := grown(t, 40)
	full, fullIndex := complete(t, l)
	other := newLedger(t) // the same ids and validators, another history
	for range 40 {
		other.block(1, false)
	}
	foreign, foreignIndex := complete(t, other)

	for name, url := range map[string]string{
		"another chain's archive": serve(t, other, foreign, foreignIndex, nil),
		"the head of another height": serve(t, l, full, fullIndex, func(path string, body []byte) []byte {
			if strings.Contains(path, "/head/") {
				b, _, _ := full.Head(4)
				return answer("state", b)
			}
			return body
		}),
		"a minority's commit": serve(t, l, full, fullIndex, bendBlock(t, func(b *bundle.Block, _, _ *[]bundle.Validator) {
			for i := range b.Commit.Signatures[1:] {
				b.Commit.Signatures[i] = bundle.Signature{Flag: bundle.FlagAbsent}
			}
		})),
		"a flipped signature": serve(t, l, full, fullIndex, bendBlock(t, func(b *bundle.Block, _, _ *[]bundle.Validator) {
			b.Commit.Signatures[0].Signature[3] ^= 1
		})),
		"a forged set": serve(t, l, full, fullIndex, bendBlock(t, func(_ *bundle.Block, set, _ *[]bundle.Validator) {
			(*set)[0].Power += 100
		})),
		"no next set": serve(t, l, full, fullIndex, bendBlock(t, func(b *bundle.Block, _, next *[]bundle.Validator) {
			b.Header.NextValidatorsHash = b.Header.ValidatorsHash
			*next = nil
		})),
		"another header": serve(t, l, full, fullIndex, bendBlock(t, func(b *bundle.Block, _, _ *[]bundle.Validator) {
			b.Header.Time++
		})),
		"rubbish":           serve(t, l, full, fullIndex, func(string, []byte) []byte { return []byte(`{"state":"AAAA","block":"AAAA"}`) }),
		"no JSON":           serve(t, l, full, fullIndex, func(string, []byte) []byte { return []byte("<html>") }),
		"an endless answer": endless(t),
		"a redirect":        redirect(t, serve(t, l, full, fullIndex, nil)),
	} {
		a, x := synced(t, l)
		before := statsOf(a)
		began := dump(t, a.db)
		n, err := fetch(t, newPeers(t, a, x, l, url))
		require.Error(t, err, name)
		require.NoError(t, a.Audit(func(err error) { t.Errorf("%s: %s", name, err) }))
		require.Equal(t, before.heads, statsOf(a).heads, name)
		if name != "the head of another height" {
			require.Zero(t, n, name)
			require.Equal(t, began, dump(t, a.db), "%s: something was stored", name)
		}
	}
}

// A peer with validators' keys cannot pass a tree that is not the own one.
func TestAHeadMustHaveTheOwnRoot(t *testing.T) {
	l := grown(t, 20)
	full, fullIndex := complete(t, l)
	a, _ := synced(t, l)
	forked := newLedger(t)
	forked.log = newChain(77)
	for forked.log.size() < l.log.size() {
		forked.block(1, false)
	}
	x, _ := caughtUp(t, forked.log.at(l.log.size()))
	x.served.Height = l.height()
	url := serve(t, l, full, fullIndex, nil)
	_, err := fetch(t, newPeers(t, a, x, l, url))
	require.ErrorIs(t, err, ErrNotSound)
	require.ErrorContains(t, err, "root")
	require.Equal(t, uint64(1), statsOf(a).heads)
}

func TestPeersAreURLs(t *testing.T) {
	for _, bad := range []string{"", "host:1317", "ftp://host", "http://", "://"} {
		_, err := NewPeers(nil, nil, nil, []string{bad}, log.NewNopLogger())
		require.Error(t, err, bad)
	}
	p, err := NewPeers(nil, nil, nil, []string{"http://a:1317", "https://b/", "http://c:8480/v1/"}, log.NewNopLogger())
	require.NoError(t, err)
	require.Equal(t, []string{"http://a:1317/ink/index/v1", "https://b/ink/index/v1", "http://c:8480/v1"}, p.urls)
}

func answer(pairs ...any) []byte {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	b, _ := json.Marshal(m)
	return b
}

// bendBlock changes all blocks that a peer gives.
func bendBlock(t testing.TB, bend func(b *bundle.Block, set, next *[]bundle.Validator)) func(string, []byte) []byte {
	return func(path string, body []byte) []byte {
		if !strings.Contains(path, "/block/") {
			return body
		}
		var a struct {
			Block, Validators []byte
			Next              []byte `json:"next_validators"`
		}
		require.NoError(t, json.Unmarshal(body, &a))
		b, err := bundle.ParseBlock(a.Block)
		require.NoError(t, err)
		set, err := bundle.ParseSet(a.Validators)
		require.NoError(t, err)
		next, err := bundle.ParseSet(a.Next)
		require.NoError(t, err)
		bend(&b, &set, &next)
		return answer("block", b.Message(), "validators", bundle.EncodeSet(set), "next_validators", bundle.EncodeSet(next))
	}
}

func endless(t testing.TB) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func redirect(t testing.TB, to string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprint(to, r.URL.Path), http.StatusFound)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// A peer that hangs costs its budget once, not in every round.
func TestAPeerOfNoUseIsLeftAloneForAWhile(t *testing.T) {
	l := grown(t, 40)
	full, fullIndex := complete(t, l)
	a, x := synced(t, l)
	var asked atomic.Int64
	tarpit := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done()
	}))
	t.Cleanup(tarpit.Close)
	good := serve(t, l, full, fullIndex, nil)
	p := newPeers(t, a, x, l, tarpit.URL, good)
	p.budget = 300 * time.Millisecond
	_, err := p.round(background)
	require.NoError(t, err)
	require.EqualValues(t, 1, asked.Load())
	l.block(1, false)
	l.block(1, false)
	require.NoError(t, x.CatchUp(l.state()))
	require.NoError(t, a.Expect([]uint64{l.height() - 1}, l.log.size()))
	before := statsOf(full)
	require.NoError(t, full.Record(l.state()))
	require.NoError(t, l.add(full, l.height()))
	require.Equal(t, before.heads+2, statsOf(full).heads)
	_, err = p.round(background)
	require.NoError(t, err)
	require.EqualValues(t, 1, asked.Load(), "it is left alone")
	require.Zero(t, statsOf(a).missing, "the others are asked")

	for _, wait := range []time.Duration{2 * roundEvery, 4 * roundEvery, 8 * roundEvery, 16 * roundEvery, 32 * roundEvery, maxAlone, maxAlone} {
		p.judge(p.urls[0], true, errAbsent)
		require.Equal(t, wait, p.useless[p.urls[0]].wait)
		require.WithinDuration(t, time.Now().Add(wait), p.useless[p.urls[0]].until, 5*time.Second)
	}
	p.judge(p.urls[0], false, nil)
	require.Empty(t, p.useless, "who was of use is asked in each round again")
}
