package nodehome

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

const initHint = "inkd node init --home HOME --genesis FILE --peer ID@HOST:PORT"

// AddCommands adds `inkd node` to the root, and an `inkd init` that points to it:
// the SDK's would found a chain of its own.
func AddCommands(root *cobra.Command, a *app.App) {
	node := &cobra.Command{
		Use: "node", Short: "节点 · The node of an institution", Example: "  " + initHint, Args: cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: withoutFiles,
	}
	node.AddCommand(initCommand(a))
	root.AddCommand(node, &cobra.Command{
		Use: "init", Hidden: true, DisableFlagParsing: true, PersistentPreRunE: withoutFiles,
		RunE: func(*cobra.Command, []string) error {
			return cli.Usage("本链没有 init 命令：节点加入已有的链", "expected `inkd node init`: a node joins a chain that its members have founded, got `inkd init`", initHint)
		},
	})
}

// withoutFiles replaces the root's hook, which writes a configuration into --home.
func withoutFiles(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.OutOrStdout())
	return nil
}

const initLong = `为机构的节点生成主目录：节点密钥、共识密钥、配置与创世文件。从不覆盖已有文件。
Makes the home of an institution's node: its node key, its consensus key, its
configuration and the genesis, which is checked first. Overwrites nothing.

The genesis file and the peers come from the members; compare the printed SHA-256 of
the genesis with theirs by another way. Then:
  1. hand node id and consensus key to the consortium
     (printed again by: inkd comet show-node-id, inkd comet show-validator)
  2. inkd start --home HOME: the node follows the chain
  3. when the members have admitted the institution with that key, it signs blocks
Keep HOME/config/priv_validator_key.json in one place only: the same key on two nodes
that run is misbehaviour.`

func initCommand(a *app.App) *cobra.Command {
	var h Home
	var w wanted
	cmd := &cobra.Command{
		Use: "init", Short: "生成节点主目录，以加入一条链 · Make a node's home, to join a chain", Long: initLong, Args: cobra.NoArgs,
		Example: "  inkd node init --home /srv/inkd --genesis genesis.json --moniker notary-1 \\\n    --peer 2b1f…@node.center.example:26656 --peer 93c0…@node.court.example:26656",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if h.Dir, err = cli.HomeDir(cmd); err != nil {
				return err
			}
			if h.Moniker == "" {
				h.Moniker, _ = os.Hostname() // a name for people; an empty one is refused below
			}
			return runInit(cmd, a, h, w)
		},
	}
	f := cmd.Flags()
	f.StringVar(&w.genesis, "genesis", "", "创世文件 · the chain's genesis file")
	f.StringArrayVar(&w.peers, "peer", nil, "对等节点，可重复 · a member's node, ID@HOST:PORT; may be repeated")
	f.StringVar(&h.Moniker, "moniker", "", "节点名称，仅限 ASCII · a name that other nodes show, ASCII only (default: the machine's)")
	f.StringVar(&w.keyType, "key-type", Ed25519, "共识密钥类型 · type of the consensus key: ed25519 or ml_dsa_65")
	f.BoolVar(&w.decided, "key-type-decided", false, "创世之后已决定准许该类型 · the members have decided since the genesis to allow that type")
	f.StringVar(&h.P2P, "p2p", "0.0.0.0:26656", "节点间监听地址 · where other nodes connect")
	f.StringVar(&h.RPC, "rpc", "127.0.0.1:26657", "RPC 监听地址 · RPC address")
	f.StringVar(&h.GRPC, "grpc", "127.0.0.1:9090", "gRPC 监听地址 · gRPC address")
	f.StringVar(&h.REST, "rest", "127.0.0.1:1317", "REST 监听地址 · REST address")
	f.StringP(flags.FlagOutput, "o", flags.OutputFormatText, "输出格式 · output format: text or json")
	return cmd
}

// made is what `inkd node init` says.
type made struct {
	ChainID string `json:"chain_id"`
	Home    string `json:"home"`
	NodeID  string `json:"node_id"`
	// ConsensusKey is in the form of `inkd comet show-validator`.
	ConsensusKey json.RawMessage `json:"consensus_key"`
	// ConsensusAddress is how blocks name the key.
	ConsensusAddress string `json:"consensus_address"`
	GenesisSHA256    string `json:"genesis_sha256"`
}

func runInit(cmd *cobra.Command, a *app.App, h Home, w wanted) error {
	format, err := cmd.Flags().GetString(flags.FlagOutput)
	if err != nil {
		return err
	}
	if format != flags.OutputFormatText && format != flags.OutputFormatJSON {
		return cli.Usage("输出格式不正确："+format, fmt.Sprintf("--output: expected text or json, got %q", format), "-o text or -o json")
	}
	if err := h.check(w); err != nil {
		return err
	}
	raw, doc, err := readGenesis(a, w.genesis)
	if err != nil {
		return err
	}
	if err := w.checkAllowed(doc); err != nil {
		return err
	}
	m, err := h.create(a, raw, doc, w.peers, w.keyType)
	if err != nil {
		return err
	}
	if format == flags.OutputFormatJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(m)
	}
	return m.print(cmd.OutOrStdout())
}

// readGenesis reads a valid genesis, and its bytes as they are.
func readGenesis(a *app.App, file string) ([]byte, *genutiltypes.AppGenesis, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, cli.File("无法读取创世文件", "the genesis file", err, "")
	}
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return nil, nil, cli.BadInput("不是创世文件："+file, file+": expected a genesis file", err, "")
	}
	return raw, doc, a.ValidateGenesis(doc)
}

// create writes the home. The genesis is copied as it is, so that it stays equal to
// the members' byte by byte.
func (h Home) create(a *app.App, genesis []byte, doc *genutiltypes.AppGenesis, peers []string, keyType string) (made, error) {
	id, err := h.MakeKeys(keyType)
	if err != nil {
		return made{}, cli.File("无法写入密钥", "the node's keys", err, "")
	}
	if err := os.WriteFile(h.GenesisFile(), genesis, 0o644); err != nil {
		return made{}, cli.File("无法写入创世文件", "the genesis file", err, "")
	}
	h.WriteConfig(peers)
	if err := h.writeClient(doc.ChainID); err != nil {
		return made{}, cli.File("无法写入客户端配置", "client.toml", err, "")
	}
	key, err := a.Codec.MarshalInterfaceJSON(id.ConsensusKey)
	sum := sha256.Sum256(genesis)
	return made{
		ChainID: doc.ChainID, Home: h.Dir, NodeID: id.NodeID,
		ConsensusKey: key, ConsensusAddress: id.ConsensusKey.Address().String(),
		GenesisSHA256: hex.EncodeToString(sum[:]),
	}, err
}

func (m made) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, `链 · chain: %s
主目录 · home: %s
创世文件 · genesis SHA-256: %s
节点标识 · node id: %s
共识密钥 · consensus key: %s
共识地址 · consensus address: %s
下一步 · next: hand node id and consensus key to the consortium; inkd start --home %s
`, m.ChainID, m.Home, m.GenesisSHA256, m.NodeID, m.ConsensusKey, m.ConsensusAddress, m.Home)
	return err
}
