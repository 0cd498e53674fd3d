package format

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The flag belongs to format/vectors; it is known here so that one command can
// run all packages below format.
var _ = flag.Bool("update", false, "rewrite docs/spec/vectors (see format/vectors)")

// The chain imports this package: what could make two nodes differ, or let
// evidence depend on a machine, must not creep in.
func TestOnlyPureImports(t *testing.T) {
	allowed := map[string]bool{
		"bytes": true, "crypto/rand": true, "crypto/sha256": true, "encoding/binary": true, "errors": true, "fmt": true,
		"hash": true, "io": true, "math": true, "math/bits": true, "strconv": true, "strings": true, "unicode/utf8": true,
		"github.com/emmansun/gmsm/sm3": true,
	}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		if f.IsDir() || !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imp := range parsed.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			require.True(t, allowed[path], "%s imports %s", f.Name(), path)
			require.True(t, path != "crypto/rand" || f.Name() == "secret.go", "%s draws random numbers", f.Name())
		}
	}
}
