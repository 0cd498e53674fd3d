package localnet

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/nodehome"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// found writes all files of a new network: the client's keys, each node's keys,
// configuration and the genesis. The record is marked as founded last, so that a
// founding that was interrupted is begun anew.
func found(a *app.App, dir, chainID string, n, basePort int) (*record, error) {
	if err := checkEmpty(dir); err != nil {
		return nil, err
	}
	r := &record{ChainID: chainID, BasePort: basePort, dir: dir}
	for i := range n {
		r.Nodes = append(r.Nodes, newNode(dir, i, basePort))
	}
	if err := r.save(); err != nil {
		return nil, err
	}
	keys, err := writeClientHome(a, r)
	if err != nil {
		return nil, err
	}
	if err := r.writeNodes(a, keys); err != nil {
		return nil, err
	}
	r.Founded = true
	return r, r.save()
}

// checkEmpty refuses to found a network among other files.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fileError(err)
	}
	for _, e := range entries {
		if e.Name() != "network.lock" {
			return usage(
				fmt.Sprintf("目录 %s 不是空的，也不是本地网络", dir),
				fmt.Sprintf("--home: expected an empty directory or a local network, got %s with %s in it", dir, e.Name()),
				"inkd network up --home DIR")
		}
	}
	return nil
}

// writeNodes makes each node's keys and writes genesis and configuration.
func (r *record) writeNodes(a *app.App, keys keyring.Keyring) error {
	founding := app.Founding{
		ChainID: r.ChainID, LogID: make([]byte, 32),
		// On a network of one machine changes of the validator set are given at once.
		Params: &consortiumtypes.Params{EpochBlocks: 1},
	}
	if _, err := rand.Read(founding.LogID); err != nil {
		return err
	}
	peers := make([]string, len(r.Nodes))
	for i, n := range r.Nodes {
		id, err := n.home().MakeKeys(nodehome.Ed25519)
		if err != nil {
			return fileError(err)
		}
		peers[i] = id.NodeID + "@" + loopback(n.P2P)
		f, err := genesisInstitution(founders[i], keys, id.ConsensusKey)
		if err != nil {
			return err
		}
		founding.Founders = append(founding.Founders, f)
	}
	doc, err := a.FoundingGenesis(founding)
	if err != nil {
		return err
	}
	for i, n := range r.Nodes {
		if err := genutil.ExportGenesisFile(doc, n.home().GenesisFile()); err != nil {
			return err
		}
		n.home().WriteConfig(others(peers, i))
	}
	return nil
}

func others(peers []string, self int) []string {
	return slices.Delete(slices.Clone(peers), self, self+1)
}

// genesisInstitution is one institution, one power.
func genesisInstitution(f founder, keys keyring.Keyring, consensus cryptotypes.PubKey) (consortiumtypes.GenesisInstitution, error) {
	in := consortiumtypes.GenesisInstitution{
		Name: f.title, Kind: f.kind, Uscc: f.uscc,
		OperatorCustody: logtypes.CUSTODY_SELF_SOFTWARE, Power: 1,
	}
	var err error
	if in.OperatorKey, err = publicKey(keys, f.operator()); err != nil {
		return in, err
	}
	in.ConsensusKey, err = consortiumtypes.NewPublicKey(consensus)
	return in, err
}

func publicKey(keys keyring.Keyring, name string) (consortiumtypes.PublicKey, error) {
	k, err := keys.Key(name)
	if err != nil {
		return consortiumtypes.PublicKey{}, fmt.Errorf("key %s: %w", name, err)
	}
	pub, err := k.GetPubKey()
	if err != nil {
		return consortiumtypes.PublicKey{}, err
	}
	return consortiumtypes.NewPublicKey(pub)
}

// home is the node's, on loopback.
func (n node) home() nodehome.Home {
	return nodehome.Home{
		Dir: n.Home, Moniker: n.Name,
		P2P: loopback(n.P2P), RPC: loopback(n.RPC), GRPC: loopback(n.GRPC), REST: loopback(n.REST),
	}
}

// hdPath of all keys of the local network.
func hdPath() string { return sdk.GetConfig().GetFullBIP44Path() }
