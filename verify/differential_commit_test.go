package verify_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/cometbft/cometbft/crypto"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtmldsa "github.com/cometbft/cometbft/crypto/mldsa65"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// Cases of each comparison in a usual run.
const differentialCases = 4000

// stricter are the rules by which the verifier refuses a commit that CometBFT takes,
// on purpose. CometBFT looks at a vote only if it is for the block, and only until
// there is enough power; its sets are checked elsewhere.
var stricter = map[string]string{
	"commit.absent":  "an absent place has something in it",
	"commit.flag":    "a flag that CometBFT skips",
	"commit.address": "of a vote for nil, which CometBFT skips, or behind the last one that it looks at",
	"commit.power":   "votes by ZIP-215 that are none by RFC 8032",
	"set.duplicate":  "CometBFT checks sets where they are made",
	"set.power":      "CometBFT checks sets where they are made",
}

// trial is a commit that both judge.
type trial struct {
	b   bundle.Block
	set []bundle.Validator
}

// commitTrials makes trials from the blocks of the story: as they are, signed anew by
// some, altered in any field.
type commitTrials struct {
	*lab
	forger *testutil.Forger
}

func (c *commitTrials) next(n uint64) trial {
	d := &dice{program(n)}
	height := c.heights[d.n(len(c.heights))]
	b := c.blocks[height]
	b, _ = bundle.ParseBlock(b.Message())
	t := trial{b, slices.Clone(c.sets[height])}
	if d.one(3) {
		t.b.Header.Time += uint64(d.n(1 << 16))
	}
	if d.one(4) {
		t.set = append(t.set, weakKeys(d)...)
	}
	if d.one(3) {
		alter(d, &struct{ Set []bundle.Validator }{t.set}, nil)
	}
	if d.one(2) || len(t.set) != len(t.b.Commit.Signatures) {
		mask := d.n(1 << 8)
		c.forger.Resign(&t.b, t.set, func(i int) bool { return mask>>(i%8)&1 == 1 })
		c.weakVotes(d, &t)
		if d.one(3) {
			c.nilVotes(&t, d.n(1<<8))
		}
	}
	for range d.n(3) {
		alter(d, &t.b.Commit, nil)
	}
	if d.one(12) {
		alter(d, &t.b.Header, nil)
	}
	if d.one(8) {
		t.b.Commit.BlockID.Hash = blocks.HeaderHash(t.b.Header)
	}
	return t
}

// weakKeys are points of small order: with R the same and S zero they have signed
// everything, says ZIP-215.
func weakKeys(d *dice) []bundle.Validator {
	identity := append([]byte{1}, make([]byte, 31)...)
	return []bundle.Validator{{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: identity}, Power: uint64(10 << d.n(6))}}
}

func (c *commitTrials) weakVotes(d *dice, t *trial) {
	for i, v := range t.set {
		if len(v.Key) == 32 && v.Key[0] == 1 && bytes.Equal(v.Key[1:], make([]byte, 31)) && i < len(t.b.Commit.Signatures) {
			sig := append(slices.Clone(v.Key), make([]byte, 32)...)
			t.b.Commit.Signatures[i] = bundle.Signature{Flag: bundle.FlagCommit, Address: addressOf(v.PublicKey), Time: 1 + uint64(d.n(100)), Signature: sig}
		}
	}
}

// nilVotes are valid votes for no block, at some of the places.
func (c *commitTrials) nilVotes(t *trial, mask int) {
	for i, v := range t.set {
		if mask>>(i%8)&1 == 1 && c.forger.Has(v.Key) {
			t.b.Commit.Signatures[i] = bundle.Signature{Flag: bundle.FlagNil, Time: t.b.Header.Time + 1}
			c.forger.Vote(&t.b, t.set, i)
		}
	}
}

func addressOf(k bundle.PublicKey) []byte { return cmted25519.PubKey(k.Key).Address() }

// comet is a set of CometBFT in the same order; nil if it has no place for a key.
func comet(set []bundle.Validator) *cmttypes.ValidatorSet {
	out := &cmttypes.ValidatorSet{}
	total := uint64(0)
	for _, v := range set {
		var key crypto.PubKey
		switch {
		case v.Type == bundle.KeyEd25519 && len(v.Key) == cmted25519.PubKeySize:
			key = cmted25519.PubKey(v.Key)
		case v.Type == bundle.KeyMLDSA65:
			k, err := cmtmldsa.NewPubKeyFromBytes(v.Key)
			if err != nil {
				return nil
			}
			key = k
		}
		if total += v.Power; key == nil || v.Power > uint64(cmttypes.MaxTotalVotingPower) || total > uint64(cmttypes.MaxTotalVotingPower) {
			return nil // CometBFT panics over such a sum
		}
		out.Validators = append(out.Validators, cmttypes.NewValidator(key, int64(v.Power)))
	}
	return out
}

// representable says whether CometBFT's types can hold what the bundle's can.
func representable(b *bundle.Block) bool {
	parsed, err := bundle.ParseBlock(b.Message())
	again := bundle.Block{}
	if err == nil {
		again = parsed
	}
	return err == nil && bytes.Equal(again.Message(), b.Message())
}

// agreement counts what both say of commits.
type agreement struct {
	accepted, refused int
	only              map[string]int // taken by one alone, by the rule or the reason
}

// compare lets both judge; an error is a difference that is not on purpose.
func (c *trial) compare(sum *agreement) error {
	if err := c.sameBytes(ours{verify.HeaderHash, verify.SetHash, verify.SignBytes}); err != nil {
		return err
	}
	set := comet(c.set)
	signed, _, err := verify.CheckCommit(&c.b, c.set)
	theirs := c.cometTakes(set, nil)
	switch {
	case err == nil:
		sum.accepted++
		if set == nil {
			return errors.New("taken here, with a set that CometBFT has no place for")
		}
		if err := c.cometTakes(set, signed); err != nil {
			return fmt.Errorf("taken here, and not by CometBFT with the votes that count: %w", err)
		}
		if theirs != nil {
			sum.only["ours alone: a vote that does not count"]++
			if !c.invalidVote(signed) {
				return fmt.Errorf("taken here, and not by CometBFT: %w", theirs)
			}
		}
	case theirs == nil:
		rule := verify.RuleOf(err)
		sum.only[rule]++
		if stricter[rule] == "" || rule == "commit.power" && !c.onlyZIP215(set, signed) {
			return fmt.Errorf("taken by CometBFT, and not here: %w", err)
		}
	default:
		sum.refused++
	}
	return nil
}

// What this verifier takes, CometBFT takes; where only CometBFT does, the reason is
// one of the list.
func TestCommitsAgainstCometBFT(t *testing.T) {
	l := newLab(t)
	trials := &commitTrials{l, testutil.NewForger(l.Keys()...)}
	sum := agreement{only: map[string]int{}}
	for n := range uint64(cases()) {
		if c := trials.next(n); representable(&c.b) {
			require.NoError(t, c.compare(&sum), "case %d", n)
		}
	}
	t.Logf("%d taken by both, %d by none; by one: %v", sum.accepted, sum.refused, sum.only)
	require.Greater(t, sum.accepted, cases()/15)
	require.Greater(t, sum.refused, cases()/15)
	require.Positive(t, sum.only["commit.power"])
}

func cases() int {
	if testing.Short() {
		return differentialCases / 10
	}
	return differentialCases
}

// ours are the verifier's hashes and sign bytes, or others that stand for them.
type ours struct {
	header func(*bundle.Header) verify.Hash
	set    func([]bundle.Validator) verify.Hash
	sign   func(string, uint64, *bundle.Commit, *bundle.Signature) []byte
}

// sameBytes compares hashes and sign bytes.
func (c *trial) sameBytes(o ours) error {
	h, commit := blocks.ToComet(c.b)
	if len(h.ValidatorsHash) > 0 { // CometBFT gives no hash without
		if got := o.header(&c.b.Header); !bytes.Equal(h.Hash(), got[:]) {
			return fmt.Errorf("header: CometBFT's hash is %x, the verifier's %x", h.Hash(), got)
		}
	}
	if set := comet(c.set); set != nil {
		if got := o.set(c.set); !bytes.Equal(set.Hash(), got[:]) {
			return fmt.Errorf("set: CometBFT's hash is %x, the verifier's %x", set.Hash(), got)
		}
	}
	if commit.BlockID.ValidateBasic() != nil || commit.BlockID.IsZero() {
		return nil // CometBFT panics over the one, and writes none for the other
	}
	for i := range commit.Signatures {
		s := &c.b.Commit.Signatures[i]
		if s.Flag != bundle.FlagCommit && s.Flag != bundle.FlagNil {
			continue
		}
		theirs := commit.VoteSignBytes(h.ChainID, int32(i))
		if got := o.sign(h.ChainID, c.b.Header.Height, &c.b.Commit, s); !bytes.Equal(theirs, got) {
			return fmt.Errorf("vote %d: CometBFT signs %x, the verifier checks %x", i, theirs, got)
		}
	}
	return nil
}

// cometTakes lets CometBFT judge: all votes, or only those that counted, each of
// which then must be valid.
func (c *trial) cometTakes(set *cmttypes.ValidatorSet, counted []bool) error {
	if set == nil || set.IsNilOrEmpty() {
		return errors.New("no set of CometBFT")
	}
	h, commit := blocks.ToComet(c.b)
	check := cmttypes.VerifyCommitLight
	for i := range commit.Signatures {
		if counted != nil && !counted[i] {
			commit.Signatures[i] = cmttypes.NewCommitSigAbsent()
		}
	}
	if counted != nil {
		check = cmttypes.VerifyCommitLightAllSignatures
	}
	if err := commit.BlockID.ValidateBasic(); err != nil {
		return err
	}
	id := cmttypes.BlockID{Hash: h.Hash(), PartSetHeader: commit.BlockID.PartSetHeader}
	return check(h.ChainID, set, id, h.Height, commit)
}

// invalidVote says whether a vote for the block did not count.
func (c *trial) invalidVote(signed []bool) bool {
	for i, s := range c.b.Commit.Signatures {
		if s.Flag == bundle.FlagCommit && !signed[i] {
			return true
		}
	}
	return false
}

// onlyZIP215 says whether there is a vote that CometBFT counts and this verifier does
// not, of a key or an R of small order or in another encoding than the only one.
func (c *trial) onlyZIP215(set *cmttypes.ValidatorSet, signed []bool) bool {
	h, commit := blocks.ToComet(c.b)
	for i, s := range commit.Signatures {
		if s.BlockIDFlag == cmttypes.BlockIDFlagCommit && !signed[i] &&
			set.Validators[i].PubKey.VerifySignature(commit.VoteSignBytes(h.ChainID, int32(i)), s.Signature) {
			return true
		}
	}
	return false
}
