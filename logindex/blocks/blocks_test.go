package blocks_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

func hash(s string) []byte { h := sha256.Sum256([]byte(s)); return h[:] }

// sample is a header and a commit in which each field is another value, with an
// absent vote and one for nil.
func sample(first bool) (*cmttypes.Header, *cmttypes.Commit) {
	at := time.Date(2026, 7, 1, 10, 0, 0, 123456789, time.UTC)
	h := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: 11, App: 3}, ChainID: "ink-1", Height: 7, Time: at,
		LastBlockID:    cmttypes.BlockID{Hash: hash("last"), PartSetHeader: cmttypes.PartSetHeader{Total: 2, Hash: hash("parts")}},
		LastCommitHash: hash("commit"), DataHash: hash("data"), ValidatorsHash: hash("set"), NextValidatorsHash: hash("next"),
		ConsensusHash: hash("params"), AppHash: hash("app"), LastResultsHash: hash("results"), EvidenceHash: hash("evidence"),
		ProposerAddress: hash("proposer")[:20],
	}
	if first {
		h.Height, h.LastBlockID, h.LastCommitHash = 1, cmttypes.BlockID{}, nil
	}
	c := &cmttypes.Commit{
		Height: h.Height, Round: 2,
		BlockID: cmttypes.BlockID{Hash: h.Hash(), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: hash("own parts")}},
		Signatures: []cmttypes.CommitSig{
			{BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: hash("a")[:20], Timestamp: at.Add(time.Nanosecond), Signature: []byte("one")},
			cmttypes.NewCommitSigAbsent(),
			{BlockIDFlag: cmttypes.BlockIDFlagNil, ValidatorAddress: hash("b")[:20], Timestamp: at, Signature: []byte("two")},
		},
	}
	return h, c
}

func TestABlockThereAndBack(t *testing.T) {
	for _, first := range []bool{false, true} {
		h, c := sample(first)
		b := blocks.FromComet(h, c)
		parsed, err := bundle.ParseBlock(b.Message())
		require.NoError(t, err)
		h2, c2 := blocks.ToComet(parsed)
		require.Equal(t, h.Hash(), h2.Hash())
		require.EqualValues(t, h.Hash(), blocks.HeaderHash(parsed.Header))
		require.Equal(t, c.Hash(), c2.Hash())
		require.Equal(t, c.BlockID, c2.BlockID)
		require.Equal(t, b.Message(), func() []byte { again := blocks.FromComet(h2, c2); return again.Message() }())
		for i := range c.Signatures {
			require.Equal(t, c.VoteSignBytes("ink-1", int32(i)), c2.VoteSignBytes("ink-1", int32(i)), "vote %d", i)
		}
	}
}

func TestASetKeepsItsOrderAndItsHash(t *testing.T) {
	var all []*cmttypes.Validator
	for i, key := range []crypto.PubKey{ed25519.GenPrivKey().PubKey(), mldsa(t), ed25519.GenPrivKey().PubKey()} {
		all = append(all, cmttypes.NewValidator(key, int64(10+i)))
	}
	set := cmttypes.NewValidatorSet(all)
	got, err := blocks.Set(set)
	require.NoError(t, err)
	require.Equal(t, []uint64{12, 11, 10}, []uint64{got[0].Power, got[1].Power, got[2].Power})
	require.EqualValues(t, bundle.KeyMLDSA65, got[1].Type)
	parsed, err := bundle.ParseSet(bundle.EncodeSet(got))
	require.NoError(t, err)
	back, err := blocks.ToSet(parsed)
	require.NoError(t, err)
	require.Equal(t, set.Hash(), back.Hash())
	hash, err := blocks.SetHash(parsed)
	require.NoError(t, err)
	require.EqualValues(t, set.Hash(), hash)
	parsed[0], parsed[1] = parsed[1], parsed[0]
	hash, err = blocks.SetHash(parsed)
	require.NoError(t, err)
	require.NotEqualValues(t, set.Hash(), hash, "another order is another set")
}

func TestOtherKeysAndPowersAreRefused(t *testing.T) {
	_, err := blocks.Set(cmttypes.NewValidatorSet([]*cmttypes.Validator{cmttypes.NewValidator(secp256k1.GenPrivKey().PubKey(), 1)}))
	require.ErrorIs(t, err, blocks.ErrKeyType)
	good := bundle.Validator{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: hash("key")}, Power: 1}
	for name, spoil := range map[string]func(*bundle.Validator){
		"type":     func(v *bundle.Validator) { v.Type = bundle.KeySecp256k1 },
		"length":   func(v *bundle.Validator) { v.Key = v.Key[:31] },
		"no power": func(v *bundle.Validator) { v.Power = 0 },
		"power":    func(v *bundle.Validator) { v.Power = 1 << 63 },
	} {
		bad := good
		spoil(&bad)
		_, err := blocks.ToSet([]bundle.Validator{good, bad})
		require.Error(t, err, name)
	}
	_, err = blocks.ToSet(nil)
	require.Error(t, err)
}

func mldsa(t *testing.T) crypto.PubKey {
	t.Helper()
	key, err := mldsa65.GenPrivKey()
	require.NoError(t, err)
	return key.PubKey()
}
