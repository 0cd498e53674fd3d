package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/types/query"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

const (
	defaultUptimeBlocks = 100
	maxUptimeBlocks     = 10_000
)

func uptimeCommand() *cobra.Command {
	var blocks, windows uint64
	cmd := &cobra.Command{
		Use:   "uptime [ID]",
		Short: "在线率：链上统计与本节点所见 · Uptime: what the chain counted, and what this node saw",
		Long: `链上统计：每 100 个非空闲区块一行，可以证明，写在链的状态里。
本节点所见：所问节点的区块库中最近若干块，仅供参考，不能作为任何主张的依据。
缺一个签名可能只是提交时没有等它，不说明过错。
On chain: one row per 100 blocks that were not idle, provable. Seen by this node: the
last blocks in the block store of the node that is asked, for information only and no
ground for any claim. A missing signature may mean that the commit was made without
waiting for it: it says nothing of fault.`,
		Example: "  inkd institution uptime\n  inkd institution uptime 3 --blocks 1000 -o json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runUptime(cmd, args, blocks, windows)
		},
	}
	cmd.Flags().Uint64Var(&blocks, "blocks", defaultUptimeBlocks, "本节点最近的块数 · how many of the node's last blocks to look at; 0 for none")
	cmd.Flags().Uint64Var(&windows, "windows", 10, "链上统计的窗口数 · how many of the latest windows on chain")
	addClientFlags(cmd)
	return cmd
}

// shownUptime is the uptime of one institution.
type shownUptime struct {
	Institution shownParty `json:"institution"`
	// OnChain are the counted windows, the latest first; Counting the one that is
	// being counted.
	OnChain  []shownWindow `json:"on_chain"`
	Counting *shownWindow  `json:"counting"`
	// Seen is what the node saw; null if the institution was in none of the sets.
	Seen *seenUptime `json:"seen_by_node"`
}

type shownWindow struct {
	Window      uint64 `json:"window"`
	FirstHeight uint64 `json:"first_height"`
	LastHeight  uint64 `json:"last_height"`
	Blocks      uint64 `json:"blocks"`
	Signed      uint64 `json:"signed"`
}

// seenUptime counts the blocks whose set an institution was in, and those whose
// commit, as the node has it, holds its signature.
type seenUptime struct {
	Blocks uint64 `json:"blocks"`
	Signed uint64 `json:"signed"`
}

// uptimes are all that was asked for, with where the node's figures come from.
type uptimes struct {
	Uptimes []shownUptime `json:"uptimes"`
	Node    *seenWhere    `json:"node"`
}

type seenWhere struct {
	Moniker     string `json:"moniker"`
	URL         string `json:"url"`
	FirstHeight int64  `json:"first_height"`
	LastHeight  int64  `json:"last_height"`
	Label       string `json:"label"`
}

const seenLabel = "seen in this node's own block store; no claim: a missing signature may mean that the commit was made without waiting for it"

func runUptime(cmd *cobra.Command, args []string, blocks, windows uint64) error {
	if blocks > maxUptimeBlocks || windows == 0 || windows > pageLimit {
		return Usage("块数或窗口数不正确", fmt.Sprintf("expected --blocks of at most %d and --windows of 1 to %d, got %d and %d", maxUptimeBlocks, pageLimit, blocks, windows), "")
	}
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	ctx := cmd.Context()
	list, err := s.askedFor(ctx, args)
	if err != nil {
		return err
	}
	out := uptimes{Uptimes: []shownUptime{}}
	seen := map[uint64]*seenUptime{}
	if blocks > 0 {
		if out.Node, seen, err = s.seenByNode(ctx, int64(blocks)); err != nil {
			return err
		}
	}
	var rows []row
	for _, in := range list {
		u, err := s.uptimeOf(ctx, in, windows)
		if err != nil {
			return err
		}
		u.Seen = seen[in.Id]
		out.Uptimes = append(out.Uptimes, *u)
		rows = append(rows, u.rows()...)
	}
	return s.print(cmd, out, append(rows, out.Node.rows()...))
}

// askedFor is the institution that was named, or all that have or had a validator.
func (s *session) askedFor(ctx context.Context, args []string) ([]consortiumtypes.Institution, error) {
	if len(args) == 1 {
		in, err := s.institution(ctx, args[0])
		return []consortiumtypes.Institution{in}, err
	}
	all, err := s.institutions(ctx)
	var out []consortiumtypes.Institution
	for _, in := range all {
		if len(in.ConsensusKey.Key) != 0 && in.Standing != consortiumtypes.STANDING_REMOVED {
			out = append(out, in)
		}
	}
	return out, err
}

func (s *session) uptimeOf(ctx context.Context, in consortiumtypes.Institution, windows uint64) (*shownUptime, error) {
	res, err := s.consortium().Uptime(ctx, &consortiumtypes.QueryUptimeRequest{
		InstitutionId: in.Id, Pagination: &query.PageRequest{Limit: windows},
	})
	if err != nil {
		return nil, err
	}
	out := &shownUptime{Institution: shownParty{in.Id, in.Name}, OnChain: []shownWindow{}}
	for _, u := range res.Uptimes {
		out.OnChain = append(out.OnChain, newShownWindow(u))
	}
	if res.Window != nil {
		w := newShownWindow(*res.Window)
		out.Counting = &w
	}
	return out, nil
}

func newShownWindow(u consortiumtypes.Uptime) shownWindow {
	return shownWindow{Window: u.Window, FirstHeight: u.FirstHeight, LastHeight: u.LastHeight, Blocks: u.Blocks, Signed: u.Signed}
}

func (u *shownUptime) rows() []row {
	rows := []row{{"机构", "institution", fmt.Sprintf("%d %s", u.Institution.ID, u.Institution.Name)}}
	for _, w := range u.OnChain {
		rows = append(rows, row{"  链上统计", "on chain", fmt.Sprintf("窗口 window %d, 高度 heights %d–%d: 签名 signed %d / %d (%s)",
			w.Window, w.FirstHeight, w.LastHeight, w.Signed, w.Blocks, percent(w.Signed, w.Blocks))})
	}
	if w := u.Counting; w != nil {
		rows = append(rows, row{"  链上统计（未满）", "on chain, being counted", fmt.Sprintf("窗口 window %d, 自高度 from height %d: 签名 signed %d / %d", w.Window, w.FirstHeight, w.Signed, w.Blocks)})
	}
	if u.Seen != nil {
		rows = append(rows, row{"  本节点所见（非主张）", "seen by this node, no claim", fmt.Sprintf("签名 signed %d / %d (%s)", u.Seen.Signed, u.Seen.Blocks, percent(u.Seen.Signed, u.Seen.Blocks))})
	}
	return rows
}

func (w *seenWhere) rows() []row {
	if w == nil {
		return nil
	}
	return []row{{"本节点", "this node", fmt.Sprintf("%s %s, 高度 heights %d–%d", w.Moniker, w.URL, w.FirstHeight, w.LastHeight)},
		{"说明", "note", "缺签可能只是提交时没有等它，不说明过错 · " + w.Label}}
}

// seenByNode counts the signatures in the last commits of one node's block store.
func (s *session) seenByNode(ctx context.Context, blocks int64) (*seenWhere, map[uint64]*seenUptime, error) {
	status, err := s.nodes.Status(ctx)
	if err != nil {
		return nil, nil, err
	}
	where := &seenWhere{
		Moniker: status.NodeInfo.Moniker, URL: s.nodes.current(), Label: seenLabel,
		// The commit of the last block still grows until the next one holds it.
		LastHeight: status.SyncInfo.LatestBlockHeight - 1,
	}
	where.FirstHeight = max(where.LastHeight-blocks+1, status.SyncInfo.EarliestBlockHeight, 1)
	c := &counter{s: s, sets: map[string][]string{}, owners: map[string]uint64{}, seen: map[uint64]*seenUptime{}}
	for h := where.FirstHeight; h <= where.LastHeight; h++ {
		if err := c.count(ctx, h); err != nil {
			return nil, nil, err
		}
	}
	return where, c.seen, nil
}

// counter knows sets by the hash in the header and institutions by address, so that
// each is asked for once.
type counter struct {
	s      *session
	sets   map[string][]string
	owners map[string]uint64
	seen   map[uint64]*seenUptime
}

func (c *counter) count(ctx context.Context, height int64) error {
	res, err := c.s.nodes.Commit(ctx, &height)
	if err != nil {
		return err
	}
	set, err := c.set(ctx, res, height)
	if err != nil {
		return err
	}
	signed := map[string]bool{}
	for _, sig := range res.Commit.Signatures {
		if sig.BlockIDFlag == cmttypes.BlockIDFlagCommit {
			signed[sig.ValidatorAddress.String()] = true
		}
	}
	for _, address := range set {
		owner, err := c.owner(ctx, address)
		if err != nil {
			return err
		}
		u := c.seen[owner]
		if u == nil {
			u = &seenUptime{}
			c.seen[owner] = u
		}
		u.Blocks++
		if signed[address] {
			u.Signed++
		}
	}
	return nil
}

// set are the addresses of the set that signs a height.
func (c *counter) set(ctx context.Context, res *coretypes.ResultCommit, height int64) ([]string, error) {
	hash := res.Header.ValidatorsHash.String()
	if set, ok := c.sets[hash]; ok {
		return set, nil
	}
	var set []string
	perPage := pageLimit
	for page := 1; ; page++ {
		v, err := c.s.nodes.Validators(ctx, &height, &page, &perPage)
		if err != nil {
			return nil, err
		}
		for _, one := range v.Validators {
			set = append(set, one.Address.String())
		}
		if len(set) >= v.Total || len(v.Validators) == 0 {
			break
		}
	}
	c.sets[hash] = set
	return set, nil
}

// owner is whose key an address is or was.
func (c *counter) owner(ctx context.Context, address string) (uint64, error) {
	if id, ok := c.owners[address]; ok {
		return id, nil
	}
	res, err := c.s.consortium().ConsensusKey(ctx, &consortiumtypes.QueryConsensusKeyRequest{Address: address})
	if err != nil {
		return 0, err
	}
	c.owners[address] = res.ConsensusKey.InstitutionId
	return res.ConsensusKey.InstitutionId, nil
}
