package recipe

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrEmpty is the refusal of an input without items.
	ErrEmpty = errors.New("nothing to evidence")
	// ErrChanged is what every *ChangedError wraps.
	ErrChanged = errors.New("changed while it was read")
	// ErrNotRegular is the refusal of a path of the wrong type.
	ErrNotRegular = errors.New("not a regular file")
	// ErrParameter is the refusal of a combination Scan does not know.
	ErrParameter = errors.New("recipe or parameter not possible")
)

// ChangedError names a file that was not the same before and after.
type ChangedError struct {
	Path string // below the directory for dir, as given otherwise
	What string // what was expected and what came
}

// Error names the file and the difference.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("%q %v: %s", e.Path, ErrChanged, e.What)
}

// Unwrap makes errors.Is(err, ErrChanged) true.
func (e *ChangedError) Unwrap() error { return ErrChanged }

// LineError is a refusal of csv. Lines are counted from 1, by 0x0A alone.
type LineError struct {
	Line uint64
	What string
}

// Error names the line.
func (e *LineError) Error() string { return fmt.Sprintf("csv, line %d: %s", e.Line, e.What) }

// Refusal is one entry of a directory that cannot be evidenced.
type Refusal struct {
	Path   string // below the directory, bytes as the system gives them
	Reason string
}

// RefusedError lists everything in a directory that cannot be evidenced, sorted
// by path.
type RefusedError struct{ Refusals []Refusal }

// maxListed keeps the message readable; Refusals always holds all.
const maxListed = 100

// Error lists the entries, one per line, with paths quoted.
func (e *RefusedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "dir: expected readable regular files with portable names only, got %d other entries:", len(e.Refusals))
	for i, r := range e.Refusals {
		if i == maxListed {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Refusals)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %q: %s", r.Path, r.Reason)
	}
	return b.String()
}
