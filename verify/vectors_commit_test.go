package verify_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"slices"

	"filippo.io/edwards25519"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

func badCommits() []badVector {
	const power = "commit.power"
	spoilt := func(f func(c *bundle.Commit)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.small()
			f(&d.b.Blocks[0].Commit)
			return d
		}
	}
	return []badVector{
		{rule: "commit.block-id", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Blocks[0].Header.ConsensusHash = bytes.Repeat([]byte{1}, 32)
			return d
		}},
		{rule: "commit.places", name: "one-more", make: spoilt(func(c *bundle.Commit) {
			c.Signatures = append(c.Signatures, bundle.Signature{Flag: bundle.FlagAbsent})
		})},
		{rule: "commit.flag", make: spoilt(func(c *bundle.Commit) { c.Signatures[3].Flag = 4 })},
		{rule: "commit.absent", name: "with-address", make: spoilt(func(c *bundle.Commit) {
			c.Signatures[3] = bundle.Signature{Flag: bundle.FlagAbsent, Address: c.Signatures[3].Address}
		})},
		{rule: "commit.address", name: "of-another-place", make: spoilt(func(c *bundle.Commit) {
			c.Signatures[0].Address = c.Signatures[1].Address
		})},
		{rule: "commit.address", name: "flipped-bit", make: spoilt(func(c *bundle.Commit) {
			c.Signatures[2].Address = slices.Clone(c.Signatures[2].Address)
			c.Signatures[2].Address[19] ^= 1
		})},
		{rule: "commit.nil", name: "two-of-four", seen: power, make: func(w *workshop) *draft {
			d := w.small()
			w.sign(d, 0, testutil.Everybody)
			for _, place := range []int{1, 2} {
				d.b.Blocks[0].Commit.Signatures[place].Flag = bundle.FlagNil
				w.forger.Vote(&d.b.Blocks[0], w.Anchor.Eras[0].Validators, place)
			}
			return d
		}},
		{rule: "commit.signature", name: "flipped-bits", seen: power, make: spoilt(func(c *bundle.Commit) {
			for i := range 2 {
				c.Signatures[i].Signature = slices.Clone(c.Signatures[i].Signature)
				c.Signatures[i].Signature[7] ^= 1
			}
		})},
		{rule: "commit.signature", name: "wrong-round", seen: power, make: spoilt(func(c *bundle.Commit) { c.Round = 1 })},
		{rule: "commit.signature", name: "other-time", seen: power, make: spoilt(func(c *bundle.Commit) {
			c.Signatures[0].Time++
			c.Signatures[1].Time++
		})},
		{rule: "commit.signature", name: "other-parts", seen: power, make: spoilt(func(c *bundle.Commit) { c.BlockID.PartsTotal++ })},
		{rule: "commit.signature", name: "s-not-canonical", seen: power, make: spoilt(func(c *bundle.Commit) {
			for i := range 2 {
				c.Signatures[i].Signature = plusOrder(c.Signatures[i].Signature)
			}
		})},
		{rule: "commit.signature", name: "of-another-chain", seen: power, make: func(w *workshop) *draft {
			d := w.small()
			d.b.Blocks[0].Header.ChainID = "ink-test-0"
			w.sign(d, 0, testutil.Everybody)
			votes := d.b.Blocks[0].Commit.Signatures
			d.b.Blocks[0].Header.ChainID = testutil.ChainID
			w.sign(d, 0, testutil.Everybody)
			for i := range 2 {
				d.b.Blocks[0].Commit.Signatures[i].Signature = votes[i].Signature
			}
			return d
		}},
		{rule: power, name: "half", make: func(w *workshop) *draft {
			d := w.small()
			w.sign(d, 0, testutil.Places(2))
			return d
		}},
		{rule: power, name: "exactly-two-thirds", make: func(w *workshop) *draft {
			return w.withSet(w.small(), w.Anchor.Eras[0].Validators[:3], testutil.Places(2))
		}},
		{rule: power, name: "two-thirds-of-places-not-of-power", make: func(w *workshop) *draft {
			set := slices.Clone(w.Anchor.Eras[0].Validators)
			set[0].Power = 20
			return w.withSet(w.small(), set, func(i int) bool { return i > 0 })
		}},
		{rule: power, name: "nobody", make: func(w *workshop) *draft {
			d := w.small()
			w.sign(d, 0, testutil.Places(0))
			return d
		}},
		{rule: power, name: "one-of-four-many-heights", make: func(w *workshop) *draft {
			d := w.small()
			later := d.b.Blocks[0]
			later.Header.Height, later.Header.Time = later.Header.Height+1, later.Header.Time+1
			d.b.Blocks = append(d.b.Blocks, later)
			w.sign(d, 1, testutil.Places(1))
			return d
		}},
		{rule: "ed25519.small-order", name: "key-of-order-1", seen: power, make: func(w *workshop) *draft {
			return w.weakKey([]byte{1})
		}},
		{rule: "ed25519.canonical", name: "key-p-plus-1", seen: power, make: func(w *workshop) *draft {
			return w.weakKey(append(append([]byte{0xee}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f))
		}},
	}
}

// plusOrder adds the order of the group to S: the same equation, other bytes.
func plusOrder(sig []byte) []byte {
	order := []byte{
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
	}
	out, carry := slices.Clone(sig), 0
	for i, b := range order {
		sum := int(out[32+i]) + int(b) + carry
		out[32+i], carry = byte(sum), sum>>8
	}
	return out
}

// weakKey gives most power to the neutral element as a key: with it, one signature is
// a signature of everything.
func (w *workshop) weakKey(key []byte) *draft {
	key = append(slices.Clone(key), make([]byte, 32-len(key))...)
	set := []bundle.Validator{{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: key}, Power: 40}, w.Anchor.Eras[0].Validators[0]}
	d := w.withSet(w.small(), set, testutil.Places(0))
	b := &d.b.Blocks[0]
	wide := sha512.Sum512([]byte("any scalar"))
	s, err := edwards25519.NewScalar().SetUniformBytes(wide[:])
	require.NoError(w.t, err)
	r := edwards25519.NewIdentityPoint().ScalarBaseMult(s)
	address := sha256.Sum256(key)
	b.Commit.Signatures[0] = bundle.Signature{
		Flag: bundle.FlagCommit, Address: address[:20], Time: b.Header.Time + 1, Signature: append(r.Bytes(), s.Bytes()...),
	}
	return d
}
