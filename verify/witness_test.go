package verify_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

func noteKey(name string) cmted25519.PrivKey { return testutil.ConsensusKey("notes of " + name) }

// noteLine signs a checkpoint: plainly, or with a time as a witness does.
func noteLine(t testing.TB, name, body string, witness bool) string {
	key, kind, msg := noteKey(name), byte(1), body
	var at []byte
	if witness {
		kind, at = 4, binary.BigEndian.AppendUint64(nil, 1_779_300_000)
		msg = fmt.Sprintf("cosignature/v1\ntime %d\n%s", 1_779_300_000, body)
	}
	signature, err := key.Sign([]byte(msg))
	require.NoError(t, err)
	id := sha256.Sum256(append(append([]byte(name+"\n"), kind), key.PubKey().Bytes()...))
	raw := append(append(append([]byte(nil), id[:4]...), at...), signature...)
	return "— " + name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// Notes of more than two thirds of the institutions count, fewer do not, and none of
// them replaces the validators' signatures.
func TestCosignedCheckpoints(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	body := func(d *draft) string {
		root, err := w.Source.Root(d.entry().Size)
		require.NoError(t, err)
		return string(verify.Checkpoint(w.Anchor.LogID, d.entry().Size, root))
	}
	make := func(names ...string) *draft {
		d := w.file(w.File, prove.Options{})
		for _, in := range testutil.Institutions {
			d.policy.WitnessKeys = append(d.policy.WitnessKeys, verify.WitnessKey{Name: in.Name, KeyType: bundle.KeyEd25519, Key: noteKey(in.Name).PubKey().Bytes()})
		}
		note := body(d) + "\n"
		for i, name := range names {
			note += noteLine(t, name, body(d), i%2 == 0)
		}
		d.b.Checkpoints = [][]byte{[]byte(note)}
		return d
	}
	require.Equal(t, verify.ExitOK, verify.Verify(make("center", "court", "notary").input()).Exit)

	for name, c := range map[string]struct {
		rule   string
		change func(*draft)
	}{
		"two of four":         {"checkpoints.number", func(d *draft) { *d = *make("center", "court") }},
		"one of them twice":   {"checkpoints.number", func(d *draft) { *d = *make("center", "court", "court") }},
		"not an institution":  {"checkpoints.number", func(d *draft) { d.policy.WitnessKeys[0].Name = "centre" }},
		"key of another type": {"checkpoints.number", func(d *draft) { d.policy.WitnessKeys[1].KeyType = bundle.KeyMLDSA65 }},
		"no signed note":      {"checkpoints.form", func(d *draft) { d.b.Checkpoints[0] = []byte(body(d)) }},
		"of another size":     {"checkpoints.head", func(d *draft) { d.b.Checkpoints[0] = append(verify.Checkpoint(w.Anchor.LogID, 9, format.Hash{}), '\n') }},
		"of another log": {"checkpoints.head", func(d *draft) {
			d.b.Checkpoints[0] = append(verify.Checkpoint(format.Hash{1}, d.entry().Size, format.Hash{}), '\n')
		}},
		"never signed by them": {"commit.power", func(d *draft) { w.sign(d, 0, testutil.Places(2)) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := make("center", "court", "notary")
			c.change(d)
			verdict := verify.Verify(d.input())
			require.Equal(t, []string{c.rule}, broken(verdict), "%s", lines(verdict))
		})
	}
	d := make("center", "court", "notary").require([]string{"checkpoints"})
	d.policy.WitnessKeys = nil
	require.Equal(t, []string{"checkpoints.keys"}, broken(verify.Verify(d.input())))
}
