package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
)

// CheckKeyTypes refuses a list of key types for consensus that leaves out a key of
// the present validators, decided or given: consensus would stop the chain at the
// next change of its power. ErrParams.
func (k *Keeper) CheckKeyTypes(ctx context.Context, allowed []string) error {
	decided, err := k.decided(ctx)
	if err != nil {
		return err
	}
	given, err := k.given(ctx)
	if err != nil {
		return err
	}
	for _, v := range append(decided, given...) {
		if err := v.PublicKey.CheckKeyType(allowed); err != nil {
			return errorsmod.Wrapf(types.ErrParams, "validator.pub_key_types: expected that of institution %d's validator among them: %s", v.InstitutionId, err)
		}
	}
	return nil
}
