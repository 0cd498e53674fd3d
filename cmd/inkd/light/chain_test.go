package light_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	cmtlight "github.com/cometbft/cometbft/light"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

var ctx = context.Background()

// The story changes its validators many times; twenty years later no trusting period
// could hold.
func TestEveryHeaderFromTheAnchorOnTwentyYearsLater(t *testing.T) {
	for name, n := range map[string]*node{"with an index": newNode(t), "headers only": {noIndex: true}} {
		t.Run(name, func(t *testing.T) {
			n.Prover, n.story, n.blocks = newNode(t).Prover, all(), map[uint64]signed{}
			c := start(t, n, newNode(t))
			lb, err := c.Latest(ctx)
			require.NoError(t, err)
			require.EqualValues(t, n.story.Height(), lb.Height)
			require.Zero(t, c.Begun())
			for h := uint64(1); h <= uint64(n.story.Height()); h++ {
				lb, err := c.At(ctx, h)
				require.NoError(t, err, "height %d", h)
				header := n.story.Header(int64(h))
				require.Equal(t, header.Hash(), lb.Hash())
				require.Equal(t, n.story.Validators(int64(h)).Hash(), lb.ValidatorSet.Hash())
			}
		})
	}
}

func TestTheChainIsFollowedAcrossChangesOfValidators(t *testing.T) {
	n := newNode(t)
	c := start(t, n, newNode(t))
	before, err := c.Latest(ctx)
	require.NoError(t, err)
	var told []light.Seen
	c.Advanced = func(s light.Seen) { told = append(told, s) }
	turnOver(n.story)
	time.Sleep(1100 * time.Millisecond) // the last header is asked for once a second
	after, err := c.Latest(ctx)
	require.NoError(t, err)
	require.EqualValues(t, n.story.Height(), after.Height)
	require.NotEqual(t, before.ValidatorsHash, after.ValidatorsHash)
	require.Len(t, told, 1)
	again, err := c.Latest(ctx)
	require.NoError(t, err)
	require.Equal(t, after.Hash(), again.Hash())
	for h := uint64(before.Height); h <= uint64(after.Height); h++ {
		_, err := c.At(ctx, h)
		require.NoError(t, err, "height %d", h)
	}
}

// turnOver replaces the keys of three validators, which takes more steps than one.
func turnOver(s *testutil.Story) {
	for _, name := range []string{"center", "notary", "exchange"} {
		s.Rotate(name, name+" of "+time.Duration(s.Height()).String())
		s.Block(testutil.Next{})
		s.Block(testutil.Next{})
	}
}

func TestAPinWithASetIsWhereTrustBegins(t *testing.T) {
	n := newNode(t)
	links, err := n.Links(ctx, 0, uint64(n.story.Height()))
	require.NoError(t, err)
	at := links[len(links)/2]
	b, _, err := n.Block(ctx, at)
	require.NoError(t, err)
	cfg := config(n)
	early, _, err := n.Block(ctx, 2)
	require.NoError(t, err)
	cfg.Pins = []verify.Pin{pin(&early.Header), pin(&b.Header), {Size: 1 << 40, Height: at + 1}}
	c, err := light.Start(ctx, cfg)
	require.NoError(t, err)
	require.Equal(t, at, c.Begun())
	_, err = c.At(ctx, at+1)
	require.NoError(t, err)
	_, err = c.At(ctx, at)
	refused(t, err, "below-trust", verify.ExitTrust)

	other := bundle.Hash{1}
	cfg.Pins = []verify.Pin{{Size: 1, Height: at, NextValidatorsHash: &other}}
	_, err = light.Start(ctx, cfg)
	refused(t, err, "pins.set", verify.ExitFailed)

	cfg.Pins = []verify.Pin{{Size: 1, Height: uint64(n.story.Height()) + 5, NextValidatorsHash: &other}}
	_, err = light.Start(ctx, cfg)
	refused(t, err, "trust", verify.ExitTrust)
}

// forgeLink lets some of the present validators hand the chain over to the forger: a
// header that names the forger's set, and one above that it signs.
func forgeLink(t *testing.T, n *node, signers int) {
	t.Helper()
	s := n.story
	var keys []crypto.PrivKey
	for _, v := range s.State.Validators.Validators {
		keys = append(keys, s.KeyOf(v.Address))
	}
	mine := testutil.ConsensusKey("forger")
	f := testutil.NewForger(append(keys, mine)...)
	set := []bundle.Validator{{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: mine.PubKey().Bytes()}, Power: 10}}
	hash, err := blocks.SetHash(set)
	require.NoError(t, err)
	top := uint64(s.Height())
	link, old, err := n.Prover.Block(ctx, top)
	require.NoError(t, err)
	link.Header.NextValidatorsHash = hash
	f.Resign(&link, old, testutil.Places(signers))
	next := link
	next.Header.Height, next.Header.Time = top+1, link.Header.Time+1e9
	next.Header.ValidatorsHash, next.Header.AppHash = hash, bytes.Repeat([]byte{1}, 32)
	f.Resign(&next, set, testutil.Everybody)
	n.blocks[top], n.blocks[top+1] = signed{link, old}, signed{next, set}
	n.top = top + 1
}

func TestALinkSignedByHalfIsRefused(t *testing.T) {
	total := len(all().State.Validators.Validators)
	for name, first := range map[string]bool{"at the start": true, "later": false} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.noIndex = true
			if first {
				forgeLink(t, n, total*2/3)
				_, err := light.Start(ctx, config(n))
				refused(t, err, "commit.power", verify.ExitFailed)
				return
			}
			n.top = uint64(n.story.Height()) - 1
			c := start(t, n)
			forgeLink(t, n, total*2/3)
			time.Sleep(1100 * time.Millisecond)
			_, err := c.Latest(ctx)
			refused(t, err, "commit.power", verify.ExitFailed)
		})
	}
}

// An honest node beside a lying one: what it says is served, the lie is noted.
func TestALyingNodeIsPassedOver(t *testing.T) {
	liar, honest := newNode(t), newNode(t)
	liar.noIndex = true
	forgeLink(t, liar, len(all().State.Validators.Validators)*2/3)
	cfg := config(liar, honest)
	var notes []string
	cfg.Note = func(_, en string) { notes = append(notes, en) }
	c, err := light.Start(ctx, cfg)
	require.NoError(t, err)
	lb, err := c.Latest(ctx)
	require.NoError(t, err)
	require.EqualValues(t, all().Height(), lb.Height)
	require.Len(t, notes, 2)
	require.Contains(t, notes[1], "not being compared", "who lies is no second node")
	require.Contains(t, notes[0], "node1")
	require.Contains(t, notes[0], "more than two thirds")
}

// Two headers of one height, both with all signatures: nothing is served any more, and
// CometBFT's light client sends its evidence to both sides.
func TestAForkEndsEverything(t *testing.T) {
	s := all()
	honest, other := newNode(t), newNode(t)
	honest.top, other.top = uint64(s.Height())-1, uint64(s.Height())-1
	c := start(t, honest, other)
	top := uint64(s.Height())
	honest.top, other.top = 0, 0
	b, set, err := honest.Block(ctx, top)
	require.NoError(t, err)
	var keys []crypto.PrivKey
	for _, v := range s.State.Validators.Validators {
		keys = append(keys, s.KeyOf(v.Address))
	}
	b.Header.DataHash = bytes.Repeat([]byte{9}, 32)
	testutil.NewForger(keys...).Resign(&b, set, testutil.Everybody)
	other.blocks[top] = signed{b, set}
	time.Sleep(1100 * time.Millisecond)
	_, err = c.Latest(ctx)
	require.ErrorContains(t, err, "forked")
	require.NotEmpty(t, honest.reported)
	require.NotEmpty(t, other.reported)
	_, err = c.At(ctx, 1)
	require.ErrorContains(t, err, "forked")
}

// What CometBFT's own level would have taken: a header of a set of the forger's choice,
// signed by half of the last set.
func TestAThirdIsNotEnough(t *testing.T) {
	s := all()
	n := newNode(t)
	trusted, old, err := n.Block(ctx, uint64(s.Height())-2)
	require.NoError(t, err)
	var keys []crypto.PrivKey
	for _, v := range old {
		keys = append(keys, s.KeyOf(address(t, v)))
	}
	half := len(old)/2 + len(old)%2
	if half*3 > len(old)*2 {
		half--
	}
	hash, err := blocks.SetHash(old[:half])
	require.NoError(t, err)
	forged, _, err := n.Block(ctx, uint64(s.Height()))
	require.NoError(t, err)
	forged.Header.ValidatorsHash, forged.Header.NextValidatorsHash = hash, hash
	testutil.NewForger(keys...).Resign(&forged, old[:half], testutil.Everybody)

	header := func(b bundle.Block) *cmttypes.SignedHeader {
		h, c := blocks.ToComet(b)
		return &cmttypes.SignedHeader{Header: h, Commit: c}
	}
	oldSet, err := blocks.ToSet(old)
	require.NoError(t, err)
	halfSet, err := blocks.ToSet(old[:half])
	require.NoError(t, err)
	at := func(level cmtmath.Fraction) error {
		return cmtlight.VerifyNonAdjacent(header(trusted), oldSet, header(forged), halfSet, 24*365*time.Hour, s.Now(), time.Hour, level)
	}
	require.NoError(t, at(cmtlight.DefaultTrustLevel), "CometBFT's default takes the forgery")
	require.Error(t, at(cmtmath.Fraction{Numerator: 2, Denominator: 3}))

	n.top, n.noIndex = uint64(s.Height())-2, true
	c := start(t, n)
	n.blocks[uint64(s.Height())] = signed{forged, old[:half]}
	_, err = c.At(ctx, uint64(s.Height()))
	require.Error(t, err)
	n.top = uint64(s.Height())
	_, err = c.At(ctx, uint64(s.Height()))
	refused(t, err, "chain.set", verify.ExitFailed)
}

func address(t *testing.T, v bundle.Validator) crypto.Address {
	t.Helper()
	set, err := blocks.ToSet([]bundle.Validator{v})
	require.NoError(t, err)
	return set.Validators[0].Address
}

func TestAnotherChainIsNamed(t *testing.T) {
	n := newNode(t)
	n.logID = &bundle.Hash{1}
	_, err := light.Start(ctx, config(n))
	refused(t, err, "trust", verify.ExitTrust)

	cfg := config(newNode(t))
	other := *cfg.Anchor
	other.Eras = append([]bundle.Era(nil), other.Eras...)
	other.Eras[0].ChainID = "another-1"
	cfg.Anchor = &other
	_, err = light.Start(ctx, cfg)
	refused(t, err, "trust", verify.ExitTrust)

	other.Eras[0].ChainID = testutil.ChainID
	other.Eras[0].Validators = other.Eras[0].Validators[:3]
	_, err = light.Start(ctx, cfg)
	refused(t, err, "chain.set", verify.ExitFailed)
}

func TestWhoDoesNotAnswerIsNoWitness(t *testing.T) {
	dead := newNode(t)
	dead.dead = true
	c := start(t, dead, newNode(t), dead)
	_, err := c.At(ctx, 3)
	require.NoError(t, err)
	_, err = light.Start(ctx, config(dead))
	require.ErrorIs(t, err, errDead)
}

// Once for an outage, not once for a header.
func TestHeadersThatAreNotComparedAreToldOnce(t *testing.T) {
	for name, others := range map[string][]*node{"one node": nil, "one of two": {newNode(t)}} {
		t.Run(name, func(t *testing.T) {
			for _, n := range others {
				n.dead = true
			}
			cfg := config(append([]*node{newNode(t)}, others...)...)
			var notes []string
			cfg.Note = func(zh, en string) { notes = append(notes, zh+en) }
			c, err := light.Start(ctx, cfg)
			require.NoError(t, err)
			require.Len(t, notes, 1)
			require.Contains(t, notes[0], "区块头未与第二个节点比对")
			require.Contains(t, notes[0], "headers are not being compared")
			for h := range uint64(3) {
				_, err := c.At(ctx, h+1)
				require.NoError(t, err)
			}
			require.Len(t, notes, 1)
		})
	}
	second := newNode(t)
	cfg := config(newNode(t), second)
	var notes []string
	cfg.Note = func(_, en string) { notes = append(notes, en) }
	c, err := light.Start(ctx, cfg)
	require.NoError(t, err)
	require.Empty(t, notes)
	second.dead = true
	for h := range uint64(3) {
		_, err := c.At(ctx, h+1)
		require.NoError(t, err)
	}
	require.Len(t, notes, 1, "the outage began while it ran")
}

func TestWhatWasSeenIsCompared(t *testing.T) {
	cfg := config(newNode(t))
	var memory light.Seen
	cfg.Advanced = func(s light.Seen) { memory = s }
	h := all().Header(7)
	cfg.Seen = &light.Seen{Height: 7, Hash: hexOf(h.Hash())}
	_, err := light.Start(ctx, cfg)
	require.NoError(t, err)
	require.EqualValues(t, all().Height(), memory.Height)

	memory = light.Seen{Height: 7, Hash: hexOf(bytes.Repeat([]byte{1}, 32))}
	for range 2 { // the first start must not let the second one forget it
		s := memory
		cfg.Seen = &s
		_, err = light.Start(ctx, cfg)
		require.ErrorContains(t, err, "forked")
		require.Equal(t, s, memory)
	}
}

func TestAHeaderFromTheFutureTellsOfTheClock(t *testing.T) {
	cfg := config(newNode(t))
	cfg.Now = func() time.Time { return all().Now().Add(-time.Hour * 24 * 300) }
	_, err := light.Start(ctx, cfg)
	refused(t, err, "clock", verify.ExitFailed)
}
