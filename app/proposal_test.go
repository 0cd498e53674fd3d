package app_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// mempools draws mempools over one state: transactions of several signers in the
// order of their sequences, with junk among them.
type mempools struct {
	*testutil.World
	r *rand.Rand
	// lanes are the transactions of one signer each, by sequence.
	lanes map[string][][]byte
	// names of the lanes, so that drawing follows no map's order.
	names []string
	junk  map[string][]byte
	kinds []string
}

const laneLength = 8

func newMempools(t testing.TB, seed uint64) *mempools {
	m := &mempools{
		World: testutil.NewWorld(t, testutil.Options{}), r: rand.New(rand.NewPCG(seed, 2)),
		lanes: map[string][][]byte{}, junk: map[string][]byte{},
	}
	members := []testutil.Signer{m.Employee}
	for i := range 4 {
		members = append(members, m.depositor(fmt.Sprintf("member %d", i)))
	}
	greedy, junk := m.depositor("greedy"), m.depositor("signer of junk")
	poor, _ := m.User("administrator of few records")
	second := m.NewEnterprise(poor, "金华示例数据有限公司", testutil.USCCs[1])
	m.Qualify(second, poor, 1)
	setQuota(m.World, second, 5)
	m.Submit(poor, second, testutil.Commitment("today's first"))
	evidence := m.Submit(junk, m.Enterprise, testutil.Commitment("public"))

	// All signatures are made over the same state: from here on there are no blocks.
	for _, s := range members {
		m.lane(s, m.Enterprise, laneLength, testutil.TxGas)
	}
	m.lane(poor, second, laneLength, testutil.TxGas) // four may stand in today's blocks
	m.lane(greedy, m.Enterprise, 45, app.MaxTxGas)   // forty of them are a block
	m.makeJunk(junk, evidence)
	return m
}

// depositor is a new member with DEPOSIT.
func (m *mempools) depositor(name string) testutil.Signer {
	s, id := m.User(name)
	m.Join(m.Enterprise, m.Admin, s, id, enterprisetypes.RIGHT_DEPOSIT)
	return s
}

func (m *mempools) lane(s testutil.Signer, enterprise uint64, n int, gas uint64) {
	for i := range n {
		raw := forge(m.Chain, s, func(d *draft) {
			d.auth.SignerInfos[0].Sequence += uint64(i)
			d.auth.Fee.GasLimit = gas
		}, testutil.Deposit(s, enterprise, testutil.Commitment(fmt.Sprint(s.Name, i))))
		m.lanes[s.Name] = append(m.lanes[s.Name], raw)
	}
	m.names = append(m.names, s.Name)
}

// makeJunk makes one transaction of each kind that may not stand in any block.
func (m *mempools) makeJunk(s testutil.Signer, evidence uint64) {
	stranger := testutil.NewSigner("stranger")
	deposit := testutil.Deposit(s, m.Enterprise, testutil.Commitment("junk"))
	random := make([]byte, 300)
	for i := range random {
		random[i] = byte(m.r.Uint32())
	}
	for kind, raw := range map[string][]byte{
		"random bytes":    random,
		"one byte":        {0x0a},
		"half a one":      forge(m.Chain, s, nil, deposit)[:200],
		"oversize":        padded(m.Chain, s, 0, evidence, app.MaxTxBytes+1),
		"huge":            padded(m.Chain, s, 0, evidence, 2<<20),
		"unknown signer":  forge(m.Chain, stranger, nil, testutil.Deposit(stranger, m.Enterprise, testutil.Commitment("x"))),
		"no right":        forge(m.Chain, m.Outsider, nil, testutil.Deposit(m.Outsider, m.Enterprise, testutil.Commitment("x"))),
		"fee":             forge(m.Chain, s, func(d *draft) { d.auth.Fee.Amount = coins(1) }, deposit),
		"without a fee":   forge(m.Chain, s, func(d *draft) { d.auth.Fee = nil }, deposit),
		"too much gas":    forge(m.Chain, s, func(d *draft) { d.auth.Fee.GasLimit = app.MaxTxGas + 1 }, deposit),
		"all gas":         forge(m.Chain, s, func(d *draft) { d.auth.Fee.GasLimit = 1<<64 - 1 }, deposit),
		"wrong sequence":  forge(m.Chain, s, func(d *draft) { d.auth.SignerInfos[0].Sequence += 3 }, deposit),
		"wrong signature": forge(m.Chain, s, func(d *draft) { d.spoil = func(r *txtypes.TxRaw) { r.Signatures[0][7] ^= 1 } }, deposit),
		"other chain":     forge(m.Chain, s, func(d *draft) { d.chainID = "ink-other" }, deposit),
		"timed out":       forge(m.Chain, s, func(d *draft) { d.body.TimeoutHeight = 3 }, deposit),
		"memo":            forge(m.Chain, s, func(d *draft) { d.body.Memo = "x" }, deposit),
	} {
		m.junk[kind] = raw
		m.kinds = append(m.kinds, kind)
	}
	slices.Sort(m.kinds)
}

// draw makes a mempool. Each of its transactions has memory of its own, so that a
// proposal tells which of equal ones it took.
func (m *mempools) draw() [][]byte {
	var pool [][]byte
	next := map[string]int{}
	for _, name := range m.names {
		// Some lanes begin in the middle: all of such a lane is refused.
		if m.r.IntN(8) == 0 {
			next[name] = 1
		}
	}
	for range m.r.IntN(60) {
		if m.r.IntN(5) == 0 {
			kind := m.kinds[m.r.IntN(len(m.kinds))]
			if kind != "huge" || m.r.IntN(10) == 0 {
				pool = append(pool, slices.Clone(m.junk[kind]))
			}
			continue
		}
		name := m.names[m.r.IntN(len(m.names))]
		run := 1
		if name == "greedy" && m.r.IntN(40) == 0 {
			run = 45
		}
		for ; run > 0 && next[name] < len(m.lanes[name]); run-- {
			pool = append(pool, slices.Clone(m.lanes[name][next[name]]))
			next[name]++
		}
	}
	if len(pool) > 1 && m.r.IntN(3) == 0 { // out of order, or twice
		i, j := m.r.IntN(len(pool)), m.r.IntN(len(pool))
		pool[i], pool[j] = pool[j], pool[i]
		pool = append(pool, slices.Clone(pool[m.r.IntN(len(pool))]))
	}
	return pool
}

// requireSame compares by hash, so that a failure can be read.
func requireSame(t *testing.T, want, got [][]byte, what string) {
	t.Helper()
	hashes := func(txs [][]byte) []string {
		out := make([]string, len(txs))
		for i, tx := range txs {
			out[i] = fmt.Sprintf("%d bytes %x", len(tx), sha256.Sum256(tx))
		}
		return out
	}
	require.Equal(t, hashes(want), hashes(got), what)
}

// An honest proposal is always accepted, whatever was in the mempool, and whatever
// the proposer left out is refused where it would have stood. So proposer and
// voters judge the same way.
func TestHonestProposalsAreAccepted(t *testing.T) {
	m := newMempools(t, 1)
	rounds, took, left := 1000, 0, 0
	if testing.Short() {
		rounds = 100
	}
	for i := range rounds {
		pool := m.draw()
		proposal := m.Propose(pool...)
		require.True(t, m.Accepts(proposal...), "mempool %d: the own proposal", i)
		require.Equal(t, len(proposal) == len(pool), m.Accepts(pool...), "mempool %d: all of it", i)
		took, left = took+len(proposal), left+len(pool)-len(proposal)
		if len(proposal) == len(pool) {
			continue
		}
		// One of those that were left out, in its place.
		var before [][]byte
		var places []int
		for j, tx := range pool {
			if len(before) < len(proposal) && &proposal[len(before)][0] == &tx[0] {
				before = append(before, tx)
			} else {
				places = append(places, j)
			}
		}
		require.Len(t, before, len(proposal), "mempool %d: the proposal keeps the order", i)
		j := places[m.r.IntN(len(places))]
		kept := slices.DeleteFunc(slices.Clone(pool[:j+1]), func(tx []byte) bool {
			return &tx[0] != &pool[j][0] && !slices.ContainsFunc(proposal, func(p []byte) bool { return &p[0] == &tx[0] })
		})
		require.False(t, m.Accepts(kept...), "mempool %d: what was left out at %d", i, j)
	}
	require.Greater(t, took, rounds*5, "the mempools are not all junk")
	require.Greater(t, left, rounds*2, "nor all valid")
}

// One transaction of any kind of junk anywhere in a proposal, and it is refused.
func TestProposalsWithJunkAreRefused(t *testing.T) {
	m := newMempools(t, 1)
	var honest [][]byte
	for _, name := range m.names[:4] {
		honest = append(honest, m.lanes[name][:3]...)
	}
	requireSame(t, honest, m.Propose(honest...), "the honest proposal")
	require.True(t, m.Accepts(honest...))
	require.True(t, m.Accepts(), "the empty proposal")
	for _, kind := range m.kinds {
		for _, at := range []int{0, len(honest) / 2, len(honest)} {
			require.False(t, m.Accepts(slices.Insert(slices.Clone(honest), at, m.junk[kind])...), "%s at %d", kind, at)
		}
		requireSame(t, honest, m.Propose(slices.Insert(slices.Clone(honest), 3, m.junk[kind])...), kind)
	}
	require.False(t, m.Accepts(append(slices.Clone(honest), nil)...), "no bytes at all")
	require.False(t, m.Accepts(append(slices.Clone(honest), honest[0])...), "one twice")
	swapped := slices.Clone(honest)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	require.False(t, m.Accepts(swapped...), "sequences out of order")
	poor := m.lanes["administrator of few records"]
	require.True(t, m.Accepts(poor[:4]...))
	require.False(t, m.Accepts(poor[:5]...), "over the quota")
}

// There is no clock in the verdict: a proposal is judged alike at all times of a
// day of quotas, and on another day only the quota is another.
func TestVerdictHasNoClock(t *testing.T) {
	m := newMempools(t, 3)
	now := m.Now
	at := func(d time.Duration, txs [][]byte) [][]byte {
		m.Now = now.Add(d)
		defer func() { m.Now = now }()
		proposal := m.Propose(txs...)
		require.True(t, m.Accepts(proposal...))
		return proposal
	}
	poor := m.lanes["administrator of few records"]
	for range 30 {
		pool := m.draw()
		want := m.Propose(pool...)
		for _, d := range []time.Duration{-9 * time.Hour, -time.Minute, time.Nanosecond, 13 * time.Hour} {
			requireSame(t, want, at(d, pool), d.String())
		}
		without := slices.DeleteFunc(slices.Clone(pool), func(tx []byte) bool {
			return slices.ContainsFunc(poor, func(p []byte) bool { return slices.Equal(p, tx) })
		})
		want = m.Propose(without...)
		for _, d := range []time.Duration{24 * time.Hour, 30 * 365 * 24 * time.Hour} {
			requireSame(t, want, at(d, without), d.String())
		}
	}
	require.Len(t, m.Propose(poor...), 4)
	require.Len(t, at(24*time.Hour, poor), 5, "tomorrow's quota")
}
