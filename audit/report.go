package audit

import (
	"fmt"
	"slices"
)

// maxListed is how many findings of an area are kept; all are counted.
const maxListed = 200

// Report is what an audit has seen.
type Report struct {
	Home    string `json:"home"`
	ChainID string `json:"chain_id,omitempty"`
	// Height of the state.
	Height int64 `json:"height,omitempty"`
	// Found is the number of findings in all areas.
	Found int     `json:"findings"`
	Areas []*Area `json:"areas"`
	// NotChecked is what a clean report says nothing about: what was not given or could
	// not be read, and what no audit of one home can tell.
	NotChecked []Note `json:"not_checked"`
}

// Clean says that nothing was found.
func (r *Report) Clean() bool { return r.Found == 0 }

// order of the areas in a report.
var order = []string{"state", "log", "index", "archive", "blocks", "openings", "bundles"}

// close counts and puts the areas in their order.
func (r *Report) close() {
	slices.SortStableFunc(r.Areas, func(a, b *Area) int {
		return slices.Index(order, a.Name) - slices.Index(order, b.Name)
	})
	for _, a := range r.Areas {
		r.Found += a.Total
	}
}

// omit adds something that was not checked; its code is one of sentences.
func (r *Report) omit(code, what string) {
	s := sentences[code]
	r.NotChecked = append(r.NotChecked, Note{Code: code, Zh: s.zh, En: s.en, What: what})
}

// passedOver are notes of an area which say that a part of it was not looked at.
var passedOver = []string{"not-there", "not-checked", "fast-behind", "log-broken", "archive-gaps"}

// skipped are the areas of which such a note says more.
func (r *Report) skipped() []string {
	var out []string
	for _, a := range r.Areas {
		if slices.ContainsFunc(a.Notes, func(n Note) bool { return slices.Contains(passedOver, n.Code) }) {
			out = append(out, a.Name)
		}
	}
	return out
}

// Area is one part of what a node keeps.
type Area struct {
	// Name: state, log, index, archive, blocks, openings, bundles.
	Name string `json:"area"`
	// Checked says how much was seen.
	Checked []Count `json:"checked,omitempty"`
	// Notes are what should be known beside findings.
	Notes []Note `json:"notes,omitempty"`
	// Total number of findings; the first 200 are in Findings.
	Total    int       `json:"total"`
	Findings []Finding `json:"findings,omitempty"`
}

// Count is a number of things seen.
type Count struct {
	What string `json:"what"`
	Zh   string `json:"zh"`
	N    uint64 `json:"n"`
}

// Note is something that is no finding.
type Note struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
	// What it is about, if the sentence does not say.
	What string `json:"what,omitempty"`
}

// Where says what a finding is about.
type Where struct {
	File   string `json:"file,omitempty"`
	Store  string `json:"store,omitempty"`
	Key    string `json:"key,omitempty"`
	Height int64  `json:"height,omitempty"`
}

// Finding is one thing that is not as it must be.
type Finding struct {
	Code string `json:"code"`
	Where
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
}

// find adds a finding; its code is one of sentences.
func (a *Area) find(code string, w Where, expected, got any) {
	a.Total++
	if len(a.Findings) >= maxListed {
		return
	}
	s := sentences[code]
	a.Findings = append(a.Findings, Finding{
		Code: code, Where: w, Expected: plain(expected), Got: plain(got), Zh: s.zh, En: s.en,
	})
}

// note adds a note; its code is one of sentences.
func (a *Area) note(code, what string) {
	s := sentences[code]
	a.Notes = append(a.Notes, Note{Code: code, Zh: s.zh, En: s.en, What: what})
}

// counted adds to the number of things seen.
func (a *Area) counted(what string, n uint64) {
	for i := range a.Checked {
		if a.Checked[i].What == what {
			a.Checked[i].N += n
			return
		}
	}
	a.Checked = append(a.Checked, Count{What: what, Zh: counts[what], N: n})
}

// plain writes bytes in hex and anything else as it prints.
func plain(v any) string {
	if b, ok := v.([]byte); ok {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprint(v)
}
