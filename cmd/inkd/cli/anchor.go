package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	flagAnchor = "anchor"
	envAnchor  = "INKD_ANCHOR"
	anchorName = "anchor.ink" // in the home
)

// trust is the anchor that proofs are checked against.
type trust struct {
	anchor *bundle.Anchor
	// path of the user's own anchor; empty if it was made of what the nodes say.
	path string
}

func addAnchorFlag(cmd *cobra.Command) {
	cmd.Flags().String(flagAnchor, "", "信任锚文件 · anchor that proofs are checked against (default: INKD_ANCHOR, or anchor.ink in --home, or else what the nodes say)")
}

// pinnedAnchor is the user's own anchor: of the flag, the environment, or the home;
// nil if there is none.
func (s *session) pinnedAnchor(cmd *cobra.Command) (*trust, error) {
	path, _ := cmd.Flags().GetString(flagAnchor)
	if path == "" {
		path = os.Getenv(envAnchor)
	}
	wanted := path != ""
	if !wanted {
		path = filepath.Join(s.HomeDir, anchorName)
	}
	b, err := ReadBounded(path, bundle.MaxBytes)
	if !wanted && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, File("无法读取信任锚文件", "the anchor", err, "")
	}
	a, err := bundle.ParseAnchor(b)
	if err != nil {
		e := anchorFile.unusable("the anchor", path, b, err)
		e.Exit, e.Code = ExitLocalFile, "file"
		return nil, e
	}
	return &trust{anchor: a, path: path}, nil
}

// trust is the user's own anchor, of this log, or one of what the nodes say.
func (s *session) trust(ctx context.Context, cmd *cobra.Command) (*trust, error) {
	pinned, err := s.pinnedAnchor(cmd)
	if err != nil {
		return nil, err
	}
	src := s.source()
	if pinned == nil {
		return nodesAnchor(ctx, src)
	}
	id, err := src.LogID(ctx)
	if err != nil {
		return nil, err
	}
	if pinned.anchor.LogID != id {
		return nil, s.otherChain(ctx, pinned, id)
	}
	return pinned, nil
}

// otherChain says of which chain an anchor is, and which one the nodes serve. Two chains
// may have the same name: the log tells them apart.
func (s *session) otherChain(ctx context.Context, t *trust, log bundle.Hash) error {
	served := "?"
	if status, err := s.nodes.Status(ctx); err == nil {
		served = status.NodeInfo.Network
	}
	own := t.anchor.Eras[len(t.anchor.Eras)-1].ChainID
	return Usage(
		fmt.Sprintf("信任锚属于另一条链：%s 为链 %s、日志 %x…，节点为链 %s、日志 %x…", t.path, own, t.anchor.LogID[:8], served, log[:8]),
		fmt.Sprintf("the anchor %s is of another chain: expected chain %s with log %x…, which the nodes serve, got chain %s with log %x…", t.path, served, log[:8], own, t.anchor.LogID[:8]),
		"请检查 --node，或以 --anchor 给出本链的信任锚 · check --node, or give the anchor of this log: --anchor")
}

// nodesAnchor makes an anchor of what the nodes say of themselves. Whoever checks
// against it learns that the proof is in order, not that the nodes are honest.
func nodesAnchor(ctx context.Context, src prove.Source) (*trust, error) {
	a, err := AnchorOf(ctx, src)
	if err != nil {
		return nil, err
	}
	return &trust{anchor: a}, nil
}

// AnchorOf makes the anchor of a log of one era, which believes the source.
func AnchorOf(ctx context.Context, src prove.Source) (*bundle.Anchor, error) {
	era, err := firstEra(ctx, src)
	if err != nil {
		return nil, err
	}
	return prove.Anchor(ctx, src, 0, era)
}

// firstEra is the era that the first entry is of. Its founders are the set of the
// second block: changes take two blocks, and the archive keeps the second for ever.
func firstEra(ctx context.Context, src prove.Source) (bundle.Era, error) {
	raw, err := src.Entry(ctx, 0)
	if err != nil {
		return bundle.Era{}, err
	}
	first, err := logtypes.ParseEntry(raw)
	if err != nil {
		return bundle.Era{}, internal(err)
	}
	b, set, err := src.Block(ctx, first.Height+1)
	if err != nil {
		return bundle.Era{}, err
	}
	latest, err := src.Latest(ctx)
	if err != nil {
		return bundle.Era{}, err
	}
	last, _, err := src.Block(ctx, max(latest, first.Height)+1)
	if err != nil {
		return bundle.Era{}, err
	}
	if was, now := b.Header.ChainID, last.Header.ChainID; was != now {
		return bundle.Era{}, Usage("该日志历经多条链，须给出信任锚",
			fmt.Sprintf("expected an anchor: the log began on %s and goes on on %s, and only an anchor tells how", was, now), "--anchor anchor.ink")
	}
	return bundle.Era{ChainID: b.Header.ChainID, InitialHeight: first.Height, Validators: set, LogRoot: format.TreeRoot(nil)}, nil
}

// own says whether the anchor is the user's.
func (t *trust) own() bool { return t.path != "" }

func (t *trust) fingerprint() string {
	f := t.anchor.Fingerprint()
	return hexOf(f[:])
}

// row says against what was checked.
func (t *trust) row() row {
	if t.own() {
		return row{"核验所依据的信任锚", "checked against the anchor", t.path}
	}
	return row{"未以您的信任锚核验", "not checked against an anchor of yours", "仅与节点自身所述一致；以 --anchor 指定您自己的 · only consistent with what the node says of itself; give --anchor to check against yours"}
}

// source is what JSON calls the anchor.
func (t *trust) source() string {
	if t.own() {
		return t.path
	}
	return "node"
}
