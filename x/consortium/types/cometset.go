package types

import (
	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	errorsmod "cosmossdk.io/errors"

	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// ConsensusAddress is the address of the key: of a consensus key the 20 bytes in
// headers, commits and misbehaviour; of an account key its account's, 20 or 32 bytes.
func (m PublicKey) ConsensusAddress() ([]byte, error) {
	key, err := m.CryptoKey()
	if err != nil {
		return nil, err
	}
	return key.Address(), nil
}

// CheckKeyType refuses a consensus key of a type that the consensus parameters do
// not list: ErrInvalidKey.
func (m PublicKey) CheckKeyType(allowed []string) error {
	name := cmttypes.ABCIPubKeyTypeEd25519
	if m.Type == logtypes.KEY_TYPE_ML_DSA_65 {
		name = cmttypes.ABCIPubKeyTypeMlDsa65
	}
	for _, t := range allowed {
		if t == name {
			return nil
		}
	}
	return errorsmod.Wrapf(ErrInvalidKey, "expected a consensus key of a type that the consensus parameters allow, %v, got %s", allowed, name)
}

// Updates are what consensus has to be told so that its set becomes another one: at
// most one for each key.
func Updates(before, after []Validator) ([]abci.ValidatorUpdate, error) {
	var updates []abci.ValidatorUpdate
	for _, c := range changes(before, after, true) {
		if c.old.Power > 0 && (c.new.Power == 0 || !c.old.PublicKey.Is(c.new.PublicKey)) {
			u, err := update(c.old.PublicKey, 0)
			if err != nil {
				return nil, err
			}
			updates = append(updates, u)
		}
		if c.new.Power > 0 {
			u, err := update(c.new.PublicKey, c.new.Power)
			if err != nil {
				return nil, err
			}
			updates = append(updates, u)
		}
	}
	return updates, nil
}

func update(key PublicKey, power uint64) (abci.ValidatorUpdate, error) {
	crypto, err := key.CryptoKey()
	if err != nil {
		return abci.ValidatorUpdate{}, err
	}
	k, err := cryptocodec.ToCmtProtoPublicKey(crypto)
	return abci.ValidatorUpdate{PubKey: k, Power: int64(power)}, err
}

// HistoryOf is the set's row in the history: whose keys they are, and the hash by
// which headers from that height on name it.
func HistoryOf(height uint64, set []Validator) (ValidatorSet, error) {
	row := ValidatorSet{Height: height}
	rows := make([]*cmttypes.Validator, len(set))
	for i, v := range set {
		crypto, err := v.PublicKey.CryptoKey()
		if err != nil {
			return row, err
		}
		key, err := cryptocodec.ToCmtPubKeyInterface(crypto)
		if err != nil {
			return row, err
		}
		rows[i] = cmttypes.NewValidator(key, int64(v.Power))
		row.Members = append(row.Members, SetMember{InstitutionId: v.InstitutionId, Address: rows[i].Address, Power: v.Power})
	}
	row.Hash = cmttypes.NewValidatorSet(rows).Hash()
	return row, nil
}
