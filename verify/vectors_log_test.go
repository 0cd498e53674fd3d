package verify_test

import (
	"bytes"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func badLogs() []badVector {
	all := slices.Concat(badHeads(), badPins(), badKeys(), badStatuses(), badLists(), badContents(), submissionVectors())
	return all
}

// latest is a bundle with an origin head and a latest one.
func (w *workshop) latest() *draft {
	return w.file(w.File, prove.Options{Latest: true, Submission: true})
}

func badHeads() []badVector {
	return []badVector{
		{rule: "head.last-height", make: func(w *workshop) *draft {
			f := w.forge()
			f.last = f.state + 1
			return f.draft().require(withoutOrigin)
		}},
		{rule: "head.order", name: "appended-without-growing", make: func(w *workshop) *draft {
			f := w.forge()
			d := f.draft()
			f.last, f.state, f.time = f.last+1, f.state+1, f.time+1e9
			later := f.draft()
			d.b.Blocks, d.b.States = append(d.b.Blocks, later.b.Blocks[0]), append(d.b.States, later.b.States[0])
			return d
		}},
		{rule: "state.head", name: "value-alone", make: func(w *workshop) *draft {
			d := w.forgedCounter(6, true)
			d.b.Subject, d.b.States, d.b.Entries = 0, d.b.States[1:], nil
			d.b.Content, d.b.Items, d.presented = nil, nil, nil
			return d
		}},
		{rule: "era.size", name: "of-the-next-era", make: func(w *workshop) *draft {
			d := w.small()
			d.addEra(1_000_000, 5, bundle.Hash{1})
			return d
		}},
		{rule: "era.start", name: "forged-era", make: func(w *workshop) *draft {
			d := w.latest()
			last := len(d.b.Blocks) - 1
			at := d.entry().Size + 1
			a := d.addEra(d.b.Blocks[last].Header.Height, at, bundle.Hash{1})
			a.Eras[1].Validators = d.setOf(w.t, last)
			return w.edit(d, last, func(h *bundle.Header) { h.ChainID = "ink-test-2" })
		}},
		{rule: "consistency.root", name: "two-heads-of-a-size", make: func(w *workshop) *draft {
			f := w.forge()
			d := f.draft()
			f.put(3, f.record(nil), 0)
			other := f.draft()
			d.b.Blocks = append(d.b.Blocks, other.b.Blocks[0])
			d.b.States = append(d.b.States, other.b.States[0])
			d.b.States[1].Height++
			return w.edit(d, 1, func(h *bundle.Header) { h.Height++; h.Time++ })
		}},
		{rule: "consistency.proof", make: func(w *workshop) *draft {
			d := w.latest()
			hashes := slices.Clone(d.b.Proofs.Consistency[0].Hashes)
			hashes[0][0] ^= 1
			d.b.Proofs.Consistency[0].Hashes = hashes
			return d
		}},
		{rule: "consistency.missing", make: func(w *workshop) *draft {
			d := w.latest()
			d.b.Proofs.Consistency = nil
			return d
		}},
		{rule: "inclusion.head", make: func(w *workshop) *draft {
			d := w.small()
			d.entry().Size++
			d.entry().Path = w.path(w.File, d.entry().Size)
			return d
		}},
		{rule: "inclusion.path", name: "flipped-bit", make: func(w *workshop) *draft {
			d := w.small()
			d.entry().Path[0][0] ^= 1
			return d
		}},
		{rule: "inclusion.path", name: "one-short", make: func(w *workshop) *draft {
			d := w.small()
			d.entry().Path = d.entry().Path[1:]
			return d
		}},
		{rule: "inclusion.path", name: "of-another-entry", make: func(w *workshop) *draft {
			d := w.small()
			d.entry().Path = w.path(w.File-1, d.entry().Size)
			return d
		}},
		{rule: "inclusion.path", name: "changed-entry", make: func(w *workshop) *draft {
			d := w.small()
			e, err := logtypes.ParseEntry(d.entry().Bytes)
			require.NoError(w.t, err)
			e.GetRecord().EnterpriseSeq++
			d.entry().Bytes, err = e.Marshal()
			require.NoError(w.t, err)
			return d
		}},
		{rule: "entries.order", make: func(w *workshop) *draft {
			d := w.latest()
			last := len(d.b.Entries) - 1
			d.b.Entries[last], d.b.Entries[last-1] = d.b.Entries[last-1], d.b.Entries[last]
			return d
		}},
		{rule: "entries.subject", make: func(w *workshop) *draft {
			d := w.small()
			d.b.Entries, d.presented = nil, nil
			return d
		}},
		{rule: "entry.height", name: "late-append", make: func(w *workshop) *draft {
			f := w.forge()
			f.last = forgedHeight - 1
			return f.draft().require(withoutOrigin)
		}},
		{rule: "entry.time", name: "stamp-of-the-header", make: func(w *workshop) *draft {
			f := w.forge()
			f.time = forgedTime
			return f.draft()
		}},
		{rule: "origin.height", name: "head-of-another-block", make: func(w *workshop) *draft {
			d := w.file(w.Package, prove.Options{})
			e := d.entry()
			e.Path = w.path(w.File, e.Size)
			e.Bytes, _ = w.Source.Entry(w.ctx(), w.File)
			d.b.Subject = w.File
			small := w.small()
			d.b.Content, d.b.Items, d.presented = small.b.Content, small.b.Items, small.presented
			return d
		}},
		{rule: "origin.height", name: "late-append-at-a-low-height", make: func(w *workshop) *draft {
			// Entry of height 5 at the log's end, in a head of height 100.
			f := w.forge()
			e := f.record(nil)
			e.Height = 5
			f.put(f.subject, e, 0)
			return f.draft()
		}},
		{rule: "origin.era", name: "entry-of-era-1-under-era-2", make: func(w *workshop) *draft {
			d := w.small()
			a := d.addEra(d.b.Blocks[0].Header.Height, w.File, bundle.Hash{1})
			a.Eras[1].Validators = a.Eras[0].Validators
			return w.edit(d, 0, func(h *bundle.Header) { h.ChainID = "ink-test-2" })
		}},
	}
}

// require sets the policy's required checks.
func (d *draft) require(codes []string) *draft {
	d.policy.Require = codes
	return d
}

// addEra lets the anchor know another era.
func (d *draft) addEra(height, size uint64, root bundle.Hash) *bundle.Anchor {
	a := d.otherAnchor()
	a.Eras = append(a.Eras, bundle.Era{ChainID: "ink-test-2", InitialHeight: height, Validators: a.Eras[0].Validators, LogSize: size, LogRoot: root})
	return a
}

func badPins() []badVector {
	pinned := func(size uint64, f func(w *workshop, d *draft, pin *verify.Pin)) func(*workshop) *draft {
		return func(w *workshop) *draft {
			d := w.small()
			if size == 0 {
				size = w.File + 4
			}
			pin := w.pin(size)
			if size <= w.File {
				d.b.Proofs.Consistency = []bundle.Consistency{w.consistency(size, d.entry().Size)}
			} else {
				d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: w.File, Size: size, Path: w.path(w.File, size)}}
			}
			f(w, d, &pin)
			d.policy.Pins = []verify.Pin{pin}
			return d
		}
	}
	return []badVector{
		{rule: "pins.root", name: "other-log-of-the-same-size", make: func(w *workshop) *draft {
			f := w.forge()
			f.size = 62
			d := f.draft()
			f.put(61, f.record(nil), 0)
			fork := f.draft()
			root := format.TreeRoot(f.leaves())
			d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: f.subject, Size: f.size, Path: fork.entry().Path}}
			d.policy.Pins = []verify.Pin{{Size: f.size, Root: root}}
			return d
		}},
		{rule: "pins.height", make: pinned(5, func(w *workshop, d *draft, pin *verify.Pin) { pin.Height = d.b.Blocks[0].Header.Height + 10 })},
		{rule: "pins.time", name: "earlier-than-a-pin-below", make: pinned(5, func(w *workshop, d *draft, pin *verify.Pin) {
			pin.Height, pin.Time = d.b.Blocks[0].Header.Height-1, d.b.Blocks[0].Header.Time+1
		})},
		{rule: "pins.missing", name: "head-beside-the-subjects", make: func(w *workshop) *draft {
			// Every pin is kept by the subject; what is said of later is of no pinned log.
			d := w.latest()
			pin := w.pin(w.Package + 1)
			d.policy.Pins = []verify.Pin{pin}
			d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: w.File, Size: pin.Size, Path: w.path(w.File, pin.Size)}}
			return d
		}},
		{rule: "pins.consistency", name: "other-root", make: pinned(5, func(_ *workshop, _ *draft, pin *verify.Pin) { pin.Root[0] ^= 1 })},
		{rule: "pins.consistency", name: "rewritten-log", make: func(w *workshop) *draft {
			f := w.forge()
			d := f.draft()
			pin := w.pin(w.File)
			d.policy.Pins = []verify.Pin{pin}
			d.b.Proofs.Consistency = []bundle.Consistency{w.consistency(pin.Size, f.size)}
			return d
		}},
		{rule: "pins.missing", name: "consistency", make: pinned(5, func(_ *workshop, d *draft, _ *verify.Pin) { d.b.Proofs.Consistency = nil })},
		{rule: "pins.missing", name: "inclusion", make: pinned(0, func(_ *workshop, d *draft, _ *verify.Pin) { d.b.Proofs.Inclusions = nil })},
		{rule: "pins.inclusion", name: "other-root", make: pinned(0, func(_ *workshop, _ *draft, pin *verify.Pin) { pin.Root[0] ^= 1 })},
		{rule: "pins.inclusion", name: "path-of-another-size", make: pinned(0, func(w *workshop, d *draft, pin *verify.Pin) {
			d.b.Proofs.Inclusions[0].Path = w.path(w.File, pin.Size+40)
		})},
	}
}

// leaves are those of a forged log.
func (f *forgery) leaves() []format.Hash {
	leaves := make([]format.Hash, f.size)
	for i := range leaves {
		leaves[i] = format.Hash(testutil.Commitment("leaf"))
		if b := f.entries[uint64(i)]; b != nil {
			leaves[i] = format.EntryLeaf(b)
		}
	}
	return leaves
}

func badKeys() []badVector {
	return []badVector{
		{rule: "keys.conflict", make: func(w *workshop) *draft {
			d := w.small()
			a := d.otherAnchor()
			a.Institutions[1].Keys = append(a.Institutions[1].Keys, a.Institutions[0].Keys[0])
			return d
		}},
		{rule: "keys.conflict", name: "lying-entry", make: func(w *workshop) *draft {
			f := w.forge()
			f.put(4, &logtypes.Entry{Body: &logtypes.Entry_ValidatorKeyBound{ValidatorKeyBound: &logtypes.ValidatorKeyBound{
				InstitutionId: 2, KeyType: logtypes.KEY_TYPE_ED25519, PublicKey: w.Anchor.Institutions[0].Keys[0].Key, Power: 10,
			}}}, 0)
			return f.draft()
		}},
		{rule: "keys.name", make: func(w *workshop) *draft {
			f := w.forge()
			f.put(4, &logtypes.Entry{Body: &logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{
				InstitutionId: 2, Name: "another court", Kind: logtypes.INSTITUTION_KIND_COURT, Uscc: "11330000000000002J",
			}}}, 0)
			return f.draft()
		}},
		{rule: "keys.unmapped", make: func(w *workshop) *draft {
			d := w.small().require(slices.Concat(withoutOrigin, []string{"origin", "keys"}))
			d.otherAnchor().Institutions = nil
			return d
		}},
		{rule: "filter.unknown", make: func(w *workshop) *draft {
			d := w.small()
			d.policy.Interested = []string{"centre"}
			return d
		}},
		{rule: "institutions.required", make: func(w *workshop) *draft {
			d := w.small()
			d.policy.RequiredInstitutions = []string{"court"}
			w.sign(d, 0, func(i int) bool {
				return !bytes.Equal(w.Anchor.Eras[0].Validators[i].Key, w.Anchor.Institutions[1].Keys[0].Key)
			})
			return d
		}},
		{rule: "institutions.none", make: func(w *workshop) *draft {
			d := w.small()
			d.b, d.presented = &bundle.Bundle{LogID: w.Anchor.LogID}, nil
			d.policy.MinInstitutions = 1
			return d
		}},
		{rule: "policy.demanded", name: "time-stamps", make: func(w *workshop) *draft {
			return w.small().require(append([]string{"time-stamps"}, withoutOrigin...))
		}},
		{rule: "institutions.number", name: "of-a-head", make: func(w *workshop) *draft {
			d := w.latest()
			last := len(d.b.Blocks) - 1
			d.policy.MinInstitutions = len(d.setOf(w.t, last))
			w.sign(d, last, testutil.Places(d.policy.MinInstitutions-1))
			return d
		}},
		{rule: "institutions.number", make: func(w *workshop) *draft {
			d := w.small()
			d.policy.MinInstitutions = 5
			return d
		}},
	}
}

func badStatuses() []badVector {
	status := func(state logtypes.CertificateState, count, last, evidence uint64) logtypes.CertificateStatus {
		return logtypes.CertificateStatus{State: state, EventCount: count, LastEventIndex: last, EvidenceSeq: evidence}
	}
	const initially = logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED
	return []badVector{
		{rule: "certificate.status", name: "left-out", make: func(w *workshop) *draft {
			d := w.latest()
			d.b.States = slices.DeleteFunc(d.b.States, func(s bundle.State) bool { return s.Kind == bundle.StateCertificate })
			return d
		}},
		{rule: "certificate.status", name: "of-another-certificate", make: func(w *workshop) *draft {
			d, other := w.latest(), w.directory()
			var states []bundle.State
			for _, s := range other.b.States {
				if s.Kind == bundle.StateCertificate {
					states = append(states, s)
				}
			}
			for _, s := range d.b.States {
				if s.Kind != bundle.StateCertificate {
					states = append(states, s)
				}
			}
			d.b.States = states
			return d
		}},
		{rule: "certificate.evidence", make: func(w *workshop) *draft {
			f := w.forge().certificate(58, status(initially, 2, 61, 59))
			return f.draft()
		}},
		{rule: "certificate.other", make: func(w *workshop) *draft {
			f := w.forge().certificate(58, status(initially, 2, 61, 58))
			return f.draft()
		}},
		{rule: "status.gap", name: "revocation-left-out", make: func(w *workshop) *draft {
			d := w.directory()
			d.b.Entries = slices.DeleteFunc(d.b.Entries, func(e bundle.Entry) bool {
				parsed, err := logtypes.ParseEntry(e.Bytes)
				require.NoError(w.t, err)
				return parsed.GetCertificateRevoked() != nil
			})
			return d
		}},
		{rule: "status.contradicted", make: func(w *workshop) *draft {
			f := w.forge().keyStatus(logtypes.KEY_STATE_ACTIVE, 1)
			user, key := w.holder(w.Admin)
			f.put(6, &logtypes.Entry{Body: &logtypes.Entry_KeyBound{KeyBound: &logtypes.KeyBound{
				KeyId: key, UserId: user, KeyType: logtypes.KEY_TYPE_ED25519, PublicKey: w.Admin.Key.PubKey().Bytes(),
				Custody: logtypes.CUSTODY_SELF_SOFTWARE, PersonCommitment: testutil.Commitment("admin"), AgreementVersion: 1,
			}}}, 2)
			return f.draft()
		}},
		{rule: "status.event-no", name: "event-twice", make: func(w *workshop) *draft {
			f := w.forge().certificate(59, status(initially, 3, 62, 59))
			f.size = 63
			f.put(62, &logtypes.Entry{Body: &logtypes.Entry_CertificateFinalReview{CertificateFinalReview: &logtypes.CertificateReviewed{CertSeq: 60, OfficerId: 4}}}, 2)
			return f.draft()
		}},
		{rule: "status.last", make: func(w *workshop) *draft {
			f := w.forge().certificate(59, status(initially, 2, 62, 59))
			f.size = 63
			return f.draft()
		}},
		{rule: "status.age", name: "stale", make: func(w *workshop) *draft {
			d := w.latest()
			d.policy.MaxStatusAge, d.now = 60, uint64(w.Now().UnixNano())+3600e9
			return d
		}},
		{rule: "status.none", make: func(w *workshop) *draft {
			d := w.small()
			d.policy.MaxStatusAge, d.now = 60, uint64(w.Now().UnixNano())
			return d
		}},
		{rule: "key.compromised", make: func(w *workshop) *draft {
			f := w.forge().keyStatus(logtypes.KEY_STATE_COMPROMISED, forgedTime-1)
			return f.draft()
		}},
	}
}
