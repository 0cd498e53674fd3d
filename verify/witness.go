package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify/bundle"
)

// Checkpoint is the body of the C2SP checkpoint of a head: origin, size, root.
func Checkpoint(logID Hash, size uint64, root Hash) []byte {
	return fmt.Appendf(nil, "inkchain.org/log/%s\n%d\n%s\n", hex.EncodeToString(logID[:]), size, base64.StdEncoding.EncodeToString(root[:]))
}

// judgeWitnesses judges what others say of heads: additional to the validators'
// signatures, never instead of them.
func (r *run) judgeWitnesses() {
	if len(r.b.Tokens) > 0 {
		r.judge("time-stamps", r.checkTokens())
	}
	if len(r.b.Checkpoints) > 0 {
		r.judge("checkpoints", r.checkCheckpoints())
	}
}

func (r *run) headOf(size uint64) *head {
	for i := range r.heads {
		if r.heads[i].size == size {
			return &r.heads[i]
		}
	}
	return nil
}

// checkTokens verifies RFC 3161 tokens over checkpoints of proven heads.
func (r *run) checkTokens() error {
	if r.in.TokenVerifier == nil {
		return missing("time-stamps.none", "no certificate of a time-stamping authority was given")
	}
	for _, t := range r.b.Tokens {
		h := r.headOf(t.Size)
		if h == nil {
			return refuse("time-stamps.head", "expected a proven head of %d entries, got none", t.Size)
		}
		at, err := r.in.TokenVerifier(t.DER, sha256.Sum256(Checkpoint(r.b.LogID, h.size, h.root)))
		if err != nil {
			return refuse("time-stamps.token", "%s", err)
		}
		r.st.Tokens = append(r.st.Tokens, Time(at))
	}
	return nil
}

// Types of signatures in notes: plain, and cosignature/v1 with a time.
const (
	noteEd25519 = 1
	noteCosign  = 4
)

// checkCheckpoints counts the institutions that signed a checkpoint of a proven head
// with keys that the user gave.
func (r *run) checkCheckpoints() error {
	if len(r.in.Policy.WitnessKeys) == 0 {
		return missing("checkpoints.keys", "the policy names no witness keys")
	}
	for _, note := range r.b.Checkpoints {
		body, signatures, ok := strings.Cut(string(note), "\n\n")
		body += "\n"
		if !ok {
			return refuse("checkpoints.form", "expected a signed note, got other text")
		}
		var size uint64
		lines := strings.SplitN(body, "\n", 4)
		if len(lines) == 4 {
			_, _ = fmt.Sscanf(lines[1], "%d", &size)
		}
		h := r.headOf(size)
		if h == nil || body != string(Checkpoint(r.b.LogID, h.size, h.root)) {
			return refuse("checkpoints.head", "expected the checkpoint of a proven head, got one of %d entries", size)
		}
		signed := map[uint64]bool{}
		for _, k := range r.in.Policy.WitnessKeys {
			ids, err := r.institutions([]string{k.Name})
			if err == nil && len(ids) == 1 && cosigned(body, signatures, k) {
				signed[sortedIDs(ids)[0]] = true
			}
		}
		if err := must(3*len(signed) > 2*len(r.anchor.Institutions), "checkpoints.number", "expected notes of more than two thirds of %d institutions, got %d", len(r.anchor.Institutions), len(signed)); err != nil {
			return err
		}
	}
	return nil
}

// cosigned finds a valid line "— name base64(key id ‖ signature)" of a key.
func cosigned(body, signatures string, k WitnessKey) bool {
	if k.KeyType != bundle.KeyEd25519 {
		return false // notes are signed with ed25519 only
	}
	for _, line := range strings.Split(signatures, "\n") {
		rest, ok := strings.CutPrefix(line, "— "+k.Name+" ")
		raw, err := base64.StdEncoding.DecodeString(rest)
		if !ok || err != nil || len(raw) < 4 {
			continue
		}
		for _, kind := range []byte{noteEd25519, noteCosign} {
			id := sha256.Sum256(append(append([]byte(k.Name+"\n"), kind), k.Key...))
			if !bytes.Equal(raw[:4], id[:4]) {
				continue
			}
			msg, sig := []byte(body), raw[4:]
			if kind == noteCosign && len(sig) > 8 {
				msg = fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), body)
				sig = sig[8:]
			}
			if verifyEd25519(k.Key, msg, sig) {
				return true
			}
		}
	}
	return false
}
