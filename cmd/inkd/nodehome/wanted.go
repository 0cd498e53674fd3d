package nodehome

import (
	"fmt"
	"slices"
	"strings"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// maxMoniker is the length limit of a node's name in bytes.
const maxMoniker = 64

// wanted is what `inkd node init` was asked for beside the home.
type wanted struct {
	genesis, keyType string
	peers            []string
	// decided: the members allowed the type of key after the genesis.
	decided bool
}

func (h Home) check(w wanted) error {
	if w.genesis == "" {
		return cli.Usage("缺少创世文件", "--genesis: expected the chain's genesis file, got none", initHint)
	}
	if !validMoniker(h.Moniker) {
		return cli.Usage("节点名称不正确，须为 ASCII："+h.Moniker,
			fmt.Sprintf("--moniker: expected 1 to %d ASCII characters without quotes and backslash, got %q", maxMoniker, h.Moniker), "--moniker notary-1")
	}
	if w.keyType != Ed25519 && w.keyType != MLDSA65 {
		return cli.Usage("共识密钥类型不正确："+w.keyType, fmt.Sprintf("--key-type: expected ed25519 or ml_dsa_65, got %q", w.keyType), "")
	}
	if err := checkPeers(w.peers); err != nil {
		return err
	}
	if err := h.checkAddresses(); err != nil {
		return err
	}
	return h.checkFree(w.genesis)
}

// validMoniker refuses what CometBFT does, which starts no node with another name,
// and what would break the configuration file.
func validMoniker(name string) bool {
	for i := range len(name) {
		if b := name[i]; b < ' ' || b > '~' || b == '"' || b == '\\' {
			return false
		}
	}
	return strings.TrimSpace(name) != "" && len(name) <= maxMoniker
}

// checkAllowed refuses a type of key with which the node could be no validator by a
// valid genesis.
func (w wanted) checkAllowed(doc *genutiltypes.AppGenesis) error {
	if w.decided {
		return nil
	}
	allowed := doc.Consensus.Params.Validator.PubKeyTypes
	if slices.Contains(allowed, w.keyType) {
		return nil
	}
	return cli.Usage("本链创世时不准许该共识密钥类型："+w.keyType,
		fmt.Sprintf("--key-type: expected a type that the genesis allows, %s, got %s", strings.Join(allowed, " or "), w.keyType),
		"if the members have decided since to allow it: --key-type-decided; what is allowed now: inkd query consensus params")
}
