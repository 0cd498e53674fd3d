package keeper

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func testKey(name string) types.PublicKey {
	return types.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: ed25519.GenPrivKeyFromSecret([]byte(name)).PubKey().Bytes()}
}

func testAddress(t *testing.T, name string) []byte {
	address, err := testKey(name).ConsensusAddress()
	require.NoError(t, err)
	return address
}

func admittedEntry(id uint64, kind logtypes.InstitutionKind) logtypes.Body {
	return &logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{InstitutionId: id, Name: "n", Kind: kind, Uscc: "u"}}
}

func validatorEntry(id uint64, name string, power uint64) logtypes.Body {
	key := testKey(name)
	return &logtypes.Entry_ValidatorKeyBound{ValidatorKeyBound: &logtypes.ValidatorKeyBound{InstitutionId: id, KeyType: key.Type, PublicKey: key.Key, Power: power}}
}

func operatorEntry(id, keyID uint64, name string) logtypes.Body {
	key := testKey(name)
	return &logtypes.Entry_KeyBound{KeyBound: &logtypes.KeyBound{
		KeyId: keyID, InstitutionId: id, KeyType: key.Type, PublicKey: key.Key, Custody: logtypes.CUSTODY_SELF_HARDWARE,
	}}
}

func retiredEntry(keyID uint64) logtypes.Body {
	return &logtypes.Entry_KeyRetired{KeyRetired: &logtypes.KeyRetired{KeyId: keyID, Reason: logtypes.REASON_OTHER}}
}

func powerEntry(id, power uint64, reason logtypes.Reason) logtypes.Body {
	return &logtypes.Entry_InstitutionPower{InstitutionPower: &logtypes.InstitutionPower{InstitutionId: id, Power: power, Reason: reason}}
}

func removedEntry(id uint64) logtypes.Body {
	return &logtypes.Entry_InstitutionRemoved{InstitutionRemoved: &logtypes.InstitutionRemoved{InstitutionId: id, Reason: logtypes.REASON_BREACH}}
}

func offenceEntry(t *testing.T, id uint64, name string, removed bool) logtypes.Body {
	return &logtypes.Entry_Misbehaviour{Misbehaviour: &logtypes.Misbehaviour{
		InstitutionId: id, Address: testAddress(t, name), Kind: logtypes.MISBEHAVIOUR_KIND_DUPLICATE_VOTE, PowerRemoved: removed,
	}}
}

func paramsEntry(t *testing.T, module string, epoch uint64) logtypes.Body {
	raw, err := (&types.MsgUpdateParams{Authority: "a", Params: types.Params{EpochBlocks: epoch}}).Marshal()
	require.NoError(t, err)
	return &logtypes.Entry_ParametersChanged{ParametersChanged: &logtypes.ParametersChanged{Module: module, Message: raw}}
}

// entered is the register after institution 1 was admitted at height 1 with key "a",
// power 10 and operator's key 1, and observer 2 with operator's key 2, and after more
// entries, each in a block of its own from height 11 on.
func entered(t *testing.T, more ...logtypes.Body) (*register, error) {
	r := newRegister()
	for _, body := range []logtypes.Body{
		admittedEntry(1, logtypes.INSTITUTION_KIND_COURT), validatorEntry(1, "a", 10), operatorEntry(1, 1, "operator"),
		admittedEntry(2, logtypes.INSTITUTION_KIND_OBSERVER), operatorEntry(2, 2, "observer"),
	} {
		require.NoError(t, r.enter(&logtypes.Entry{Height: 1, Body: body}))
	}
	for i, body := range more {
		if err := r.enter(&logtypes.Entry{Height: uint64(11 + i), Body: body}); err != nil {
			return r, err
		}
	}
	return r, nil
}

// CO-13: what each entry makes of an institution.
func TestRegisterOfStandings(t *testing.T) {
	const (
		member, suspended, removed = types.STANDING_MEMBER, types.STANDING_SUSPENDED, types.STANDING_REMOVED
		none, breach               = logtypes.REASON_UNSPECIFIED, logtypes.REASON_BREACH
	)
	for _, c := range []struct {
		name         string
		entries      []logtypes.Body
		institution  uint64
		standing     types.Standing
		power, since uint64
		key          string
		operator     uint64
	}{
		{"admitted", nil, 1, member, 10, 1, "a", 1},
		{"an observer admitted", nil, 2, member, 0, 1, "", 2},
		{"another power", []logtypes.Body{powerEntry(1, 7, none)}, 1, member, 7, 1, "a", 1},
		{"suspended", []logtypes.Body{powerEntry(1, 0, breach)}, 1, suspended, 0, 1, "a", 1},
		{"readmitted after a suspension", []logtypes.Body{powerEntry(1, 0, breach), powerEntry(1, 10, none)}, 1, member, 10, 12, "a", 1},
		{"another power after a readmission", []logtypes.Body{powerEntry(1, 0, breach), powerEntry(1, 10, none), powerEntry(1, 9, none)}, 1, member, 9, 12, "a", 1},
		{"readmitted with a new key", []logtypes.Body{powerEntry(1, 0, breach), powerEntry(1, 8, none), validatorEntry(1, "b", 8)}, 1, member, 8, 12, "b", 1},
		{"an observer suspended", []logtypes.Body{powerEntry(2, 0, breach)}, 2, suspended, 0, 1, "", 2},
		{"an observer readmitted", []logtypes.Body{powerEntry(2, 0, breach), powerEntry(2, 0, none)}, 2, member, 0, 12, "", 2},
		{"misbehaved", []logtypes.Body{offenceEntry(t, 1, "a", true)}, 1, member, 0, 1, "a", 1},
		{"misbehaved, of no consequence", []logtypes.Body{offenceEntry(t, 1, "a", false)}, 1, member, 10, 1, "a", 1},
		{"misbehaved with a former key", []logtypes.Body{validatorEntry(1, "b", 10), offenceEntry(t, 1, "a", true)}, 1, member, 0, 1, "b", 1},
		{"readmitted after misbehaviour", []logtypes.Body{offenceEntry(t, 1, "a", true), powerEntry(1, 5, none)}, 1, member, 5, 12, "a", 1},
		{"suspended after misbehaviour", []logtypes.Body{offenceEntry(t, 1, "a", true), powerEntry(1, 0, breach)}, 1, suspended, 0, 1, "a", 1},
		{"rotated", []logtypes.Body{validatorEntry(1, "b", 10)}, 1, member, 10, 1, "b", 1},
		{"removed", []logtypes.Body{removedEntry(1), retiredEntry(1)}, 1, removed, 0, 1, "a", 1},
		{"removed while suspended", []logtypes.Body{powerEntry(1, 0, breach), removedEntry(1), retiredEntry(1)}, 1, removed, 0, 1, "a", 1},
		{"misbehaved before it was removed", []logtypes.Body{removedEntry(1), retiredEntry(1), offenceEntry(t, 1, "a", false)}, 1, removed, 0, 1, "a", 1},
		{"another operator", []logtypes.Body{retiredEntry(1), operatorEntry(1, 3, "second")}, 1, member, 10, 1, "a", 3},
	} {
		r, err := entered(t, c.entries...)
		require.NoError(t, err, c.name)
		in := r.institutions[c.institution-1]
		require.Equal(t, []any{c.standing, c.power, c.since, c.operator}, []any{in.Standing, in.Power, in.SinceHeight, in.OperatorKeyId}, c.name)
		want := types.PublicKey{}
		if c.key != "" {
			want = testKey(c.key)
		}
		require.Equal(t, want, in.ConsensusKey, c.name)
	}
}

// CO-13: consensus keys stay whose they were, and are in the order of their table.
func TestRegisterOfConsensusKeys(t *testing.T) {
	r, err := entered(t, validatorEntry(1, "b", 10), powerEntry(1, 9, logtypes.REASON_UNSPECIFIED), validatorEntry(1, "c", 9),
		admittedEntry(3, logtypes.INSTITUTION_KIND_NOTARY), validatorEntry(3, "d", 4), operatorEntry(3, 3, "third"), removedEntry(3), retiredEntry(3))
	require.NoError(t, err)
	got := r.inOrder()
	require.Len(t, got, 4)
	for _, want := range []types.ConsensusKey{
		{PublicKey: testKey("a"), InstitutionId: 1, BoundHeight: 1, RetiredHeight: 11},
		{PublicKey: testKey("b"), InstitutionId: 1, BoundHeight: 11, RetiredHeight: 13},
		{PublicKey: testKey("c"), InstitutionId: 1, BoundHeight: 13},
		{PublicKey: testKey("d"), InstitutionId: 3, BoundHeight: 15, RetiredHeight: 17},
	} {
		require.Contains(t, got, want)
	}
	var before [sha256.Size]byte
	for _, k := range got {
		address, err := k.PublicKey.ConsensusAddress()
		require.NoError(t, err)
		order := sha256.Sum256(address)
		require.Negative(t, bytes.Compare(before[:], order[:]))
		before = order
	}
}

// CO-13: a replaced operator's key is retired and stays the institution's.
func TestRegisterOfRetiredKeys(t *testing.T) {
	r, err := entered(t, retiredEntry(1), operatorEntry(1, 3, "second"))
	require.NoError(t, err)
	old, second := r.keys[0], r.keys[2]
	require.Equal(t, []any{true, uint64(1)}, []any{old.Retired, old.InstitutionId})
	require.Equal(t, []any{false, uint64(1), uint64(12)}, []any{second.Retired, second.InstitutionId, second.BoundHeight})
	require.False(t, r.keys[1].Retired)
}

// CO-13: the module's parameters are those decided last, others are not its own.
func TestRegisterOfParams(t *testing.T) {
	r, err := entered(t)
	require.NoError(t, err)
	require.Nil(t, r.params, "those of the founding stand in no entry")
	r, err = entered(t, paramsEntry(t, "ink.consortium.v1", 5), paramsEntry(t, "ink.consortium.v1", 6), paramsEntry(t, "ink.enterprise.v1", 7))
	require.NoError(t, err)
	require.Equal(t, &types.Params{EpochBlocks: 6}, r.params)
}

// CO-13: a log that no chain can have written is refused.
func TestRegisterRefusesImpossibleEntries(t *testing.T) {
	bad := paramsEntry(t, "ink.consortium.v1", 5)
	bad.(*logtypes.Entry_ParametersChanged).ParametersChanged.Message = []byte{0xff}
	for _, c := range []struct {
		want    string
		entries []logtypes.Body
	}{
		{"expected a consensus key that was never bound, got one of institution 1", []logtypes.Body{validatorEntry(1, "a", 10)}},
		{"expected a consensus key that was never bound, got one of institution 1", []logtypes.Body{validatorEntry(1, "b", 10), validatorEntry(1, "a", 10)}},
		{"expected a consensus key that was never bound, got one of institution 1", []logtypes.Body{removedEntry(1), validatorEntry(2, "a", 10)}},
		{"expected nothing of institution 1 after its removal", []logtypes.Body{removedEntry(1), removedEntry(1)}},
		{"expected nothing of institution 1 after its removal", []logtypes.Body{removedEntry(1), powerEntry(1, 5, 0)}},
		{"expected nothing of institution 1 after its removal", []logtypes.Body{removedEntry(1), validatorEntry(1, "b", 5)}},
		{"expected nothing of institution 1 after its removal", []logtypes.Body{removedEntry(1), operatorEntry(1, 3, "second")}},
		{"expected institution 1 to 2, got 9", []logtypes.Body{powerEntry(9, 5, 0)}},
		{"expected institution 1 to 2, got 9", []logtypes.Body{removedEntry(9)}},
		{"expected institution 1 to 2, got 9", []logtypes.Body{offenceEntry(t, 9, "a", true)}},
		{"expected the address of a consensus key of institution 2", []logtypes.Body{offenceEntry(t, 2, "a", true)}},
		{"expected the address of a consensus key of institution 1", []logtypes.Body{offenceEntry(t, 1, "unknown", true)}},
		{"expected key 1 to 2, got 9", []logtypes.Body{retiredEntry(9)}},
		{"expected ink.consortium.v1.MsgUpdateParams", []logtypes.Body{bad}},
	} {
		_, err := entered(t, c.entries...)
		require.ErrorIs(t, err, types.ErrGenesis, c.want)
		require.ErrorContains(t, err, c.want)
	}
}

// CO-13: each column of the tables is compared.
func TestRegisterComparesEachColumn(t *testing.T) {
	r, err := entered(t, validatorEntry(1, "b", 10), powerEntry(2, 0, logtypes.REASON_BREACH), retiredEntry(2), paramsEntry(t, "ink.consortium.v1", 6))
	require.NoError(t, err)
	tables := func() *types.GenesisState {
		return &types.GenesisState{
			Institutions: append([]types.Institution(nil), r.institutions...), Keys: append([]types.Key(nil), r.keys...),
			ConsensusKeys: r.inOrder(), Params: &types.Params{EpochBlocks: 6},
		}
	}
	require.NoError(t, r.compare(tables()))
	for _, c := range []struct {
		want   string
		change func(*types.GenesisState)
	}{
		{"consortium.institutions[0].consensus_key: expected KEY_TYPE_ED25519", func(gs *types.GenesisState) { gs.Institutions[0].ConsensusKey = testKey("a") }},
		{"consortium.institutions[0].since_height: expected 1, as the log says, got 2", func(gs *types.GenesisState) { gs.Institutions[0].SinceHeight = 2 }},
		{"consortium.institutions[1].standing: expected STANDING_SUSPENDED, as the log says, got STANDING_MEMBER", func(gs *types.GenesisState) { gs.Institutions[1].Standing = types.STANDING_MEMBER }},
		{"consortium.keys[1].retired: expected true, as the log says, got false", func(gs *types.GenesisState) { gs.Keys[1].Retired = false }},
		{"consortium.keys[0].retired: expected false, as the log says, got true", func(gs *types.GenesisState) { gs.Keys[0].Retired = true }},
		{"consortium.consensus_keys: expected 2, as the log says, got 1", func(gs *types.GenesisState) { gs.ConsensusKeys = gs.ConsensusKeys[:1] }},
		{"consortium.consensus_keys[0].public_key", func(gs *types.GenesisState) {
			gs.ConsensusKeys[0], gs.ConsensusKeys[1] = gs.ConsensusKeys[1], gs.ConsensusKeys[0]
		}},
		{"consortium.consensus_keys[1].institution_id: expected 1, as the log says, got 2", func(gs *types.GenesisState) { gs.ConsensusKeys[1].InstitutionId = 2 }},
		{"consortium.consensus_keys[0].bound_height", func(gs *types.GenesisState) { gs.ConsensusKeys[0].BoundHeight++ }},
		{"consortium.consensus_keys[1].retired_height", func(gs *types.GenesisState) { gs.ConsensusKeys[1].RetiredHeight++ }},
		{"consortium.params.epoch_blocks: expected 6, as the log says, got 1", func(gs *types.GenesisState) { gs.Params.EpochBlocks = 1 }},
		{"consortium.params.epoch_blocks: expected 6, as the log says, got 0", func(gs *types.GenesisState) { gs.Params = nil }},
	} {
		gs := tables()
		c.change(gs)
		err := r.compare(gs)
		require.ErrorIs(t, err, types.ErrGenesis, c.want)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, "as the log says", c.want)
	}
}
