package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// followEvery is how often the last header is asked for although nobody wants it.
const followEvery = 10 * time.Second

const lightLong = `轻客户端：在本机提供 CometBFT RPC 接口，只应答经核验的内容，供法院等外部核验方使用。
信任来自您自己的信任锚文件（--anchor），或策略文件（--policy）中带验证人集合的固定点；
验证人集合的每次变更均须由前一集合超过三分之二的投票权签署。没有信任期限：多年未连接也可使用。
A light client: CometBFT's RPC on this machine, answering only what was verified, for
courts and others who trust no node. Trust comes from your own anchor (--anchor), or
from the highest pin of your policy (--policy) that names a validator set; each change
of the set must be signed by more than two thirds of the one before. There is no
trusting period: it works after years without a connection. Other parts of a policy
are for inkd verify.

每个区块头均与其他节点比对；仅给一个节点时无法发现链的分叉。比上一个更新的区块头另由 CometBFT 轻客户端核验。
其他节点无应答期间接受的区块头，不作为此后核验的依据，待其恢复后补行比对；发现分叉即停止应答。
Every header is compared with the other nodes; give at least two, of different
institutions: with one a fork is not noticed. Headers newer than the last one are
verified by CometBFT's light client too, at two thirds. A header that was accepted while
the other nodes were away verifies no later one, and is compared when they are back;
after a fork nothing is served any more.

提供 · served (JSON-RPC and GET, as a node serves them):
  status                   链标识与最新区块头 · chain id and last header, nothing else
  header, header_by_hash, commit, validators
  block, block_by_hash     整个区块 · whole blocks, compared with what was signed
  block_results, tx        仅代码、数据与 gas · code, data and gas only, no events or logs
  abci_query               仅 /store/<名称>/key · /store/<name>/key only, always with proof; the
                           state of height h is proven by the header of h+1
不提供 · refused, since nothing proves the answers:
%s
  以及 abci_query 的其他路径 · and other paths of abci_query (gRPC queries)
只读，不发送 · not sent, since it only reads:
%s

DIR/seen-<信任锚指纹>.json 记录已核验的最新区块头，下次启动时比对；比对不符或节点落后时不改写。文件损坏时移走即可重新开始。
DIR/seen-<anchor fingerprint>.json remembers the last verified header; the next start
compares, and leaves it as it is after a fork or while the nodes are behind. If it is
damaged, move it away to begin anew.

开始服务后以 Ctrl-C 停止，退出码为 0 · once it serves, Ctrl-C stops it with status 0.
退出码 · exit status (beside those of all commands):
  2   节点的应答未通过核验，或链已分叉 · what the nodes answered was refused, or the chain has forked
  4   信任锚或固定点与节点不符 · the anchor or a pin does not match the nodes
  5   版本或密钥类型不受支持 · unsupported version or key type`

type lightOptions struct{ anchor, policy, nodes, addr, home string }

// LightCommand is `inkd light`.
func LightCommand() *cobra.Command {
	var o lightOptions
	cmd := &cobra.Command{
		Use: "light", Short: "轻客户端：经核验的 RPC · A light client: RPC that answers only what was verified",
		Long: fmt.Sprintf(lightLong, routeLines(light.RefusedNames()), routeLines(light.SendingNames())),
		Example: `  inkd light --anchor anchor.ink --node tcp://center:26657,tcp://court:26657
  inkd light --anchor anchor.ink --policy policy.json --node http://court:26657 --laddr tcp://127.0.0.1:9000
  curl '127.0.0.1:8888/abci_query?path="/store/inkhead/key"&data=0x01'`,
		Args: cobra.NoArgs,
		// A court's machine has no home of a node, and gets none.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return runLight(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.anchor, flagAnchor, "", "信任锚文件 · the anchor file: where your trust begins")
	f.StringVar(&o.policy, "policy", "", "策略文件（JSON）· your policy; its pins with a validator set count here")
	f.StringVar(&o.nodes, flags.FlagNode, "", "节点列表，逗号分隔 · RPC URLs of nodes, of different institutions")
	f.StringVar(&o.addr, "laddr", "tcp://127.0.0.1:8888", "监听地址 · where to serve; others than this machine reach it only if you say so")
	f.StringVar(&o.home, flags.FlagHome, app.DefaultHome+"-light", "目录 · directory of what was seen")
	addOutputFlag(cmd)
	return cmd
}

// routeLines are lines of names.
func routeLines(names []string) string {
	var b strings.Builder
	width := 0
	for _, name := range names {
		if width+len(name) > 80 {
			b.WriteString("\n")
			width = 0
		}
		if width == 0 {
			b.WriteString("  " + name)
		} else {
			b.WriteString(", " + name)
		}
		width += len(name) + 2
	}
	return b.String()
}

// lightReady is what the command prints once it serves.
type lightReady struct {
	Address     string   `json:"laddr"`
	ChainID     string   `json:"chain_id"`
	LogID       string   `json:"log_id"`
	Fingerprint string   `json:"anchor_fingerprint"`
	Pinned      uint64   `json:"pinned_height,omitempty"` // 0: from the anchor's validators
	Height      int64    `json:"height"`
	Hash        string   `json:"hash"`
	Time        string   `json:"time"`
	Nodes       []string `json:"nodes"`
}

func runLight(cmd *cobra.Command, o lightOptions) error {
	interruptible(cmd)
	ctx := cmd.Context()
	notes := &noter{cmd: cmd}
	config, err := o.config(notes)
	if err != nil {
		return err
	}
	l, err := light.Listen(o.addr)
	if err != nil {
		return BadInput("无法监听 "+o.addr, "--laddr: expected a free address like tcp://127.0.0.1:8888", err, "")
	}
	defer l.Close()
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		notes.say("监听地址可从其他机器访问："+l.Addr().String(), "other machines can reach "+l.Addr().String())
	}
	notes.alike(ctx, config.Nodes)
	c, err := light.Start(ctx, config)
	if err != nil {
		return lightError(err, config.Nodes)
	}
	if err := printLight(cmd, c, config, l.Addr().String()); err != nil {
		return err
	}
	go c.Follow(ctx, followEvery)
	if err := c.Serve(ctx, l); err != nil {
		return internal(err)
	}
	notes.say("已停止", "stopped")
	return nil
}

func printLight(cmd *cobra.Command, c *light.Chain, config light.Config, addr string) error {
	lb, err := c.Latest(cmd.Context())
	if err != nil {
		return lightError(err, config.Nodes)
	}
	print := config.Anchor.Fingerprint()
	r := lightReady{
		Address: "tcp://" + addr, ChainID: lb.ChainID, LogID: hexOf(config.Anchor.LogID[:]), Fingerprint: hexOf(print[:]),
		Pinned: c.Begun(), Height: lb.Height, Hash: hexOf(lb.Hash()), Time: lb.Time.UTC().Format(time.RFC3339Nano),
	}
	for i := range c.Nodes {
		r.Nodes = append(r.Nodes, c.Nodes[i].Name)
	}
	if lightJSON(cmd) {
		return printJSON(cmd.OutOrStdout(), r)
	}
	begun := "信任锚的验证人集合 · the anchor's validators"
	if r.Pinned > 0 {
		begun = fmt.Sprintf("高度 %d 的固定点 · the pin of height %d", r.Pinned, r.Pinned)
	}
	return printRows(cmd.OutOrStdout(), []row{
		{"链", "chain", r.ChainID}, {"日志", "log", r.LogID}, {"信任锚指纹", "anchor fingerprint", r.Fingerprint},
		{"信任起点", "trust begins at", begun},
		{"已核验高度", "verified height", fmt.Sprint(r.Height)}, {"区块哈希", "block hash", r.Hash}, {"区块时间", "block time", beijing(r.Time)},
		{"节点", "nodes", strings.Join(r.Nodes, ", ")},
		{"监听（Ctrl-C 停止）", "serving at, Ctrl-C stops", r.Address},
	})
}

func lightJSON(cmd *cobra.Command) bool {
	f := cmd.Flags().Lookup(flags.FlagOutput)
	return f != nil && f.Value.String() == flags.OutputFormatJSON
}

// config reads what the user trusts, and the nodes.
func (o lightOptions) config(notes *noter) (light.Config, error) {
	config := light.Config{Note: notes.say, Now: time.Now}
	var err error
	if config.Anchor, err = readAnchor(o.anchor); err != nil {
		return config, err
	}
	if config.Pins, err = readPins(o.policy); err != nil {
		return config, err
	}
	if config.Nodes, err = lightNodes(SplitNodes(o.nodes)); err != nil {
		return config, err
	}
	seen := newSeenFile(o.home, config.Anchor)
	if config.Seen, err = seen.read(); err != nil {
		return config, err
	}
	config.Advanced = func(s light.Seen) {
		if err := seen.write(s); err != nil {
			notes.say("无法记录已核验的区块头："+seen.path, "cannot remember the verified header: "+err.Error())
		}
	}
	return config, nil
}

func readAnchor(path string) (*bundle.Anchor, error) {
	if path == "" {
		return nil, Usage("请指定信任锚文件", "expected an anchor, got none", "--anchor FILE")
	}
	b, err := ReadBounded(path, bundle.MaxBytes)
	if err != nil {
		return nil, File("无法读取信任锚文件", "the anchor", err, "")
	}
	a, err := bundle.ParseAnchor(b)
	if err != nil {
		return nil, anchorFile.unusable("--anchor", path, b, err)
	}
	return a, nil
}

func readPins(path string) ([]verify.Pin, error) {
	if path == "" {
		return nil, nil
	}
	b, err := ReadBounded(path, verify.MaxPolicyBytes)
	if err != nil {
		return nil, File("无法读取策略文件", "the policy", err, "")
	}
	p, err := verify.ParsePolicy(b)
	if errors.Is(err, verify.ErrPinConflict) {
		return nil, &Error{Exit: verify.ExitTrust, Code: "trust", Zh: "固定点互相矛盾（" + err.Error() + "）", En: err.Error(), Cause: err}
	}
	if err != nil {
		return nil, policyFile.unusable("--policy", path, b, err)
	}
	return p.Pins, nil
}

// ReadBounded reads a regular file of at most so many bytes: what a user names may be
// any file, and none is read into memory that is larger than what is expected.
func ReadBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("expected a regular file")}
	case info.Size() > limit:
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("expected at most %d bytes, got %d", limit, info.Size())}
	}
	return os.ReadFile(path)
}

// lightError is what the chain refused as the end of the command.
func lightError(err error, nodes []light.Node) error {
	var r *light.Refusal
	var own *Error
	switch {
	case errors.As(err, &r):
		return &Error{Exit: r.Exit, Code: r.Code, Zh: r.Zh, En: err.Error(), Cause: err}
	case isInterrupted(err):
		return err
	case errors.As(err, &own):
		if own.Exit != ExitUnreachable {
			return err
		}
		err = own.Cause // it names one node, and all were asked
	case isMissing(err):
		return &Error{
			Exit: verify.ExitUnsupported, Code: "not-kept", Cause: err,
			Zh: "节点已不保存所需的区块头（" + err.Error() + "）", En: "the nodes do not have a header that is needed: " + err.Error(),
			Hint: "请询问有证明档案的节点，或以较晚的固定点为起点 · ask a node with a proof archive, or begin at a later pin: --policy",
		}
	}
	var urls []string
	for _, n := range nodes {
		urls = append(urls, n.Name)
	}
	return Unreachable(urls, err)
}

// noter writes notes to standard error, never two at once.
type noter struct {
	cmd *cobra.Command
	mu  sync.Mutex
}

func (n *noter) say(zh, en string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if lightJSON(n.cmd) {
		_ = printJSON(n.cmd.ErrOrStderr(), struct {
			Code string `json:"code"`
			Zh   string `json:"zh"`
			En   string `json:"en"`
		}{"note", zh, en})
		return
	}
	fmt.Fprintf(n.cmd.ErrOrStderr(), "%s · %s\n", zh, en)
}
