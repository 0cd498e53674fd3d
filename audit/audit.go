package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

// Options of an audit.
type Options struct {
	// Home of a stopped node.
	Home string
	// Openings and Bundles are files, or directories in which they are looked for.
	Openings, Bundles []string
	// Anchor of the user; required by bundles, nil if there is none.
	Anchor []byte
}

// ErrAnchor says that bundles were given without an anchor, or that it is none.
var ErrAnchor = errors.New("expected an anchor with bundles")

// run is one audit.
type run struct {
	Options
	report *Report
	anchor *bundle.Anchor

	app, blocks, states *database
	chain               *chain
	state               *stateAudit
	log                 *logAudit
	openings            *openingAudit
}

// Run audits a home. What is wrong with the data is in the report; an error is
// ErrRunning, ErrAnchor, the context's, or that of a file that cannot be read.
func Run(ctx context.Context, o Options) (*Report, error) {
	r := &run{Options: o, report: &Report{Home: o.Home}}
	if o.Anchor != nil {
		var err error
		if r.anchor, err = bundle.ParseAnchor(o.Anchor); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrAnchor, err)
		}
	}
	if r.anchor == nil && len(o.Bundles) > 0 {
		return nil, fmt.Errorf("%w, got none", ErrAnchor)
	}
	openings, err := filesOf(o.Openings, ".inkopen")
	if err != nil {
		return nil, err
	}
	bundles, err := filesOf(o.Bundles, ".ink")
	if err != nil {
		return nil, err
	}
	defer r.close()
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return r.readOpenings(ctx, openings) },
		r.checkState,
		r.checkIndex,
		r.checkArchive,
		r.checkBlocks,
		func(ctx context.Context) error { return r.checkBundles(ctx, bundles) },
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	r.report.close()
	r.conclude(len(openings), len(bundles))
	return r.report, nil
}

// conclude says what was not checked: a report without findings must not be read as
// more than it is.
func (r *run) conclude(openings, bundles int) {
	if parts := r.report.skipped(); len(parts) > 0 {
		r.report.omit("parts-passed-over", strings.Join(parts, ", "))
	}
	if r.anchor == nil {
		r.report.omit("no-anchor", "")
	}
	if openings == 0 {
		r.report.omit("no-openings", "")
	}
	if bundles == 0 {
		r.report.omit("no-bundles", "")
	}
	r.report.omit("rewritten", "")
	r.report.omit("of-a-running-node", "")
}

// area is the area of a name.
func (r *run) area(name string) *Area {
	for _, a := range r.report.Areas {
		if a.Name == name {
			return a
		}
	}
	a := &Area{Name: name}
	r.report.Areas = append(r.report.Areas, a)
	return a
}

// guard turns a panic over damaged data into a finding: libraries have such.
func guard(a *Area, what string, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.find("unexpected", Where{File: what}, "data that can be checked to its end", p)
			err = nil
		}
	}()
	return fn()
}

func (r *run) open(ctx context.Context) error {
	data := filepath.Join(r.Home, "data")
	state, log, blocks := r.area("state"), r.area("log"), r.area("blocks")
	for _, d := range []struct {
		into **database
		name string
		area *Area
	}{{&r.app, "application.db", state}, {&r.blocks, "blockstore.db", blocks}, {&r.states, "state.db", blocks}} {
		var err error
		if *d.into, err = openDatabase(ctx, data, d.name, d.area); err != nil {
			return err
		}
		if *d.into == nil {
			d.area.note("not-checked", d.name)
		}
	}
	r.chain = &chain{blocks: r.blocks, states: r.states}
	if r.app == nil {
		log.note("not-checked", "application.db")
	}
	return guard(blocks, "state.db", func() error {
		err := r.chain.load(blocks)
		r.report.ChainID = r.chain.id()
		return err
	})
}

func (r *run) close() {
	for _, d := range []*database{r.app, r.blocks, r.states} {
		d.close()
	}
}

func (r *run) readOpenings(ctx context.Context, files []string) error {
	if len(files) == 0 && len(r.Openings) == 0 {
		return nil
	}
	r.openings = &openingAudit{area: &Area{Name: "openings"}}
	return guard(r.openings.area, "openings", func() error { return r.openings.read(ctx, files) })
}

// checkState recomputes the state and, with the leaves that pass by, the log.
func (r *run) checkState(ctx context.Context) error {
	if r.app != nil {
		a := &stateAudit{db: r.app, chain: r.chain, area: r.area("state")}
		err := guard(a.area, r.app.name, func() error { return r.recompute(ctx, a) })
		if err != nil {
			return err
		}
	}
	if r.openings != nil {
		r.openings.close()
		r.report.Areas = append(r.report.Areas, r.openings.area)
	}
	return nil
}

func (r *run) recompute(ctx context.Context, a *stateAudit) error {
	if !a.open() {
		r.area("log").note("not-checked", "")
		return nil
	}
	r.state, r.report.Height = a, a.version
	r.log = newLogAudit(ctx, r.chain, a.tree(layout.LogStore), a.version, r.area("log"))
	if r.anchor != nil {
		r.log.logID = r.anchor.LogID[:]
	}
	if r.openings != nil {
		r.log.eachEntry = r.openings.entry
	}
	if err := a.run(ctx, r.log); err != nil {
		return err
	}
	return r.log.close()
}

func (r *run) checkBlocks(ctx context.Context) error {
	a := &blockAudit{chain: r.chain, area: r.area("blocks")}
	return guard(a.area, "blockstore.db", func() error {
		r.checkEra(a)
		return a.run(ctx)
	})
}

// checkIndex is of a database that a home may lack: a starting node makes it anew.
func (r *run) checkIndex(ctx context.Context) error {
	return r.beside(ctx, "index", filepath.Join(r.Home, "data"), "logindex.db", func(db *database, a *Area) error {
		if r.log == nil || r.log.broken {
			a.note("not-checked", "")
			return nil
		}
		audit := &indexAudit{db: db, log: r.log, area: a}
		return audit.run(ctx)
	})
}

// checkArchive is of a database that a log with entries has: its proofs of pruned states
// cannot be made again.
func (r *run) checkArchive(ctx context.Context) error {
	return r.beside(ctx, "archive", r.Home, logindex.ArchiveName+".db", func(db *database, a *Area) error {
		audit := &archiveAudit{db: db, state: r.state, chain: r.chain, log: r.log, anchor: r.anchor, area: a}
		return audit.run(ctx, r.Home)
	})
}

// beside opens a database beside the state for a check of it.
func (r *run) beside(ctx context.Context, name, dir, file string, check func(*database, *Area) error) error {
	a := r.area(name)
	db, err := openDatabase(ctx, dir, file, a)
	if errors.Is(err, fs.ErrNotExist) {
		if name == "archive" && r.log != nil && r.log.next > 0 {
			a.find("archive-missing", Where{File: file}, fmt.Sprintf("an archive of the log's %d entries", r.log.next), "none")
			return nil
		}
		a.note("not-there", file)
		return nil
	}
	if err != nil {
		return err
	}
	if db == nil {
		a.note("not-checked", file)
		return nil
	}
	defer db.close()
	return guard(a, file, func() error { return check(db, a) })
}
