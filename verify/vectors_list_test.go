package verify_test

import (
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// period is two days of the busy enterprise; now is all of it.
func (w *workshop) period() *draft {
	return w.list(bundle.ListEnterprise, w.Busy, w.BusyFrom.Add(24*time.Hour), w.BusyFrom.Add(72*time.Hour), false)
}

func (w *workshop) now() *draft {
	return w.list(bundle.ListEnterprise, w.Busy, time.Time{}, time.Time{}, false)
}

func badLists() []badVector {
	change := func(of func(*workshop) *draft, f func(w *workshop, l *bundle.List)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := of(w)
			f(w, &d.b.Lists[0])
			return d
		}
	}
	period, now := (*workshop).period, (*workshop).now
	return []badVector{
		{rule: "list.kind", make: change(period, func(_ *workshop, l *bundle.List) { l.Kind = 9 })},
		{rule: "list.empty", make: change(period, func(_ *workshop, l *bundle.List) { l.Entries = nil })},
		{rule: "list.entry-kind", make: change(now, func(w *workshop, l *bundle.List) {
			b, err := w.Source.Entry(w.ctx(), 1)
			require.NoError(w.t, err)
			l.Entries = slices.Insert(l.Entries, 2, b)
		})},
		{rule: "list.other", make: change(period, func(w *workshop, l *bundle.List) { l.ID = w.Enterprise })},
		{rule: "list.gap", name: "place-skipped", make: func(w *workshop) *draft { return w.forgedList(7, false) }},
		{rule: "list.chain", name: "other-record-between", make: func(w *workshop) *draft { return w.forgedList(6, true) }},
		{rule: "list.start", name: "first-left-out", make: change(period, func(_ *workshop, l *bundle.List) { l.Entries = l.Entries[1:] })},
		{rule: "list.start", name: "from-the-middle", make: change(now, func(_ *workshop, l *bundle.List) { l.Entries = l.Entries[3:] })},
		{rule: "list.end", name: "last-left-out", make: func(w *workshop) *draft {
			d := w.period()
			l := &d.b.Lists[0]
			l.Entries = l.Entries[:len(l.Entries)-1]
			e, err := logtypes.ParseEntry(l.Entries[len(l.Entries)-1])
			require.NoError(w.t, err)
			l.Path = w.path(e.Seq, l.Size)
			return d
		}},
		{rule: "list.end", name: "open-without-counter", make: change(period, func(_ *workshop, l *bundle.List) { l.To = 0 })},
		{rule: "list.period", name: "ends-before-it-begins", make: change(period, func(_ *workshop, l *bundle.List) { l.To = l.From - 1 })},
		{rule: "list.end", name: "counter-older-than-the-period", make: func(w *workshop) *draft {
			d := w.forgedCounter(6, true)
			d.b.Lists[0].To = forgedTime + 1000e9
			return d
		}},
		{rule: "list.unproven", make: func(w *workshop) *draft {
			d := w.now()
			d.b.States = slices.DeleteFunc(d.b.States, func(s bundle.State) bool { return s.Kind == bundle.StateEnterprise })
			return d
		}},
		{rule: "list.count", name: "newest-left-out", make: func(w *workshop) *draft { return w.forgedCounter(7, true) }},
		{rule: "list.counter", make: func(w *workshop) *draft { return w.forgedCounter(6, false) }},
		{rule: "inclusion.path", name: "of-a-list", make: change(period, func(_ *workshop, l *bundle.List) { l.Path[0][0] ^= 1 })},
		{rule: "pins.consistency", name: "of-a-list", make: func(w *workshop) *draft {
			d := w.period()
			pin := w.pin(20)
			pin.Root[0] ^= 1
			d.policy.Pins = []verify.Pin{pin}
			d.b.Proofs.Consistency = append(d.b.Proofs.Consistency, w.consistency(20, d.b.Lists[0].Size))
			return d
		}},
	}
}

// forgedRecords are two records of the enterprise: the second says of itself that it
// has a place, and follows the first unless broken.
func (f *forgery) records(second uint64, broken bool) (first, last []byte) {
	one := f.record(nil)
	one.GetRecord().EnterpriseSeq = 5
	f.put(57, one, 0)
	acc := format.Accumulate(format.Hash(one.GetRecord().PrevAcc), format.EntryLeaf(f.entries[57]))
	if broken {
		acc[0] ^= 1
	}
	two := f.record(nil)
	two.GetRecord().EnterpriseSeq, two.GetRecord().PrevAcc = second, acc[:]
	two.BlockTime = forgedTime + 100
	f.put(58, two, 0)
	f.time += 1e9
	return f.entries[57], f.entries[58]
}

// forgedList is of a period between two records.
func (w *workshop) forgedList(second uint64, broken bool) *draft {
	f := w.forge()
	first, last := f.records(second, broken)
	d := f.draft()
	path, err := format.InclusionProof(f.leaves(), 58)
	require.NoError(w.t, err)
	d.b.Lists = []bundle.List{{
		Kind: bundle.ListEnterprise, ID: w.Enterprise, From: forgedTime + 10, To: forgedTime + 20,
		Entries: [][]byte{first, last}, Size: f.size, Path: path,
	}}
	return d
}

// forgedCounter closes such a list by a counter.
func (w *workshop) forgedCounter(count uint64, rightAcc bool) *draft {
	f := w.forge()
	first, last := f.records(6, false)
	two, err := logtypes.ParseEntry(last)
	require.NoError(w.t, err)
	acc := format.Accumulate(format.Hash(two.GetRecord().PrevAcc), format.EntryLeaf(last))
	if !rightAcc {
		acc[0] ^= 1
	}
	f.values = append(f.values, value{bundle.StateEnterprise, w.Enterprise, layout.EnterpriseCounterKey(w.Enterprise), &logtypes.Counter{Version: 1, Count: count, Acc: acc[:]}})
	d := f.draft()
	d.b.Lists = []bundle.List{{Kind: bundle.ListEnterprise, ID: w.Enterprise, From: forgedTime + 10, Entries: [][]byte{first, last}}}
	return d
}

func badContents() []badVector {
	content := func(f func(c *bundle.Content)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.small()
			f(d.b.Content)
			return d
		}
	}
	rows := func(f func(d *draft)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.table(0, 2)
			d.presented = nil
			f(d)
			return d
		}
	}
	onTable := func(f func(p *verify.Presented)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.table()
			f(&d.presented[0])
			return d
		}
	}
	return []badVector{
		{rule: "opening.none", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Content, d.b.Items, d.presented = nil, nil, nil
			return d
		}},
		{rule: "opening.commitment", name: "other-nonce", make: content(func(c *bundle.Content) { c.Nonce[0] ^= 1 })},
		{rule: "opening.commitment", name: "nonces-swapped", make: content(func(c *bundle.Content) { c.Nonce, c.PrivateNonce = c.PrivateNonce, c.Nonce })},
		{rule: "opening.commitment", name: "digest-of-another-private-part", make: content(func(c *bundle.Content) {
			c.Private, c.PrivateNonce, c.PrivateDigest = nil, bundle.Hash{}, bundle.Hash{1}
		})},
		{rule: "opening.commitment", name: "inflated-count", make: func(w *workshop) *draft {
			d := w.table(0, 2)
			d.presented, d.b.Items = nil, nil
			p := w.Evidence[w.Table].Public
			p.Items = 1_000_000
			var err error
			d.b.Content.Public, err = p.Bytes()
			require.NoError(w.t, err)
			return d
		}},
		{rule: "items.path", name: "flipped-bit", make: rows(func(d *draft) { d.b.Items[0].Path = slices.Clone(d.b.Items[0].Path); d.b.Items[0].Path[0][0] ^= 1 })},
		{rule: "items.path", name: "other-salt", make: rows(func(d *draft) { d.b.Items[1].Salt[0] ^= 1 })},
		{rule: "items.path", name: "other-size", make: rows(func(d *draft) { d.b.Items[1].Size++ })},
		{rule: "items.path", name: "sm3-of-other-bytes", make: rows(func(d *draft) { d.b.Items[1].SM3[0] ^= 1 })},
		{rule: "items.order", name: "twice", make: rows(func(d *draft) { d.b.Items[1] = d.b.Items[0] })},
		{rule: "items.root", make: func(w *workshop) *draft {
			d := w.table()
			d.presented = nil
			d.b.Items[1].Salt[0] ^= 1
			return d
		}},
		{rule: "presented.no-items", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Items = nil
			return d
		}},
		{rule: "presented.not-found", name: "wrong-file", make: func(w *workshop) *draft {
			d := w.small()
			d.presented = nil
			return d.present("别的.txt", []byte("something else"))
		}},
		{rule: "presented.one-digest", name: "sm3-differs", make: func(w *workshop) *draft {
			d := w.small()
			d.presented[0].Digests.SM3[0] ^= 1
			return d
		}},
		{rule: "presented.one-digest", name: "sha256-differs", make: func(w *workshop) *draft {
			d := w.small()
			d.presented[0].Digests.SHA256[0] ^= 1
			return d
		}},
		{rule: "presented.not-found", name: "rows-in-another-order", make: onTable(func(p *verify.Presented) { p.Parts[0], p.Parts[1] = p.Parts[1], p.Parts[0] })},
		{rule: "presented.one-digest", name: "row", make: onTable(func(p *verify.Presented) {
			row := p.Parts[1]
			row.SM3[0] ^= 1
			p.Parts[1] = row
		})},
		{rule: "presented.size", make: onTable(func(p *verify.Presented) { p.Digests.Size++ })},
		{rule: "presented.partly", name: "two-rows-of-three", make: func(w *workshop) *draft { return w.table(0, 2) }},
		{rule: "presented.partly", name: "other-rows-replaced", make: func(w *workshop) *draft {
			d := w.table(1)
			p := &d.presented[0]
			p.Parts[0], p.Parts[2] = digestOf([]byte("2026-05-20,99.9\n")), digestOf([]byte("2026-05-22,99.9\n"))
			return d
		}},
		{rule: "presented.partly", name: "not-in-require", make: func(w *workshop) *draft { // beside a row that is of it
			return w.table(0, 2).present("row.csv", w.Evidence[w.Table].Bytes[0]).require([]string{"format", "log", "authority", "state", "consistency", "inclusion"})
		}},
		{rule: "presented.not-found", name: "table-under-a-label", make: onTable(func(p *verify.Presented) { p.Label = "data.csv" })},
		{rule: "presented.label", make: func(w *workshop) *draft {
			d := w.directory()
			d.presented[0].Label = "data/三月.csv"
			return d
		}},
	}
}

// submissionVectors are the bad submissions of the unit tests in bundles, with the
// two that concern what else a bundle shows.
func submissionVectors() []badVector {
	all := []badVector{
		{rule: "submission.none", make: func(w *workshop) *draft {
			return w.small().require(append([]string{"submission"}, withoutOrigin...))
		}},
		{rule: "submission.key", name: "binding-left-out", make: func(w *workshop) *draft {
			d := w.file(w.File, prove.Options{Submission: true}).require(append([]string{"submission"}, withoutOrigin...))
			d.b.Entries = slices.DeleteFunc(d.b.Entries, func(e bundle.Entry) bool {
				parsed, err := logtypes.ParseEntry(e.Bytes)
				require.NoError(w.t, err)
				return parsed.GetKeyBound() != nil
			})
			return d
		}},
	}
	for _, keyType := range []logtypes.KeyType{logtypes.KEY_TYPE_ED25519, logtypes.KEY_TYPE_SECP256R1, logtypes.KEY_TYPE_SECP256K1} {
		for _, c := range badSubmissionsOf(keyType) {
			// A bundle cannot say of which chain its record is: the anchor does.
			if c.also || c.name == "shown for another chain" || keyType != logtypes.KEY_TYPE_ED25519 && c.rule != "submission.low-s" {
				continue
			}
			name := strings.ReplaceAll(c.name, " ", "-")
			if keyType != logtypes.KEY_TYPE_ED25519 {
				name = strings.ToLower(strings.TrimPrefix(keyType.String(), "KEY_TYPE_"))
			}
			all = append(all, badVector{rule: c.rule, name: name, make: func(w *workshop) *draft { return w.submitted(keyType, c.change) }})
		}
	}
	return all
}

// submitted is a forged log with a record and the binding of its key, and the
// transaction that is said to have made the record.
func (w *workshop) submitted(keyType logtypes.KeyType, change func(*deposit)) *draft {
	s, r := newDeposit(w.t, keyType, change)
	f := w.forge()
	f.put(10, &logtypes.Entry{Body: &logtypes.Entry_KeyBound{KeyBound: &logtypes.KeyBound{
		KeyId: r.KeyID, UserId: 9, KeyType: logtypes.KeyType(r.Key.Type), PublicKey: r.Key.Key,
		Custody: logtypes.CUSTODY_SELF_SOFTWARE, PersonCommitment: testutil.Commitment("person"), AgreementVersion: 1,
	}}}, 1)
	f.put(f.subject, &logtypes.Entry{TxHash: r.TxHash, MsgIndex: r.MsgIndex, Body: &logtypes.Entry_Record{Record: &logtypes.Record{
		Kind: logtypes.RecordKind(r.Kind), EnterpriseId: r.EnterpriseID, EnterpriseSeq: 1, PrevAcc: make([]byte, 32),
		Category: uint32(r.Category), UserId: 9, KeyId: r.KeyID, Commitment: r.Commitment,
	}}}, 0)
	d := f.draft().require(withoutOpening)
	d.b.Submission, d.b.Content, d.b.Items, d.presented = s, nil, nil, nil
	return d
}
