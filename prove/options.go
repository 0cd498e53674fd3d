package prove

import (
	"errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// Options say what a bundle carries beside what it is about.
type Options struct {
	// Anchor that the bundle is to be verified against; required. Keys that it names
	// need no proof.
	Anchor *bundle.Anchor
	// Pins that the bundle is to be verified against, and so carries proofs for.
	Pins []verify.Pin
	// FromPins begins the chain of validator sets at the highest pin below all headers
	// that names a set, instead of at the start of the era: who has not that pin cannot
	// verify the bundle.
	FromPins bool
	// PinSizes are sizes that somebody else may have pinned.
	PinSizes []uint64
	// Latest says what is known as of now: the head, later entries about the subject,
	// the statuses of its certificates and of the submitter's key, the number of the
	// enterprise's records. A certificate's own entry always brings its status.
	Latest bool
	// Enterprise shows the entry that certified a record's enterprise: its name and code.
	Enterprise bool
	// Submission shows the transaction of a record.
	Submission bool
	// Content opens the subject's commitment; see ContentOf.
	Content *bundle.Content
	// Items of the content: all without paths, or some with theirs.
	Items []format.Shown
	// Statuses of all applications of a list, so that undecided ones are seen.
	Statuses bool
}

// Refusals of the writer.
var (
	// ErrOptions: what is asked for cannot be, whatever the chain says.
	ErrOptions = errors.New("no such bundle")
	// ErrRefused: the verifier does not accept what the source gave.
	ErrRefused = errors.New("the verifier refuses the bundle")
)
