package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// consensusRooms are the packages whose code runs in blocks.
var consensusRooms = []string{"./app", "./format", "./verify/layout", "./x/..."}

// forbiddenImports of consensus rooms, with the reason.
var forbiddenImports = map[string]string{
	"math/rand":      "randomness differs from node to node",
	"math/rand/v2":   "randomness differs from node to node",
	"crypto/rand":    "randomness differs from node to node",
	"unicode":        "its tables change with the version of Go",
	"crypto/ed25519": "it accepts other signatures than the chain does (ZIP-215)",
}

// forbiddenCalls of consensus rooms, with the reason.
var forbiddenCalls = map[string]string{
	"time.Now": "clocks differ: use the block's time", "time.Since": "clocks differ: use the block's time", "time.Until": "clocks differ: use the block's time",
	"time.LoadLocation": "time zone tables differ from machine to machine", "time.Local": "time zones differ from machine to machine",
	"os.Getenv": "environments differ from machine to machine", "os.Hostname": "names differ from machine to machine",
}

// exception allows one finding, with the reason why it is harmless.
type exception struct{ file, function, what, why string }

var exceptions = []exception{
	{"format/secret.go", "", "import crypto/rand", "draws owners' secrets; the chain never calls it"},
	{"app/keyring.go", "", "import crypto/ed25519", "makes keys from mnemonics; verifies nothing"},
	{"app/genesis.go", "ValidateState", "range over a map", "collects names, which are sorted before use"},
	{"app/modules.go", "AutoCLI", "range over a map", "fills another map, for the command line"},
}

// finding is a place where nodes could come to differ.
type finding struct {
	file     string
	line     int
	function string
	what     string
	why      string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s in %s: %s", f.file, f.line, f.what, f.function, f.why)
}

func TestConsensusRoomsAreDeterministic(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the export data of all dependencies")
	}
	used := make([]bool, len(exceptions))
	for _, p := range listPackages(t) {
		for _, f := range p.check(t) {
			i := slices.IndexFunc(exceptions, func(e exception) bool { return e.file == f.file && e.function == f.function && e.what == f.what })
			if i < 0 {
				t.Error(f)
				continue
			}
			used[i] = true
		}
	}
	for i, e := range exceptions {
		require.True(t, used[i], "exception %q in %s is not needed any more: remove it", e.what, e.file)
	}
}

// TestEachConsensusRuleCanFail gives the analysis one sin of each kind.
func TestEachConsensusRuleCanFail(t *testing.T) {
	const source = `package sin
import ("time"; "maps"; "math/rand"; "unicode"; "slices")
var m map[string]int
var r = rand.Int
var u = unicode.Han
func f() {
	for range m {}
	_ = maps.Keys(m)
	_ = slices.Sorted(maps.Keys(m))
	_ = time.Now()
	go f()
	x := 1.5 // the name, the value, the use
	_ = x
	select {}
}`
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "sin.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	var what []string
	for _, f := range inspect(t, fset, []*ast.File{parsed}, importer.ForCompiler(fset, "source", nil), "sin", "") {
		what = append(what, f.what)
	}
	require.ElementsMatch(t, []string{
		"import math/rand", "import unicode", "range over a map", "maps.Keys", "time.Now", "go", "float64", "float64", "float64", "select",
	}, what)
}

// pkg is a package of a consensus room as `go list` describes it.
type pkg struct {
	Dir        string
	ImportPath string
	GoFiles    []string
	Export     string
	Standard   bool
	DepOnly    bool

	exports map[string]string
	root    string
}

// listPackages asks go for the packages and for the export data of all that they
// import, which are in the build cache.
func listPackages(t *testing.T) []pkg {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	cmd := exec.Command("go", append([]string{"list", "-deps", "-export", "-json=Dir,ImportPath,GoFiles,Export,Standard,DepOnly"}, consensusRooms...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	exports := map[string]string{}
	var rooms []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := pkg{exports: exports, root: root}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			rooms = append(rooms, p)
		}
	}
	require.Greater(t, len(rooms), 10, "the rooms have moved")
	return rooms
}

func (p pkg) check(t *testing.T) []finding {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(p.exports[path])
	})
	return inspect(t, fset, files, imp, p.ImportPath, p.root)
}

// inspect looks at the files of a package, generated ones left out.
func inspect(t *testing.T, fset *token.FileSet, files []*ast.File, imp types.Importer, path, root string) []finding {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	_, err := (&types.Config{Importer: imp}).Check(path, fset, files, info)
	require.NoError(t, err)
	var found []finding
	for _, f := range files {
		name := fset.Position(f.Pos()).Filename
		if strings.HasSuffix(name, ".pb.go") || strings.HasSuffix(name, ".pb.gw.go") {
			continue
		}
		if rel, err := filepath.Rel(root, name); err == nil && root != "" {
			name = filepath.ToSlash(rel)
		}
		c := checker{info: info, sorted: map[ast.Node]bool{}}
		for _, d := range f.Decls {
			c.function = ""
			if fn, ok := d.(*ast.FuncDecl); ok {
				c.function = fn.Name.Name
			}
			ast.Inspect(d, c.visit)
		}
		for _, s := range c.sins {
			s.file, s.line = name, fset.Position(token.Pos(s.line)).Line
			found = append(found, s)
		}
	}
	return found
}

// checker collects what a syntax tree must not hold.
type checker struct {
	info *types.Info
	// sorted are the calls whose result is sorted at once.
	sorted   map[ast.Node]bool
	function string
	sins     []finding
}

func (c *checker) report(n ast.Node, what, why string) {
	c.sins = append(c.sins, finding{line: int(n.Pos()), function: c.function, what: what, why: why})
}

func (c *checker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		path, _ := strconv.Unquote(n.Path.Value)
		if why, bad := forbiddenImports[path]; bad {
			c.report(n, "import "+path, why)
		}
	case *ast.RangeStmt:
		if t := c.info.TypeOf(n.X); t != nil {
			if _, ok := t.Underlying().(*types.Map); ok {
				c.report(n, "range over a map", "its order differs from run to run: sort the keys first")
			}
		}
	case *ast.GoStmt:
		c.report(n, "go", "goroutines end in any order")
	case *ast.SelectStmt:
		c.report(n, "select", "it chooses at random")
	case *ast.CallExpr:
		if c.name(n.Fun) == "slices.Sorted" && len(n.Args) == 1 {
			c.sorted[n.Args[0]] = true
		}
		if name := c.name(n.Fun); strings.HasPrefix(name, "maps.") && !c.sorted[n] && name != "maps.Clone" {
			c.report(n, name, "its order differs from run to run: slices.Sorted(maps.Keys(m)) has one")
		}
	case *ast.SelectorExpr:
		if why, bad := forbiddenCalls[c.name(n)]; bad {
			c.report(n, c.name(n), why)
		}
	case *ast.Ident, *ast.BasicLit:
		c.float(n.(ast.Expr))
	}
	return true
}

// float reports values of floating point; names of types and conversions included.
func (c *checker) float(n ast.Expr) {
	t := c.info.TypeOf(n)
	if id, ok := n.(*ast.Ident); ok && t == nil {
		if obj := c.info.Defs[id]; obj != nil {
			t = obj.Type()
		}
	}
	if t == nil {
		return
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 && b.Kind() != types.UntypedFloat {
		c.report(n, b.Name(), "rounding is not worth a fork: use integers")
	}
}

// name is a qualified name like time.Now, empty for anything else.
func (c *checker) name(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	id, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	p, ok := c.info.Uses[id].(*types.PkgName)
	if !ok {
		return ""
	}
	return p.Imported().Path() + "." + s.Sel.Name
}
