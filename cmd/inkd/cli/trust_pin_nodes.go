package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

const (
	// behindTime is how long a node may take to come to the height that others have.
	behindTime = 3 * time.Second
	// oldHeader is the age from which on a pinned header is warned of.
	oldHeader = 10 * time.Minute
)

// heard is what the nodes, asked one by one, said of a height.
type heard struct {
	Agreed []string `json:"nodes_agreed"` // of those that claim to be one node, the first
	Silent []string `json:"nodes_silent"` // they did not answer, or have not that height

	same []string // URLs that claim to be of a node that is named before, as "a = b"
}

// heardOf asks every node for the header of the same height, which commits to the
// head of the log. One that has another header ends it: one of them lies. Those that
// agree and claim to be one, by alike, are counted once.
func heardOf(ctx context.Context, nodes []light.Node, of map[string]string, h *bundle.Header) (heard, error) {
	out := heard{Agreed: []string{}, Silent: []string{}}
	var last error
	counted := map[string]bool{}
	for _, n := range nodes {
		got, err := headerOf(ctx, n, h.Height)
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			out.Silent, last = append(out.Silent, n.Name), err
			continue
		}
		if want, is := pinnedHash(h), pinnedHash(got); !bytes.Equal(want, is) {
			return out, disagreement(n.Name, h.Height, want, is)
		}
		if one := cmp.Or(of[n.Name], n.Name); !counted[one] {
			counted[one] = true
			out.Agreed = append(out.Agreed, n.Name)
		}
	}
	if len(out.Agreed) == 0 {
		return out, Unreachable(out.Silent, last)
	}
	return out, nil
}

// headerOf waits a little for a node that is behind.
func headerOf(ctx context.Context, n light.Node, height uint64) (*bundle.Header, error) {
	limit, cancel := context.WithTimeout(ctx, behindTime)
	defer cancel()
	for {
		b, _, err := n.Source.Block(ctx, height)
		if err == nil {
			return &b.Header, nil
		}
		if !errors.Is(err, prove.ErrNotYet) || pause(limit, 100*time.Millisecond) != nil {
			return nil, err
		}
	}
}

// pinnedHash is the hash of all that a header says, computed here.
func pinnedHash(h *bundle.Header) []byte {
	own, _ := blocks.ToComet(bundle.Block{Header: *h})
	return own.Hash()
}

func disagreement(node string, height uint64, want, is []byte) *Error {
	return &Error{
		Exit: ExitRefused, Code: "pins",
		Zh:   fmt.Sprintf("节点说法不一，未记入：高度 %d 的区块头应为 %x，%s 为 %x", height, want, node, is),
		En:   fmt.Sprintf("the nodes disagree; nothing was added: expected the header %x of height %d, got %x from %s", want, height, is, node),
		Hint: "必有节点说谎，或链已分叉：请保留两方应答，并告知各机构 · one of the nodes lies, or the chain has forked: keep both answers, and tell the institutions",
	}
}

// eachOnce are the nodes without repetitions.
func eachOnce(urls []string) []string {
	var out []string
	for _, u := range urls {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// pinWarnings are why a new pin may be worth less than it seems.
func (s *session) pinWarnings(cmd *cobra.Command, pin verify.Pin, h heard, now time.Time) []string {
	codes := []string{}
	warn := func(code, zh, en string) {
		codes = append(codes, code)
		s.note(cmd, "注意："+zh, "warning: "+en)
	}
	if len(h.same) > 0 {
		list := strings.Join(h.same, ", ")
		warn("same-node", "以下地址自称同一节点，均已询问，只计一次："+list, "these URLs claim to be one node; each was asked, and they are counted once: "+list)
	}
	if len(h.Agreed)+len(h.Silent) == 1 {
		warn("one-node", "只询问了一个节点，无法发现日志的分叉；请以 --node 给出不同机构的多个节点",
			"only one node was asked, so a fork of the log would not be noticed; name nodes of several institutions with --node")
	}
	if len(h.Silent) > 0 {
		list := strings.Join(h.Silent, ", ")
		warn("silent-nodes", "以下节点未作答，未计入来源："+list, "these nodes did not answer and are not in the source: "+list)
	}
	if age := now.Sub(time.Unix(0, int64(pin.Time))); age > oldHeader {
		warn("old-header", fmt.Sprintf("所固定的区块头早于本机时钟 %s：节点可能落后，或链已停止", age.Round(time.Second)),
			fmt.Sprintf("the pinned header is %s older than this machine's clock: the nodes may be behind, or the chain stands still", age.Round(time.Second)))
	}
	return codes
}
