package types

import (
	"errors"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// CheckRevelation recomputes a record's commitment from a revelation and returns
// the public part. Enterprise and kind are the record's, never the signer's, so
// that a copied commitment opens for nobody.
func CheckRevelation(logID format.Hash, r *logtypes.Record, rev *Revelation) (format.Public, error) {
	commitment, err := ParseHash("commitment of the record", r.Commitment)
	if err != nil {
		return format.Public{}, err
	}
	nonce, err := ParseHash("nonce", rev.Nonce)
	if err != nil {
		return format.Public{}, err
	}
	digest, err := ParseHash("private_digest", rev.PrivateDigest)
	if err != nil {
		return format.Public{}, err
	}
	p, err := format.CheckOpening(commitment, logID, r.EnterpriseId, uint32(r.Kind), nonce, rev.Public, digest)
	switch {
	case errors.Is(err, format.ErrCommitment):
		return format.Public{}, errorsmod.Wrap(ErrCommitmentMismatch, err.Error())
	case err != nil:
		return format.Public{}, errorsmod.Wrap(ErrPublic, err.Error())
	}
	return p, nil
}

// CheckItem checks that an item is the one file of an evidence of recipe file.
func CheckItem(p format.Public, item *logtypes.DisclosedItem) error {
	switch {
	case item.Index != 0:
		return errorsmod.Wrapf(ErrItem, "index: expected 0, got %d", item.Index)
	case item.Label != "":
		return errorsmod.Wrapf(ErrItem, "label: expected none for recipe %s, got %d bytes", p.Recipe, len(item.Label))
	case item.Size_ != p.TotalSize:
		return errorsmod.Wrapf(ErrItem, "size: expected the total size %d, got %d", p.TotalSize, item.Size_)
	case len(item.Path) > format.MaxPath:
		return errorsmod.Wrapf(ErrItem, "path: expected at most %d hashes, got %d", format.MaxPath, len(item.Path))
	}
	salt, err := ParseHash("item.salt", item.Salt)
	if err != nil {
		return err
	}
	sha, err := ParseHash("item.sha256", item.Sha256)
	if err != nil {
		return err
	}
	sm, err := ParseHash("item.sm3", item.Sm3)
	if err != nil {
		return err
	}
	path := make([]format.Hash, len(item.Path))
	for i, b := range item.Path {
		if path[i], err = ParseHash("item.path", b); err != nil {
			return err
		}
	}
	leaf, err := format.ItemLeaf(salt, format.Item{Digests: format.Digests{Size: item.Size_, SHA256: sha, SM3: sm}})
	if err != nil {
		return errorsmod.Wrap(ErrItem, err.Error())
	}
	if err := format.VerifyInclusion(p.Root, p.Items, item.Index, leaf, path); err != nil {
		return errorsmod.Wrap(ErrItem, err.Error())
	}
	return nil
}
