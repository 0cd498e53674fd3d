package verify_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// goodVector is one that verifies.
type goodVector struct {
	name string
	make func(*workshop) *draft
}

// withoutOpening are the default requirements but for the content, which not every
// bundle shows.
var withoutOpening = []string{"format", "log", "authority", "state", "consistency", "inclusion", "origin", "presented"}

// file is a bundle about a file, with the file on the table.
func (w *workshop) file(seq uint64, o prove.Options) *draft {
	return w.evidence(seq, o).present("文件.txt", w.Evidence[seq].Bytes[0])
}

// bare is about a record whose content nobody shows.
func (w *workshop) bare(seq uint64, o prove.Options) *draft {
	d := w.evidence(seq, o)
	d.policy.Require = withoutOpening
	return d
}

// table has some rows, and the whole table on the table, taken apart.
func (w *workshop) table(rows ...int) *draft {
	kept := w.Evidence[w.Table]
	items := kept.All()
	if len(rows) > 0 {
		items = nil
		for _, i := range rows {
			items = append(items, kept.Items[i])
		}
	}
	d := w.evidence(w.Table, prove.Options{Items: items})
	p := verify.Presented{Name: "数据.csv", Parts: map[uint64]format.Digests{}}
	var all []byte
	for i, b := range kept.Bytes {
		p.Parts[uint64(i)] = digestOf(b)
		all = append(all, b...)
	}
	p.Digests, p.PartCount = digestOf(all), uint64(len(p.Parts))
	d.presented = []verify.Presented{p}
	return d
}

// directory has the files of a package on the table, with their names.
func (w *workshop) directory() *draft {
	d := w.evidence(w.Package, prove.Options{Latest: true, Submission: true})
	kept := w.Evidence[w.Package]
	for i, b := range kept.Bytes {
		d.presented = append(d.presented, verify.Presented{Name: kept.Items[i].Label, Label: kept.Items[i].Label, Digests: digestOf(b)})
	}
	return d
}

// list is a bundle about a list.
func (w *workshop) list(kind bundle.ListKind, id uint64, from, to time.Time, statuses bool) *draft {
	var begin, end uint64
	if !from.IsZero() {
		begin = uint64(from.UnixNano())
	}
	if !to.IsZero() {
		end = uint64(to.UnixNano())
	}
	b, err := prove.List(context.Background(), w.Source, kind, id, begin, end, prove.Options{Anchor: w.Anchor, Statuses: statuses})
	require.NoError(w.t, err)
	return &draft{b: b, anchor: w.Anchor}
}

// pin is the user's memory of the log when it had size entries.
func (w *workshop) pin(size uint64) verify.Pin {
	root, err := w.Source.Root(size)
	require.NoError(w.t, err)
	return verify.Pin{Size: size, Root: root, Date: "2026-06-01", Source: "测试"}
}

// pinAt names the set as well: what the header above a record's block names as next.
func (w *workshop) pinAt(seq uint64) verify.Pin {
	p := w.pin(seq + 1)
	b, _, err := w.Source.Block(context.Background(), w.entryHeight(seq)+1)
	require.NoError(w.t, err)
	next := format.Hash(b.Header.NextValidatorsHash)
	p.Height, p.NextValidatorsHash = b.Header.Height, &next
	return p
}

func (w *workshop) entryHeight(seq uint64) uint64 {
	e, err := w.App.LogKeeper.Entry(w.Ctx(), seq)
	require.NoError(w.t, err)
	return e.Height
}

func goodVectors() []goodVector {
	full := prove.Options{Latest: true, Submission: true}
	return []goodVector{
		{"file", func(w *workshop) *draft { return w.file(w.File, prove.Options{}) }},
		{"file-all", func(w *workshop) *draft { return w.file(w.File, full) }},
		{"file-nothing-presented", func(w *workshop) *draft { return w.evidence(w.File, prove.Options{}) }},
		{"enterprise-named", func(w *workshop) *draft { return w.named(w.file(w.File, prove.Options{})) }},
		{"rows-all", func(w *workshop) *draft { return w.table() }},
		{"rows-one-of-three", func(w *workshop) *draft {
			d := w.table(1)
			d.presented = nil
			return d.present("第二行.csv", w.Evidence[w.Table].Bytes[1])
		}},
		{"directory-certificate-revoked", func(w *workshop) *draft { return w.directory() }},
		{"directory-partly", func(w *workshop) *draft {
			d := w.directory()
			d.presented = d.presented[:1]
			return d
		}},
		{"certificate-rejected", func(w *workshop) *draft { return w.file(w.Refused, full) }},
		{"certificate-undecided", func(w *workshop) *draft { return w.file(w.Waiting, full) }},
		{"opening-on-log", func(w *workshop) *draft { return w.gather(w.Table, prove.Options{Latest: true}) }},
		{"submitter-p256", func(w *workshop) *draft { return w.file(w.P256, full) }},
		{"submitter-ml-dsa-65", func(w *workshop) *draft { return w.file(w.MLDSA, full) }},
		{"submitter-secp256k1", func(w *workshop) *draft { return w.bare(w.Secp256k1, full) }},
		{"sets-consecutive-a", func(w *workshop) *draft { return w.bare(w.Powers[0], full) }},
		{"sets-consecutive-b", func(w *workshop) *draft { return w.bare(w.Powers[1], full) }},
		{"sets-consecutive-a-again", func(w *workshop) *draft { return w.bare(w.Powers[2], full) }},
		{"validator-ml-dsa-65", func(w *workshop) *draft { return w.file(w.PostQuantum, prove.Options{}) }},
		{"validator-removed", func(w *workshop) *draft { return w.file(w.Removed, full) }},
		{"transaction-with-siblings", func(w *workshop) *draft { return w.bare(w.Siblings[1], full) }},
		{"stall-before-deposit", func(w *workshop) *draft { return w.bare(w.Stalled, prove.Options{}) }},
		{"commit-round-2-with-nil-vote", func(w *workshop) *draft { return w.file(w.Round, prove.Options{}) }},
		{"commit-one-absent", func(w *workshop) *draft { return w.file(w.Absent, prove.Options{}) }},
		{"genesis-entry", func(w *workshop) *draft { return w.bare(1, prove.Options{}) }},
		{"list-of-a-period", func(w *workshop) *draft {
			return w.list(bundle.ListEnterprise, w.Busy, w.BusyFrom.Add(24*time.Hour), w.BusyFrom.Add(72*time.Hour), false)
		}},
		{"list-up-to-now", func(w *workshop) *draft {
			return w.list(bundle.ListEnterprise, w.Busy, time.Time{}, time.Time{}, false)
		}},
		{"applications-without-decision", func(w *workshop) *draft { return w.list(bundle.ListApplications, 0, time.Time{}, time.Time{}, true) }},
		{"applications-with-an-issue", func(w *workshop) *draft {
			return w.issue(w.list(bundle.ListApplications, 0, time.Time{}, time.Time{}, true))
		}},
		{"pin-before", func(w *workshop) *draft {
			pin := w.pinAt(w.Package)
			d := w.file(w.P256, prove.Options{Pins: []verify.Pin{pin}})
			d.policy.Pins = []verify.Pin{pin}
			return d
		}},
		{"pin-after-by-separate-proofs", func(w *workshop) *draft {
			pin := w.pinAt(w.Removed)
			d := w.file(w.File, prove.Options{})
			d.policy.Pins = []verify.Pin{pin}
			proofs, err := prove.Proofs(context.Background(), w.Source, w.File, []uint64{pin.Size}, nil)
			require.NoError(w.t, err)
			d.proofs = []*bundle.Proofs{proofs}
			return d
		}},
		{"chain-from-pin", func(w *workshop) *draft {
			pin := w.pinAt(w.PostQuantum)
			d := w.file(w.Round, prove.Options{Pins: []verify.Pin{pin}, FromPins: true})
			d.policy.Pins = []verify.Pin{pin}
			return d
		}},
		{"interested-center", func(w *workshop) *draft {
			d := w.file(w.Removed, full)
			d.policy.Interested, d.policy.MinInstitutions, d.policy.RequiredInstitutions = []string{"center", "6"}, 3, []string{"court"}
			return d
		}},
		{"status-recent", func(w *workshop) *draft {
			d := w.file(w.File, full)
			d.policy.MaxStatusAge, d.now = 3600, uint64(w.Now().Add(10*time.Minute).UnixNano())
			return d
		}},
		{"without-origin-proof", func(w *workshop) *draft {
			height := w.entryHeight(w.File)
			w.Source.NotKept[height] = true
			defer delete(w.Source.NotKept, height)
			d := w.file(w.File, prove.Options{})
			d.policy.Require = []string{"format", "log", "authority", "state", "consistency", "inclusion", "opening", "presented"}
			return d
		}},
	}
}

// named adds the certification of the enterprise, which says its name.
func (w *workshop) named(d *draft) *draft {
	return w.add(d, d.entry().Size, func(e *logtypes.Entry) bool {
		return e.GetEnterpriseCertified() != nil && e.GetEnterpriseCertified().EnterpriseId == w.Enterprise
	})
}

// issue adds all events of the certificate that was issued.
func (w *workshop) issue(d *draft) *draft {
	size := uint64(0)
	for _, e := range d.b.Entries {
		size = max(size, e.Size)
	}
	require.NotZero(w.t, size, "an entry tells the size of the head")
	return w.add(d, size, func(e *logtypes.Entry) bool {
		kind, id := e.Subject()
		return kind == logtypes.SubjectCertificate && id == w.Issued
	})
}

// add proves more entries of the log under a head that the bundle has.
func (w *workshop) add(d *draft, size uint64, which func(*logtypes.Entry) bool) *draft {
	all := map[uint64]bundle.Entry{}
	for _, had := range d.b.Entries {
		e, err := logtypes.ParseEntry(had.Bytes)
		require.NoError(w.t, err)
		all[e.Seq] = had
	}
	for seq := range size {
		b, err := w.Source.Entry(w.ctx(), seq)
		require.NoError(w.t, err)
		e, err := logtypes.ParseEntry(b)
		require.NoError(w.t, err)
		if _, had := all[seq]; !had && which(e) {
			all[seq] = bundle.Entry{Bytes: b, Size: size, Path: w.path(seq, size)}
		}
	}
	d.b.Entries = nil
	for _, seq := range slices.Sorted(maps.Keys(all)) {
		d.b.Entries = append(d.b.Entries, all[seq])
	}
	return d
}
