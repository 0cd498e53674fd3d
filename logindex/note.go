package logindex

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// Names of the files of a node's note key, in the directory of its configuration.
const (
	noteKeyFile      = "log_note.key"  // signer and verifier, a line each; mode 0600
	noteVerifierFile = "log_note.vkey" // the verifier, for others
)

// ErrNoteKey: the file of the note key is not that of a key for this log.
var ErrNoteKey = errors.New("no note key of this log")

// NoteKey is a node's own key, ed25519, for signed notes of C2SP. Its name is the log's
// origin, as those expect who follow logs. No verdict on evidence depends on it.
type NoteKey struct {
	signer   note.Signer
	verifier string
}

// OpenNoteKey reads a node's key for the checkpoints of a log, and makes it if there is
// none; made says so. What is in the key's file is never overwritten.
func OpenNoteKey(config string, logID format.Hash) (k *NoteKey, made bool, err error) {
	origin, path := originOf(logID), filepath.Join(config, noteKeyFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		made = true
		b, err = makeNoteKey(path, origin)
	}
	if err != nil {
		return nil, false, err
	}
	if k, err = parseNoteKey(b, origin); err != nil {
		return nil, false, fmt.Errorf("%s: %w", path, err)
	}
	public := filepath.Join(config, noteVerifierFile)
	if have, err := os.ReadFile(public); err == nil && string(have) == k.verifier+"\n" {
		return k, made, nil
	}
	return k, made, os.WriteFile(public, []byte(k.verifier+"\n"), 0o644)
}

// originOf is the first line of a log's checkpoints.
func originOf(logID format.Hash) string {
	origin, _, _ := bytes.Cut(verify.Checkpoint(logID, 0, format.Hash{}), []byte("\n"))
	return string(origin)
}

// makeNoteKey writes a new key; it is on the disk, whole, before it has its name.
func makeNoteKey(path, origin string) ([]byte, error) {
	signer, verifier, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	b := []byte(signer + "\n" + verifier + "\n")
	f, err := os.CreateTemp(filepath.Dir(path), noteKeyFile+".*") // mode 0600
	if err != nil {
		return nil, err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return b, nil
}

// parseNoteKey does not tell in its errors what it read: it may be a private key.
func parseNoteKey(b []byte, origin string) (*NoteKey, error) {
	lines := strings.Split(string(b), "\n")
	if len(lines) != 3 || lines[2] != "" {
		return nil, fmt.Errorf("%w: expected two lines, got %d", ErrNoteKey, len(lines)-1)
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, fmt.Errorf("%w: expected PRIVATE+KEY+… in the first line: %w", ErrNoteKey, err)
	}
	verifier, err := note.NewVerifier(lines[1])
	if err != nil {
		return nil, fmt.Errorf("%w: expected the verifier in the second line: %w", ErrNoteKey, err)
	}
	if signer.Name() != origin || verifier.Name() != origin || signer.KeyHash() != verifier.KeyHash() {
		return nil, fmt.Errorf("%w: expected both lines of one key named %s, got %s+%08x and %s+%08x",
			ErrNoteKey, origin, signer.Name(), signer.KeyHash(), verifier.Name(), verifier.KeyHash())
	}
	return &NoteKey{signer, lines[1]}, nil
}

// Verifier is the public part, as monitors and witnesses take it:
// <name>+<hash>+<key in base64>.
func (k *NoteKey) Verifier() string { return k.verifier }

// sign is a note of a text with the signature.
func (k *NoteKey) sign(text []byte) ([]byte, error) {
	return note.Sign(&note.Note{Text: string(text)}, k.signer)
}
