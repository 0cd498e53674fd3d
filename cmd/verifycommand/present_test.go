package verifycommand

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// rows gives numbered rows and notes how much memory was in use meanwhile.
type rows struct {
	left, next int
	rest       []byte
	most       uint64
}

// inUse is the memory that something holds.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (r *rows) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.next++
		r.rest = fmt.Appendf(r.rest[:0], "%d,value\n", r.next)
		if r.next%500_000 == 0 {
			r.most = max(r.most, inUse())
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Of a file that is far larger than the bundle only what the bundle shows is kept.
func TestPresentedFilesTakeConstantMemory(t *testing.T) {
	const n = 2_000_000
	source := &rows{left: n}
	c := cut{recipe: format.RecipeCSV, shown: map[uint64]bool{0: true, n - 1: true}}
	before := inUse()
	p, err := presentStream(t.Context(), "big.csv", source, c)
	require.NoError(t, err)
	require.EqualValues(t, n, p.PartCount)
	require.Len(t, p.Parts, 2)
	last, err := format.Digest(strings.NewReader(fmt.Sprintf("%d,value\n", n)))
	require.NoError(t, err)
	require.Equal(t, last, p.Parts[n-1])
	require.Less(t, source.most, before+(8<<20))

	whole, err := format.Digest(&rows{left: n})
	require.NoError(t, err)
	require.Equal(t, whole, p.Digests)
}

// What the recipe refuses may still be an item of it: its digests are of all its bytes.
func TestWhatTheRecipeRefusesIsDigestedAsAWhole(t *testing.T) {
	for _, content := range []string{"", "open \"quote\n", "zero\x00byte", strings.Repeat("x", 600<<10) + "\x00" + strings.Repeat("y", 600<<10), "\xff\xfeU\x00"} {
		p, err := presentStream(t.Context(), "f", strings.NewReader(content), cut{recipe: format.RecipeCSV})
		require.NoError(t, err)
		require.Zero(t, p.PartCount)
		want, err := format.Digest(strings.NewReader(content))
		require.NoError(t, err)
		require.Equal(t, want, p.Digests, "%.20q", content)
	}
}

func TestReadErrorsAndInterruption(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("a\n"), failing{})
	for _, r := range []format.Recipe{format.RecipeFile, format.RecipeLines} {
		_, err := presentStream(t.Context(), "f", broken, cut{recipe: r})
		var own *Error
		require.ErrorAs(t, err, &own)
		require.Contains(t, own.En, "the disk is gone")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = presentStream(ctx, "f", bytes.NewReader([]byte("a\n")), cut{recipe: r})
		require.ErrorIs(t, err, context.Canceled)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestHostileTextIsShownNotObeyed(t *testing.T) {
	for in, want := range map[string]string{
		"数据　表 é 𬭚.csv":         "数据　表 é 𬭚.csv",
		"a\x1b[2Jb":            `a\u001B[2Jb`,
		"\u202egnp.exe":        `\u202Egnp.exe`,
		"\u2066a\u200bb\ufeff": `\u2066a\u200Bb\uFEFF`,
		"\x85\xff":             `\x85\xff`,
		"\u0085\n\t":           `\u0085\u000A\u0009`,
		"\U000E0001":           `\U000E0001`,
	} {
		require.Equal(t, want, Safe(in))
	}
	var b bytes.Buffer
	require.NoError(t, writeJSON(&b, map[string]string{"x": "\u202e<&>\u0085\U000E0001数"}))
	require.Equal(t, `{"x":"\u202e<&>\u0085\udb40\udc01数"}`+"\n", b.String())
}

func TestRanges(t *testing.T) {
	require.Equal(t, "3–7, 9", ranges([]uint64{3, 4, 5, 6, 7, 9}))
	require.Empty(t, ranges(nil))
	var many []uint64
	for i := range uint64(1000) {
		many = append(many, 2*i)
	}
	require.True(t, strings.HasSuffix(ranges(many), ", 198, … (-o json)"), ranges(many))
}
