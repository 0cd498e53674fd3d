package testutil

import (
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Deposited is a piece of evidence with all that its owner keeps: what an opening
// file holds, every item with its path, and the items' bytes.
type Deposited struct {
	Header opening.Header
	Public format.Public
	Items  []format.Shown
	Bytes  [][]byte
}

// Part is an item to be: its label, for recipe dir only, and its bytes.
type Part struct {
	Label string
	Bytes []byte
}

// NewDeposited makes evidence; the same title gives the same secret.
func NewDeposited(logID format.Hash, enterprise uint64, recipe format.Recipe, title string, parts ...Part) (*Deposited, error) {
	d := &Deposited{Header: opening.Header{
		LogID: logID, ChainID: ChainID, EnterpriseID: enterprise, Kind: uint32(logtypes.RECORD_KIND_DATA_PACKAGE), Category: 1,
		Secret: format.Secret(Commitment("secret of " + title)), Created: uint64(genesisTime.UnixNano()),
	}}
	if err := d.addItems(parts); err != nil {
		return nil, fmt.Errorf("%s: %w", title, err)
	}
	d.Public.Recipe, d.Public.RecipeVersion = recipe, format.RecipeVersion
	var err error
	if d.Header.Public, err = d.Public.Bytes(); err != nil {
		return nil, fmt.Errorf("%s: %w", title, err)
	}
	private := format.Private{Title: title, Summary: "测试用证据", Source: "自行采集", Tool: "inkd"}
	if d.Header.Private, err = private.Bytes(); err != nil {
		return nil, fmt.Errorf("%s: %w", title, err)
	}
	return d, d.Header.Seal()
}

func (d *Deposited) addItems(parts []Part) error {
	tree, hasher := format.NewItemTree(d.Header.Secret), format.NewDoubleHasher()
	var leaves []format.Hash
	for i, p := range parts {
		hasher.Reset()
		if _, err := hasher.Write(p.Bytes); err != nil {
			return err
		}
		shown := format.Shown{Item: format.Item{Index: uint64(i), Label: p.Label, Digests: hasher.Sum()}, Salt: d.Header.Secret.Salt(uint64(i))}
		leaf, err := format.ItemLeaf(shown.Salt, shown.Item)
		if err != nil {
			return err
		}
		if err := tree.Add(shown.Item); err != nil {
			return err
		}
		leaves, d.Items, d.Bytes = append(leaves, leaf), append(d.Items, shown), append(d.Bytes, p.Bytes)
	}
	for i := range d.Items {
		path, err := format.InclusionProof(leaves, uint64(i))
		if err != nil {
			return err
		}
		d.Items[i].Path = path
	}
	d.Public = format.Public{Root: tree.Root(), Items: tree.Items(), TotalSize: tree.TotalSize()}
	return nil
}

// Revelation is what an opening on chain reveals.
func (d *Deposited) Revelation() evidencetypes.Revelation {
	nonce, digest := d.Header.Secret.Nonce(), format.PrivateDigest(d.Header.Secret.PrivateNonce(), d.Header.Private)
	return evidencetypes.Revelation{Public: d.Header.Public, Nonce: nonce[:], PrivateDigest: digest[:]}
}

// Disclosed is item 0 as an issue discloses it; nil unless the recipe is file.
func (d *Deposited) Disclosed() *logtypes.DisclosedItem {
	if d.Public.Recipe != format.RecipeFile {
		return nil
	}
	item := d.Items[0]
	return &logtypes.DisclosedItem{Salt: item.Salt[:], Size_: item.Size, Sha256: item.SHA256[:], Sm3: item.SM3[:]}
}

// All are the items without paths, as a bundle shows all of them.
func (d *Deposited) All() []format.Shown {
	all := append([]format.Shown(nil), d.Items...)
	for i := range all {
		all[i].Path = nil
	}
	return all
}
