package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// prepared is a command with a session that asks no node.
func prepared(cmd *cobra.Command) *cobra.Command {
	c := client.Context{}.WithClient(&Nodes{})
	cmd.SetContext(context.WithValue(context.Background(), client.ClientContextKey, &c))
	return cmd
}

// Files that are given for others, or are cut off: one line each that says what it is.
func TestFilesThatAreOthers(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	dir := t.TempDir()
	at := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	anchor, proof := s.Anchor.Bytes(), b.Bytes()
	files := map[string]struct {
		path   string
		zh, en string
	}{
		"empty":   {at("empty", nil), "而是空文件", "got an empty file"},
		"json":    {at("x.json", []byte(" \n{\"a\": 1}")), "而是JSON 文件", "got JSON"},
		"pdf":     {at("x.pdf", []byte("%PDF-1.7 …")), "而是PDF 文件", "got a PDF"},
		"proofs":  {at("p.ink", (&bundle.Proofs{}).Bytes()), "而是补充证明文件", "got a file of separate proofs"},
		"opening": {at("a.inkopen", []byte("INKOPEN1…")), "绝不可交给他人", "never to be given away"},
		"version": {at("2.ink", []byte("INKBNDL2…")), "另一版本", "another version"},
		"text":    {at("a.csv", []byte("id,value\n")), "而是其他文件", `begins with "id,value"`},
	}
	reads := map[string]func(string) error{
		"an anchor": func(path string) error { _, err := readAnchor(path); return err },
		"a bundle":  func(path string) error { _, _, err := bundleForProofs(path, ""); return err },
		"an anchor or a policy": func(path string) error {
			return runTrustShow(prepared(&cobra.Command{}), path, "")
		},
		"a policy": func(path string) error { _, _, err := readPolicy(path); return err },
	}
	for what, read := range reads {
		for name, f := range files {
			e := exitOf(t, read(f.path))
			require.NotContains(t, e.En+e.Zh, "\n", "%s, %s", what, name)
			if name == "json" && strings.HasSuffix(what, "policy") {
				require.Regexp(t, `unknown (field|key) "a"`, e.En)
				continue
			}
			require.Equal(t, ExitUsage, e.Exit)
			require.Contains(t, e.En, "expected "+what+", got ", "%s, %s", what, name)
			require.Contains(t, e.Zh, f.zh, "%s, %s", what, name)
			require.Contains(t, e.En, f.en, "%s, %s", what, name)
			require.Contains(t, e.En, f.path)
		}
	}
	for what, cut := range map[string]string{"an anchor": at("cut-anchor.ink", anchor[:len(anchor)/2]), "a bundle": at("cut-bundle.ink", proof[:len(proof)/2])} {
		e := exitOf(t, reads[what](cut))
		require.Equal(t, ExitUsage, e.Exit)
		require.Contains(t, e.En, "expected the whole of "+what+", got one that is cut off or damaged")
		require.Contains(t, e.Zh, "不完整或已损坏："+cut)
	}
	e := exitOf(t, reads["an anchor or a policy"](at("b.ink", proof)))
	require.Contains(t, e.En, "expected an anchor or a policy, got a bundle")
}
