package logindex

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/inkchain/inkd/format"
)

func noteKey(t *testing.T, config string) *NoteKey {
	t.Helper()
	k, _, err := OpenNoteKey(config, logID)
	require.NoError(t, err)
	return k
}

// The checkpoint is read by the Go checksum database's own code, and once more by hand
// after the words of C2SP signed-note.
func TestASignedCheckpoint(t *testing.T) {
	c := grownChain(2, 300)
	s, _ := served(t, c, 290)
	k := noteKey(t, t.TempDir())
	s.SignCheckpoints(k)
	w := get(t, s.PublicHandler(), "/checkpoint")
	require.Equal(t, http.StatusOK, w.Code)
	signed := w.Body.Bytes()
	require.Equal(t, signed, get(t, s.MembersHandler(), "/checkpoint").Body.Bytes())

	verifier, err := note.NewVerifier(k.Verifier())
	require.NoError(t, err)
	read, err := note.Open(signed, note.VerifierList(verifier))
	require.NoError(t, err)
	origin := fmt.Sprintf("inkchain.org/log/%x", logID)
	text := fmt.Sprintf("%s\n290\n%s\n", origin, base64.StdEncoding.EncodeToString(c.roots[290][:]))
	require.Equal(t, text, read.Text)
	require.Len(t, read.Sigs, 1)
	require.Equal(t, origin, read.Sigs[0].Name)

	// name+hash+key, where the hash is of name, newline, type 1 and the public key.
	parts := strings.SplitN(k.Verifier(), "+", 3)
	require.Len(t, parts, 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	require.Len(t, key, 33)
	require.EqualValues(t, 1, key[0])
	id := sha256.Sum256(append([]byte(origin+"\n"), key...))
	require.Equal(t, fmt.Sprintf("%x", id[:4]), parts[1])
	line, ok := strings.CutPrefix(string(signed), text+"\n— "+origin+" ")
	require.True(t, ok)
	line, ok = strings.CutSuffix(line, "\n")
	require.True(t, ok)
	sig, err := base64.StdEncoding.DecodeString(line)
	require.NoError(t, err)
	require.Equal(t, id[:4], sig[:4])
	require.True(t, ed25519.Verify(key[1:], []byte(text), sig[4:]))

	other := bytes.Replace(signed, []byte("\n290\n"), []byte("\n289\n"), 1)
	_, err = note.Open(other, note.VerifierList(verifier))
	require.Error(t, err)
}

func TestANoteKeyIsMadeOnce(t *testing.T) {
	config := t.TempDir()
	k, made, err := OpenNoteKey(config, logID)
	require.NoError(t, err)
	require.True(t, made)
	info, err := os.Stat(filepath.Join(config, noteKeyFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	public, err := os.ReadFile(filepath.Join(config, noteVerifierFile))
	require.NoError(t, err)
	require.Equal(t, k.Verifier()+"\n", string(public))
	require.NoError(t, os.Remove(filepath.Join(config, noteVerifierFile)))

	again, made, err := OpenNoteKey(config, logID)
	require.NoError(t, err)
	require.False(t, made)
	require.Equal(t, k.Verifier(), again.Verifier())
	require.FileExists(t, filepath.Join(config, noteVerifierFile))
	require.NotEqual(t, k.Verifier(), noteKey(t, t.TempDir()).Verifier(), "each node has its own")
	files, err := os.ReadDir(config)
	require.NoError(t, err)
	require.Len(t, files, 2)
}

func TestANoteKeyThatIsNoneIsKept(t *testing.T) {
	good := t.TempDir()
	noteKey(t, good)
	mine, err := os.ReadFile(filepath.Join(good, noteKeyFile))
	require.NoError(t, err)
	noteKey(t, good)
	foreign := t.TempDir()
	noteKey(t, foreign)
	theirs, err := os.ReadFile(filepath.Join(foreign, noteKeyFile))
	require.NoError(t, err)
	mixed := strings.Split(string(mine), "\n")[0] + "\n" + strings.Split(string(theirs), "\n")[1] + "\n"
	for name, content := range map[string]string{
		"empty": "", "one line": strings.SplitAfter(string(mine), "\n")[0], "more": string(mine) + "x\n",
		"no signer": "x\n" + strings.Split(string(mine), "\n")[1] + "\n", "no verifier": strings.Split(string(mine), "\n")[0] + "\nx\n", "of two": mixed,
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, noteKeyFile)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, _, err := OpenNoteKey(dir, logID)
		require.ErrorIs(t, err, ErrNoteKey, name)
		require.NotContains(t, err.Error(), "PRIVATE+KEY+i", "%s: a private key in a log", name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, content, string(kept), name)
	}
	_, _, err = OpenNoteKey(good, format.Hash{1})
	require.ErrorIs(t, err, ErrNoteKey, "of another log")
	_, _, err = OpenNoteKey(filepath.Join(good, "none"), logID)
	require.ErrorIs(t, err, os.ErrNotExist)
}
