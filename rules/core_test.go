package rules

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxCore is how many lines of code the verifier's core may have: what an expert
// witness reads line by line before believing anything else.
const maxCore = 700

// core are the files that decide which headers are the chain's, and which values of
// the state those commit to. verify/README.md says so of each.
var core = []string{
	"authority.go", "check.go", "ed25519.go", "header.go", "ics23.go", "keys.go", "mldsa.go", "rule.go", "rule_on.go",
}

func TestTheVerifiersCoreIsSmall(t *testing.T) {
	readme, err := os.ReadFile("../verify/README.md")
	require.NoError(t, err)
	sum := 0
	for _, name := range core {
		n := codeLines(t, filepath.Join("../verify", name))
		sum += n
		require.Contains(t, string(readme), "`"+name+"`", "a file of the core")
	}
	require.LessOrEqual(t, sum, maxCore, "lines of code in the core: move what does not decide about headers and state out of it")
	t.Logf("%d lines of code in the core", sum)
}

// The README does not make the verifier smaller than it is: each package that a
// verdict runs through stands there with its lines of code, to within a tenth.
func TestTheVerifiersSizeIsSaid(t *testing.T) {
	readme, err := os.ReadFile("../verify/README.md")
	require.NoError(t, err)
	for _, room := range []string{"verify", "verify/bundle", "verify/layout", "format"} {
		m := regexp.MustCompile("(?m)^\\| `" + room + "` \\| ([0-9,]+) \\|").FindSubmatch(readme)
		require.NotNil(t, m, "verify/README.md: expected a row of the package %s with its lines of code", room)
		said, err := strconv.Atoi(strings.ReplaceAll(string(m[1]), ",", ""))
		require.NoError(t, err)
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		require.NoError(t, err)
		sum := 0
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				sum += codeLines(t, f)
			}
		}
		require.InDelta(t, sum, said, float64(sum)/10, "%s: lines of code", room)
	}
}

// Whoever reads the verifier learns of each file what it decides.
func TestTheVerifiersFilesAreNamed(t *testing.T) {
	readme, err := os.ReadFile("../verify/README.md")
	require.NoError(t, err)
	files, err := filepath.Glob("../verify/*.go")
	require.NoError(t, err)
	for _, f := range files {
		if name := filepath.Base(f); !strings.HasSuffix(name, "_test.go") {
			require.Contains(t, string(readme), "`"+name+"`", "verify/README.md says of each file what it decides")
		}
	}
}

// codeLines are those that hold more than comments.
func codeLines(t *testing.T, path string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return countCode(b)
}

func countCode(b []byte) int {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(b))
	var s scanner.Scanner
	s.Init(file, b, nil, 0) // comments are no tokens
	lines := map[int]bool{}
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return len(lines)
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue // put in by the scanner
		}
		first := file.Line(pos)
		for i := range strings.Count(text, "\n") + 1 {
			lines[first+i] = true
		}
	}
}

func TestCodeLinesAreCounted(t *testing.T) {
	require.Equal(t, 6, countCode([]byte("// Package x.\npackage x\n\n/* a\nb */\nfunc f() { // why\n\tg(`a\nb`)\n}\n\n// end\nvar y int\n")))
}
