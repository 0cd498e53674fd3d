package verify_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// vectorDir holds the vectors: cases.json and the files that it names.
const vectorDir = "../docs/spec/vectors/bundle"

// vector is one bundle with all that a verdict on it depends on, and the verdict.
type vector struct {
	// Name says what it is; that of a bad one begins with its rule.
	Name string `json:"name"`
	// Bundle, Anchor and Proofs are files.
	Bundle string   `json:"bundle"`
	Anchor string   `json:"anchor"`
	Proofs []string `json:"proofs,omitempty"`
	// Policy as a policy file has it.
	Policy    json.RawMessage `json:"policy,omitempty"`
	Presented []presented     `json:"presented,omitempty"`
	Now       verify.Time     `json:"now,omitempty"`
	// Exit of the verdict, and the rule that a bad one breaks.
	Exit int    `json:"exit"`
	Rule string `json:"rule,omitempty"`
	// Seen is the rule that the verdict names, if it is another.
	Seen string `json:"seen,omitempty"`
	// Statement of a good one.
	Statement *verify.Statement `json:"statement,omitempty"`
}

// presented is verify.Presented; hashes in hex.
type presented struct {
	Name   string   `json:"name"`
	Label  string   `json:"label,omitempty"`
	Size   uint64   `json:"size"`
	SHA256 string   `json:"sha256"`
	SM3    string   `json:"sm3"`
	Parts  []digest `json:"parts,omitempty"`
}

type digest struct {
	Size   uint64 `json:"size"`
	SHA256 string `json:"sha256"`
	SM3    string `json:"sm3"`
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir, "cases.json"))
	require.NoError(t, err)
	var all []vector
	require.NoError(t, json.Unmarshal(b, &all))
	require.NotEmpty(t, all)
	return all
}

// input reads the files of a vector.
func (v *vector) input(t testing.TB) verify.Input {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(vectorDir, name))
		require.NoError(t, err)
		return b
	}
	in := verify.Input{Bundle: read(v.Bundle), Anchor: read(v.Anchor), Now: uint64(v.Now)}
	for _, p := range v.Proofs {
		in.Proofs = append(in.Proofs, read(p))
	}
	if v.Policy != nil {
		var err error
		in.Policy, err = verify.ParsePolicy(v.Policy)
		require.NoError(t, err, v.Name)
	}
	for _, p := range v.Presented {
		in.Presented = append(in.Presented, p.of(t))
	}
	return in
}

func (p *presented) of(t testing.TB) verify.Presented {
	out := verify.Presented{Name: p.Name, Label: p.Label, Digests: (&digest{p.Size, p.SHA256, p.SM3}).of(t), PartCount: uint64(len(p.Parts))}
	for i := range p.Parts {
		if out.Parts == nil {
			out.Parts = map[uint64]format.Digests{}
		}
		out.Parts[uint64(i)] = p.Parts[i].of(t)
	}
	return out
}

func (d *digest) of(t testing.TB) format.Digests {
	sha, err := hex.DecodeString(d.SHA256)
	require.NoError(t, err)
	sm, err := hex.DecodeString(d.SM3)
	require.NoError(t, err)
	return format.Digests{Size: d.Size, SHA256: format.Hash(sha), SM3: format.Hash(sm)}
}

// Each good vector leads to its statement; each bad one is rejected, by its rule and
// by no other.
func TestVectors(t *testing.T) {
	good, bad := 0, map[string]int{}
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			verdict := verify.Verify(v.input(t))
			require.Equal(t, v.Exit, verdict.Exit, "%s", lines(verdict))
			if v.Rule == "" {
				good++
				require.Contains(t, []int{verify.ExitOK, verify.ExitNothingShown}, v.Exit)
				require.Equal(t, v.Statement, verdict.Statement)
				return
			}
			bad[v.Rule]++
			seen := v.Rule
			if v.Seen != "" {
				seen = v.Seen
			}
			require.Equal(t, []string{seen}, broken(verdict), "%s", lines(verdict))
		})
	}
	require.GreaterOrEqual(t, good, 20)
	t.Logf("%d good, %d rules with bad vectors", good, len(bad))
}

// broken are the rules that a verdict is bad for: those that failed, or else those
// for which a required check could not be made.
func broken(v verify.Verdict) []string {
	var failed, missed []string
	for _, c := range v.Checks {
		switch {
		case c.Status == verify.Failed:
			failed = append(failed, c.Rule)
		case c.Status == verify.NotChecked && (c.Required || c.Exit == verify.ExitTrust):
			missed = append(missed, c.Rule)
		}
	}
	if failed != nil {
		return failed
	}
	return missed
}

// lines are a verdict's checks, for messages of tests.
func lines(v verify.Verdict) string {
	out := ""
	for _, c := range v.Checks {
		out += string(c.Status) + " " + c.Code + " " + c.Rule + ": " + c.En + "\n"
	}
	return out
}
