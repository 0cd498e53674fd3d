package testutil

import (
	"fmt"

	"github.com/inkchain/inkd/format"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Content is what an owner knows of a piece of evidence.
type Content struct {
	Enterprise uint64
	Public     format.Public
	Revelation evidencetypes.Revelation
	// Item is item 0 of a file as an issue discloses it; nil for a table.
	Item       *logtypes.DisclosedItem
	Commitment format.Hash
}

// NewContent makes the evidence of one file, or of a table if there are more
// rows; the same name gives the same secret.
func NewContent(logID format.Hash, enterprise uint64, name string, rows ...string) (Content, error) {
	secret := format.Secret(Commitment("secret of " + name))
	tree, hasher, first := format.NewItemTree(secret), format.NewDoubleHasher(), format.Digests{}
	for i, row := range rows {
		hasher.Reset()
		if _, err := hasher.Write([]byte(row)); err != nil {
			return Content{}, err
		}
		digests := hasher.Sum()
		if i == 0 {
			first = digests
		}
		if err := tree.Add(format.Item{Index: uint64(i), Digests: digests}); err != nil {
			return Content{}, err
		}
	}
	c := Content{Enterprise: enterprise, Public: format.Public{
		Root: tree.Root(), Items: tree.Items(), TotalSize: tree.TotalSize(),
		Recipe: format.RecipeLines, RecipeVersion: format.RecipeVersion,
	}}
	if len(rows) == 1 {
		salt := secret.Salt(0)
		c.Public.Recipe = format.RecipeFile
		c.Item = &logtypes.DisclosedItem{Salt: salt[:], Size_: first.Size, Sha256: first.SHA256[:], Sm3: first.SM3[:]}
	}
	public, err := c.Public.Bytes()
	if err != nil {
		return Content{}, fmt.Errorf("content %s: %w", name, err)
	}
	nonce, digest := secret.Nonce(), format.PrivateDigest(secret.PrivateNonce(), []byte("private part of "+name))
	c.Revelation = evidencetypes.Revelation{Public: public, Nonce: nonce[:], PrivateDigest: digest[:]}
	c.Commitment = format.Commitment(logID, enterprise, uint32(logtypes.RECORD_KIND_DATA_PACKAGE), nonce, public, digest)
	return c, nil
}
