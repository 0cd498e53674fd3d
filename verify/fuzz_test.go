package verify_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// The truth that fuzzing goes by finds nothing wrong with what the good vectors say.
func TestGoodVectorsSayTheTruth(t *testing.T) {
	l := newLab(t)
	for _, s := range l.seeds {
		v := verify.Verify(s.in)
		require.Contains(t, []int{verify.ExitOK, verify.ExitNothingShown}, v.Exit, s.name)
		require.NoError(t, l.falsehood(s.in, v), s.name)
	}
}

// FuzzNoFalseAccept looks for a bundle of which the verifier says what is not true:
// a file, or if it is empty the bundle of a good vector, with a program of mutations.
// No minority of the validators, and nobody who only has what is public, can make one.
func FuzzNoFalseAccept(f *testing.F) {
	l := newLab(f)
	for i, s := range l.seeds {
		f.Add(s.in.Bundle, []byte{byte(i)})
		f.Add([]byte(nil), program(uint64(i)))
	}
	f.Fuzz(func(t *testing.T, file, program []byte) {
		if m := l.mutate(file, program); true {
			if v, err := m.verify(); err != nil {
				t.Fatal(m.report(v, program, err))
			}
		}
	})
}

// TestNoFalseAccept runs programs of mutations for INK_FUZZ_SECONDS, the same ones in
// the same order each time: INK_FUZZ_SEED is where they begin. The first program that
// comes to each outcome goes to the directory INK_FUZZ_KEEP, if there is one, in the
// form of the corpus in testdata/fuzz.
func TestNoFalseAccept(t *testing.T) {
	l := newLab(t)
	first, end := uint64(seconds("INK_FUZZ_SEED", 0)), deadline()
	n, accepted, other, exits, outcomes, rules := uint64(0), 0, 0, map[int]int{}, map[string]bool{}, map[string]bool{}
	for ; time.Now().Before(end); n++ {
		p := program(first + n)
		m := l.mutate(nil, p)
		v, err := m.verify()
		require.NoError(t, err, "program %d: %s", first+n, m.report(v, p, err))
		exits[v.Exit]++
		if v.Statement != nil {
			accepted++
			if len(m.did) > 1 {
				other++
			}
		}
		if name := m.outcome(v, rules); !outcomes[name] {
			outcomes[name] = true
			keepProgram(t, name, p)
		}
	}
	t.Logf("%d mutants from program %d on; %d with a statement, all true (%d of them after more than one change); by exit: %v; refused by %d rules, %d outcomes",
		n, first, accepted, other, exits, len(rules), len(outcomes))
	require.Greater(t, n, uint64(20))
	require.Positive(t, accepted, "mutations that leave something true are part of it")
}

// The corpus comes to many outcomes, each as true as when it was kept. When vectors
// change, programs mean something else: if they come to fewer rules then, the corpus is
// made anew with INK_FUZZ_KEEP.
func TestCorpusReachesManyRules(t *testing.T) {
	l := newLab(t)
	files, err := filepath.Glob("testdata/fuzz/FuzzNoFalseAccept/*")
	require.NoError(t, err)
	rules, outcomes := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var program []byte
		_, err = fmt.Sscanf(string(b), "go test fuzz v1\n[]byte(\"\")\n[]byte(%q)\n", &program)
		require.NoError(t, err, file)
		m := l.mutate(nil, program)
		v, err := m.verify()
		require.NoError(t, err, file)
		outcomes[m.outcome(v, rules)] = true
	}
	t.Logf("%d programs come to %d outcomes, refused by %d rules", len(files), len(outcomes), len(rules))
	require.GreaterOrEqual(t, len(rules), 60)
}

// outcome is what a verdict comes to: its exit with the rules that it is bad for, or
// with the seed whose statement is left.
func (m *mutant) outcome(v verify.Verdict, rules map[string]bool) string {
	bad := broken(v)
	for _, rule := range bad {
		rules[rule] = true
	}
	if len(bad) == 0 {
		bad = []string{strings.ReplaceAll(m.seed.name, " ", "-")}
	}
	return fmt.Sprintf("exit-%d-%s", v.Exit, strings.Join(bad, "+"))
}

// keepProgram writes a program as `go test` reads it for FuzzNoFalseAccept.
func keepProgram(t *testing.T, name string, program []byte) {
	if dir := os.Getenv("INK_FUZZ_KEEP"); dir != "" {
		text := fmt.Sprintf("go test fuzz v1\n[]byte(\"\")\n[]byte(%q)\n", program)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
}

// program is a random one of the number, 16 to 80 bytes.
func program(number uint64) []byte {
	r := rand.New(rand.NewPCG(number, 0x696e6b))
	b := make([]byte, 16+r.IntN(64))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (m *mutant) report(v verify.Verdict, program []byte, err error) string {
	return fmt.Sprintf("%v\nseed %s, %q\nprogram %x\nexit %d\n%s", err, m.seed.name, m.did, program, v.Exit, lines(v))
}

func deadline() time.Time {
	s := 20
	if testing.Short() {
		s = 3
	}
	return time.Now().Add(time.Duration(seconds("INK_FUZZ_SECONDS", s)) * time.Second)
}

// seconds is a number of the environment.
func seconds(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
