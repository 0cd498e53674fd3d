package verify_test

import (
	"bytes"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// badVector is one that breaks a rule.
type badVector struct {
	rule, name string
	make       func(*workshop) *draft
	// seen is the rule that the verdict names, if it is another: a vote that does not
	// count is only missed in the sum.
	seen string
}

func badVectors() []badVector {
	var all []badVector
	for _, some := range [][]badVector{badForms(), badSets(), badChains(), badCommits(), badProofs(), badLogs()} {
		all = append(all, some...)
	}
	return all
}

// small is a bundle with one block of the founders' set, and its file on the table.
func (w *workshop) small() *draft {
	d := w.file(w.File, prove.Options{})
	require.Len(w.t, d.b.Blocks, 1)
	return d
}

// edit changes a header and signs it again by all of its set.
func (w *workshop) edit(d *draft, i int, f func(*bundle.Header)) *draft {
	f(&d.b.Blocks[i].Header)
	w.sign(d, i, testutil.Everybody)
	return d
}

func (w *workshop) sign(d *draft, i int, who func(int) bool) {
	w.forger.Resign(&d.b.Blocks[i], d.setOf(w.t, i), who)
}

// setOf is the set that a header of the bundle names.
func (d *draft) setOf(t require.TestingT, i int) []bundle.Validator {
	for _, set := range append(append([][]bundle.Validator(nil), d.b.Sets...), d.anchor.Eras[0].Validators) {
		if hash, err := blocks.SetHash(set); err == nil && bytes.Equal(hash, d.b.Blocks[i].Header.ValidatorsHash) {
			return set
		}
	}
	require.FailNow(t, "no set of the bundle has the header's hash")
	return nil
}

// otherAnchor lets a change of the anchor touch nothing but this draft.
func (d *draft) otherAnchor() *bundle.Anchor {
	a, err := bundle.ParseAnchor(d.anchor.Bytes())
	if err != nil {
		panic(err) // it was made by this test
	}
	d.anchor = a
	return a
}

// withSet founds the era with other validators and lets them sign the one block.
func (w *workshop) withSet(d *draft, set []bundle.Validator, who func(int) bool) *draft {
	d.otherAnchor().Eras[0].Validators = set
	d.anchor.Institutions, d.b.Sets = nil, nil
	hash, err := blocks.SetHash(set)
	require.NoError(w.t, err)
	h := &d.b.Blocks[0].Header
	h.ValidatorsHash, h.NextValidatorsHash = hash, hash
	w.sign(d, 0, who)
	return d
}

// message is the canonical message of a bundle, to be spoilt.
func (d *draft) message() []byte { return d.b.Bytes()[len(bundle.Magic):] }

func (d *draft) spoil(parts ...[]byte) *draft {
	d.raw = bytes.Join(append([][]byte{[]byte(bundle.Magic)}, parts...), nil)
	return d
}

// afterLog is where the field after log_id begins: 2 bytes of version, 34 of log_id.
const afterLog = 36

func badForms() []badVector {
	at := func(f func(d *draft, m []byte) [][]byte) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.small()
			return d.spoil(f(d, d.message())...)
		}
	}
	return []badVector{
		{rule: "format.unknown-field", make: at(func(_ *draft, m []byte) [][]byte { return [][]byte{m, {0xa0, 0x06, 1}} })},
		{rule: "format.unknown-field", name: "in-a-header", make: func(w *workshop) *draft {
			d := w.small()
			block := d.b.Blocks[0].Message()
			spoilt := append(bytes.Clone(block), 0x18, 1) // field 3 of a block
			return d.spoil(bytes.Replace(d.message(), field(4, block), field(4, spoilt), 1))
		}},
		{rule: "format.duplicate-field", make: at(func(_ *draft, m []byte) [][]byte { return [][]byte{m[:afterLog], m[2:afterLog], m[afterLog:]} })},
		{rule: "format.field-order", make: at(func(_ *draft, m []byte) [][]byte {
			var p format.Encoder
			p.Uint(1, 1)
			p.Uint(2, 2)
			return [][]byte{m, field(8, p.Bytes())}
		})},
		{rule: "format.long-varint", make: at(func(_ *draft, m []byte) [][]byte { return [][]byte{{0x08, 0x81, 0x00}, m[2:]} })},
		{rule: "format.explicit-default", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Content, d.b.Items, d.presented = nil, nil, nil
			d.policy.Require = withoutOpening
			return d.spoil(d.message(), field(8, []byte{0x08, 0x00, 0x10, 0x05}))
		}},
		{rule: "format.explicit-default", name: "subject", make: func(w *workshop) *draft {
			d := w.list(bundle.ListEnterprise, w.Busy, w.BusyFrom, w.BusyFrom.Add(1), false)
			m := d.message()
			return d.spoil(m[:afterLog], []byte{0x18, 0}, m[afterLog:])
		}},
		{rule: "format.trailing", make: at(func(_ *draft, m []byte) [][]byte { return [][]byte{m, {0x00, 0x01}} })},
		{rule: "format.version", make: at(func(_ *draft, m []byte) [][]byte { return [][]byte{{0x08, 2}, m[2:]} })},
		{rule: "format.limit", name: "validators-257", make: func(w *workshop) *draft {
			d := w.small()
			var set []bundle.Validator
			for i := range bundle.MaxValidators + 1 {
				key := testutil.Commitment(string(rune('一' + i)))
				set = append(set, bundle.Validator{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: key}, Power: 1})
			}
			d.b.Sets = append(d.b.Sets, set)
			return d
		}},
		{rule: "format.limit", name: "path-65", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: 1, Size: 2, Path: make([]bundle.Hash, format.MaxPath+1)}}
			return d
		}},
		{rule: "format.limit", name: "checkpoints-17", make: func(w *workshop) *draft {
			d := w.small()
			for range bundle.MaxTokens + 1 {
				d.b.Checkpoints = append(d.b.Checkpoints, []byte("x"))
			}
			return d
		}},
		{rule: "format.value", name: "private-part-and-digest", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Content.PrivateDigest = bundle.Hash{1}
			return d
		}},
		{rule: "log.id", make: func(w *workshop) *draft {
			d := w.small()
			d.otherAnchor().LogID[0] ^= 1
			return d
		}},
		{rule: "proofs.log-id", make: func(w *workshop) *draft {
			d := w.small()
			d.proofs = []*bundle.Proofs{{LogID: bundle.Hash{1}}}
			return d
		}},
	}
}

// field is a length-delimited field of a message.
func field(n uint32, b []byte) []byte {
	var e format.Encoder
	e.Message(n, b)
	return e.Bytes()
}

func badSets() []badVector {
	extra := func(f func(w *workshop) []bundle.Validator) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.small()
			d.b.Sets = append(d.b.Sets, f(w))
			return d
		}
	}
	founders := func(w *workshop) []bundle.Validator {
		return append([]bundle.Validator(nil), w.Anchor.Eras[0].Validators...)
	}
	return []badVector{
		{rule: "set.empty", make: extra(func(*workshop) []bundle.Validator { return nil })},
		{rule: "set.key-type", name: "secp256k1", make: extra(func(w *workshop) []bundle.Validator {
			set := founders(w)
			set[0].Type = bundle.KeySecp256k1
			return set
		})},
		{rule: "set.key-length", make: extra(func(w *workshop) []bundle.Validator {
			set := founders(w)
			set[0].Key = set[0].Key[:31]
			return set
		})},
		{rule: "set.duplicate", make: func(w *workshop) *draft {
			set := founders(w)
			set = append(set[:2:2], set[1], set[1])
			return w.withSet(w.small(), set, testutil.Everybody)
		}},
		{rule: "set.power", name: "zero", make: extra(func(w *workshop) []bundle.Validator {
			set := founders(w)
			set[0].Power = 0
			return set
		})},
		{rule: "set.power", name: "sum-overflows", make: extra(func(w *workshop) []bundle.Validator {
			set := founders(w)
			set[0].Power, set[1].Power = 1<<63, 1<<63
			return set
		})},
	}
}

func badChains() []badVector {
	return []badVector{
		{rule: "blocks.order", name: "height-twice", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Blocks = append(d.b.Blocks, d.b.Blocks[0])
			return w.edit(d, 0, func(h *bundle.Header) { h.Time -= 2 })
		}},
		{rule: "header.time", name: "falls", make: func(w *workshop) *draft {
			d := w.small()
			later := d.b.Blocks[0]
			later.Header.Height++
			later.Header.Time--
			d.b.Blocks = append(d.b.Blocks, later)
			w.sign(d, 1, testutil.Everybody)
			return d
		}},
		{rule: "header.version", make: func(w *workshop) *draft {
			return w.edit(w.small(), 0, func(h *bundle.Header) { h.BlockVersion = 12 })
		}},
		{rule: "era.chain-id", make: func(w *workshop) *draft {
			return w.edit(w.small(), 0, func(h *bundle.Header) { h.ChainID = "ink-test-2" })
		}},
		{rule: "era.height", name: "before-the-first", make: func(w *workshop) *draft {
			d := w.small()
			early := d.b.Blocks[0]
			early.Header.Height, early.Header.Time = 2, early.Header.Time-1
			d.b.Blocks = []bundle.Block{early, d.b.Blocks[0]}
			w.sign(d, 0, testutil.Everybody)
			d.otherAnchor().Eras[0].InitialHeight = 3
			next := format.Hash(early.Header.NextValidatorsHash)
			pin := w.pin(1)
			pin.Height, pin.NextValidatorsHash = 1, &next
			d.policy.Pins = []verify.Pin{pin}
			d.b.Proofs.Consistency = []bundle.Consistency{w.consistency(1, d.entry().Size)}
			return d
		}},
		{rule: "chain.set", name: "strangers", make: func(w *workshop) *draft {
			d := w.small()
			var set []bundle.Validator
			for _, name := range []string{"stranger 1", "stranger 2", "stranger 3", "stranger 4"} {
				key := testutil.ConsensusKey(name)
				w.forger.Know(key)
				set = append(set, bundle.Validator{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: key.PubKey().Bytes()}, Power: 10})
			}
			hash, err := blocks.SetHash(set)
			require.NoError(w.t, err)
			d.b.Sets = append(d.b.Sets, set)
			return w.edit(d, 0, func(h *bundle.Header) { h.ValidatorsHash, h.NextValidatorsHash = hash, hash })
		}},
		{rule: "chain.set", name: "link-left-out", make: func(w *workshop) *draft { return w.unlinked(w.P256, 1) }},
		{rule: "chain.set", name: "consecutive-link-left-out", make: func(w *workshop) *draft { return w.unlinked(w.Powers[1], 1) }},
		{rule: "chain.set", name: "power-only-left-out", make: func(w *workshop) *draft { return w.unlinked(w.Powers[0], 1) }},
		{rule: "chain.set", name: "a-b-a-link-left-out", make: func(w *workshop) *draft { return w.unlinked(w.Powers[2], 2) }},
		{rule: "chain.set", name: "retired-set-after-retirement", make: func(w *workshop) *draft {
			// With all links on the way, and a header of the founders after them.
			d := w.file(w.Removed, prove.Options{})
			last := len(d.b.Blocks) - 1
			founders, err := blocks.SetHash(w.Anchor.Eras[0].Validators)
			require.NoError(w.t, err)
			return w.edit(d, last, func(h *bundle.Header) { h.ValidatorsHash, h.NextValidatorsHash = founders, founders })
		}},
		{rule: "chain.set-missing", make: func(w *workshop) *draft {
			d := w.file(w.P256, prove.Options{})
			d.b.Sets = nil
			return d
		}},
		{rule: "pins.set", name: "retired-set-on-a-branch", make: func(w *workshop) *draft {
			// The founders, all retired but their keys kept, go on from where they were.
			d := w.small()
			pin := w.pinAt(w.PostQuantum)
			pin.Size, pin.Root = 1, w.pin(1).Root
			d.policy.Pins = []verify.Pin{pin}
			d.b.Proofs.Consistency = []bundle.Consistency{w.consistency(1, d.entry().Size)}
			d.policy.Require = []string{"format", "log", "authority", "state", "consistency", "pins", "inclusion", "opening", "presented"}
			d.b.States[0].Height = pin.Height + 1
			return w.edit(d, 0, func(h *bundle.Header) { h.Height = pin.Height + 2 })
		}},
	}
}

// unlinked leaves out the n-th last link before the header that proves a record.
func (w *workshop) unlinked(seq uint64, n int) *draft {
	d := w.gather(seq, prove.Options{})
	d.policy.Require = withoutOpening
	last := len(d.b.Blocks) - 1
	require.Greater(w.t, last, n-1)
	d.b.Blocks = append(d.b.Blocks[:last-n:last-n], d.b.Blocks[last-n+1:]...)
	return d
}

// consistency is the genuine proof between two sizes.
func (w *workshop) consistency(from, to uint64) bundle.Consistency {
	hashes, err := w.Source.Consistency(w.ctx(), from, to)
	require.NoError(w.t, err)
	return bundle.Consistency{From: from, To: to, Hashes: hashes}
}
