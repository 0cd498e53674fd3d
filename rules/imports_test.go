package rules

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	modulePath = "github.com/inkchain/inkd/"
	circl      = "github.com/cloudflare/circl"
)

// file is one source file with what it imports.
type file struct {
	path    string // from the repository's root, with slashes
	imports []string
}

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// dir is the package's directory.
func (f file) dir() string {
	i := strings.LastIndexByte(f.path, '/')
	return f.path[:max(i, 0)]
}

// rule is a room with what its files may import.
type rule struct {
	room string
	// why is what goes wrong otherwise.
	why string
	// applies says which files are meant.
	applies func(file) bool
	// allows says whether such a file may import a path; own packages come without
	// the module's path.
	allows func(path string, own bool) bool
}

var importRules = []rule{
	{
		"verify/layout", "the verifier reads proofs with it: an expert must be able to see all of it, so it imports nothing",
		code("verify/layout"), func(string, bool) bool { return false },
	},
	{
		"format", "the chain, the verifier and the browser share it: pure, standard library and SM3 only",
		func(f file) bool { return f.dir() == "format" && !f.isTest() },
		func(path string, own bool) bool {
			return !own && (standard(path) || under(path, "github.com/emmansun/gmsm"))
		},
	},
	{
		"format/recipe, format/opening", "owners' tools are to be small and auditable: format, standard library, SM3, Unicode forms for recipe dir",
		func(f file) bool { return under(f.dir(), "format") && f.dir() != "format" && !f.isTest() },
		func(path string, own bool) bool {
			return own && under(path, "format") || !own && (standard(path) || under(path, "github.com/emmansun/gmsm")) ||
				under(path, "golang.org/x/text")
		},
	},
	{
		"x/log", "the log depends on nobody: the other modules append to it",
		code("x/log"), ownOnly("format", "verify/layout", "x/log"),
	},
	{
		"x/consortium", "who runs the chain must not depend on who writes; the log is reached through expected_keepers.go",
		code("x/consortium"), ownOnly("format", "verify/layout", "x/log/types", "x/consortium"),
	},
	{
		"x/enterprise", "who may write must not depend on what is written; other keepers are reached through expected_keepers.go",
		code("x/enterprise"), ownOnly("format", "verify/layout", "x/log/types", "x/consortium/types", "x/enterprise"),
	},
	{
		"x/evidence", "other keepers are reached through expected_keepers.go only, so that fakes can stand in for them",
		code("x/evidence"), ownOnly("format", "verify/layout", "x/log/types", "x/consortium/types", "x/enterprise/types", "x/evidence"),
	},
	{
		"x/*/types", "clients import them: a module's types must not bring its keeper along",
		func(f file) bool { return under(f.dir(), "x") && strings.HasSuffix(f.dir(), "/types") && !f.isTest() },
		func(path string, own bool) bool { return !own || !strings.HasSuffix(path, "/keeper") },
	},
	{
		"app", "the application is wiring: it knows the modules, not the commands or the test world",
		code("app"), ownOnly("app", "format", "verify/layout", "x"),
	},
	{
		"audit", "it judges what the application wrote, so it must not run it: the formats, the verifier, and of the modules only the log, whose replay of entries it shares",
		code("audit"), ownOnly("audit", "format", "verify", "logindex", "x/log"),
	},
	{
		"logindex", "it reads the state through small interfaces and takes no part in consensus: no keepers, no application",
		code("logindex"), ownOnly("format", "verify", "x/log/types", "logindex"),
	},
	{
		"prove", "it writes bundles from whatever node there is, reached through its Source: no application, no keepers, no node's index",
		code("prove"), func(path string, own bool) bool {
			return !own || under(path, "prove") || under(path, "format") || under(path, "verify") ||
				path == "logindex/types" || path == "logindex/blocks" || under(path, "x") && strings.HasSuffix(path, "/types")
		},
	},
	{
		"cmd", "commands speak to a node as anybody does: no keepers, no test world",
		code("cmd"), func(path string, own bool) bool {
			return !own || !strings.HasSuffix(path, "/keeper") && !under(path, "testutil") && !under(path, "rules")
		},
	},
	{
		"verify", "an expert witness must be able to read all that a verdict depends on: standard library, the formats, and one library for ML-DSA",
		func(f file) bool { return f.dir() == "verify" && !f.isTest() },
		func(path string, own bool) bool {
			return own && (path == "format" || path == "verify/bundle" || path == "verify/layout") ||
				!own && (standard(path) || under(path, circl))
		},
	},
	{
		"verify/tsa", "time-stamps are beside the core and reach it through a hook; a verifier for courts takes no library for them that few people read",
		code("verify/tsa"), func(path string, own bool) bool { return !own && standard(path) },
	},
	{
		"cmd/verifycommand, inkverify", "inkverify holds no code of a node: the verifier, the formats, and what reads flags",
		func(f file) bool {
			return (under(f.dir(), "cmd/verifycommand") || under(f.dir(), "cmd/inkverify")) && !f.isTest()
		},
		func(path string, own bool) bool {
			if own {
				return under(path, "verify") || path == "format" || path == "format/recipe" || path == "cmd/verifycommand"
			}
			return standard(path) || path == "github.com/spf13/cobra"
		},
	},
	{
		"circl", "ML-DSA-65 is the one thing the verifier does not take from the standard library: one file, so that it can be replaced",
		func(f file) bool { return !f.isTest() && f.path != "verify/mldsa.go" },
		func(path string, own bool) bool { return own || !under(path, circl) },
	},
	{
		"crypto/ed25519", "the standard library and the chain differ on odd signatures (ZIP-215): one would split the chain; keys are made in app/keyring.go only, and verify/ed25519.go counts only what RFC 8032 calls valid",
		func(f file) bool {
			return !f.isTest() && f.path != "app/keyring.go" && f.path != "verify/ed25519.go"
		},
		func(path string, own bool) bool { return own || path != "crypto/ed25519" },
	},
	{
		"sumdb/note", "it makes and verifies with the standard library's ed25519: it signs checkpoints, in one file, and verifies nothing",
		func(f file) bool { return !f.isTest() && f.path != "logindex/note.go" },
		func(path string, own bool) bool { return own || path != "golang.org/x/mod/sumdb/note" },
	},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	files := sources(t)
	require.Greater(t, len(files), 100, "the walk has lost the sources")
	met := map[string]bool{}
	for _, f := range files {
		for _, r := range importRules {
			if r.applies(f) {
				met[r.room] = true
				for _, complaint := range r.complaints(f) {
					t.Error(complaint)
				}
			}
		}
	}
	for _, r := range importRules {
		require.True(t, met[r.room], "rule %s meets no file: has the room moved?", r.room)
	}
}

// TestEachImportRuleCanFail shows each rule a file that breaks it: a rule that
// accepts everything would pass for ever.
func TestEachImportRuleCanFail(t *testing.T) {
	broken := map[string]file{
		"verify/layout":                 {"verify/layout/layout.go", []string{"encoding/binary"}},
		"format":                        {"format/tree.go", []string{"golang.org/x/text/unicode/norm"}},
		"format/recipe, format/opening": {"format/recipe/dir.go", []string{"github.com/cosmos/cosmos-sdk/types"}},
		"x/log":                         {"x/log/keeper/append.go", []string{modulePath + "x/consortium/types"}},
		"x/consortium":                  {"x/consortium/keeper/keeper.go", []string{modulePath + "x/log/keeper"}},
		"x/enterprise":                  {"x/enterprise/keeper/keeper.go", []string{modulePath + "x/evidence/types"}},
		"x/evidence":                    {"x/evidence/keeper/keeper.go", []string{modulePath + "x/enterprise/keeper"}},
		"x/*/types":                     {"x/log/types/keys.go", []string{modulePath + "x/log/keeper"}},
		"app":                           {"app/app.go", []string{modulePath + "cmd/inkd/cli"}},
		"audit":                         {"audit/state.go", []string{modulePath + "app"}},
		"logindex":                      {"logindex/index.go", []string{modulePath + "x/log/keeper"}},
		"prove":                         {"prove/gather.go", []string{modulePath + "x/log/keeper"}},
		"cmd":                           {"cmd/inkd/cli/sender.go", []string{modulePath + "x/log/keeper"}},
		"verify":                        {"verify/commit.go", []string{"github.com/cometbft/cometbft/types"}},
		"verify/tsa":                    {"verify/tsa/token.go", []string{"github.com/digitorus/pkcs7"}},
		"cmd/verifycommand, inkverify":  {"cmd/verifycommand/command.go", []string{"github.com/cosmos/cosmos-sdk/client"}},
		"circl":                         {"verify/keys.go", []string{circl + "/sign/mldsa/mldsa65"}},
		"crypto/ed25519":                {"app/signature.go", []string{"crypto/ed25519"}},
		"sumdb/note":                    {"verify/witness.go", []string{"golang.org/x/mod/sumdb/note"}},
	}
	for _, r := range importRules {
		t.Run(r.room, func(t *testing.T) {
			f, ok := broken[r.room]
			require.True(t, ok, "expected a file that breaks the rule")
			require.True(t, r.applies(f))
			require.Len(t, r.complaints(f), 1)
		})
	}
}

func (r rule) complaints(f file) []string {
	var out []string
	for _, imp := range f.imports {
		path, own := strings.CutPrefix(imp, modulePath)
		if !r.allows(path, own) {
			out = append(out, f.path+" imports "+imp+"; room "+r.room+": "+r.why)
		}
	}
	return out
}

// code are a room's files that are no tests.
func code(room string) func(file) bool {
	return func(f file) bool { return under(f.dir(), room) && !f.isTest() }
}

// ownOnly allows everything of others and of the own module only these rooms.
func ownOnly(rooms ...string) func(string, bool) bool {
	return func(path string, own bool) bool {
		if !own {
			return true
		}
		for _, r := range rooms {
			if under(path, r) {
				return true
			}
		}
		return false
	}
}

func under(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

// standard says whether a path is of the standard library: no dot in its first part.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// sources are the repository's Go files; tools is a module of its own.
func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		if d.IsDir() {
			if name == "tools" || name == "build" || strings.HasPrefix(d.Name(), ".") && path != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := file{path: name}
		for _, imp := range parsed.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, p)
		}
		files = append(files, f)
		return nil
	})
	require.NoError(t, err)
	return files
}
