package cli

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/verify/bundle"
)

// lightNodes are the nodes one by one: each is to be caught lying alone. A node that is
// named twice is one: it would only agree with itself.
func lightNodes(urls []string) ([]light.Node, error) {
	if len(urls) == 0 {
		return nil, Usage("未指定节点", "expected at least one node, got none", "--node URL[,URL…]")
	}
	var all []light.Node
	known := map[string]bool{}
	for _, u := range urls {
		n, err := NewNodes([]string{u})
		if err != nil {
			return nil, err
		}
		at := hostPort(u)
		if known[at] {
			continue
		}
		known[at] = true
		all = append(all, light.Node{Name: u, Source: lightSource{&source{n}}, RPC: n.clients[0]})
	}
	return all, nil
}

// alike finds nodes that say they are one that is named before: of has the name of that
// one for each of them, and same lists them as "URL = URL". What a node says of itself
// proves nothing: none is left out for it, since a liar may take an honest one's id.
func alike(ctx context.Context, nodes []light.Node) (of map[string]string, same []string) {
	of = map[string]string{}
	first := map[string]string{}
	for _, n := range nodes {
		id := nodeID(ctx, n)
		if id == "" {
			continue
		}
		if one, found := first[id]; found {
			of[n.Name], same = one, append(same, n.Name+" = "+one)
		} else {
			first[id] = n.Name
		}
	}
	return of, same
}

// nodeID is the id of a node as it says; empty if it does not answer soon.
func nodeID(ctx context.Context, n light.Node) string {
	asked, ok := n.RPC.(interface {
		Status(context.Context) (*coretypes.ResultStatus, error)
	})
	if !ok {
		return ""
	}
	try, cancel := context.WithTimeout(ctx, behindTime)
	defer cancel()
	res, err := asked.Status(try)
	if err != nil {
		return ""
	}
	return string(res.NodeInfo.DefaultNodeID)
}

// alike tells of nodes that claim to be one.
func (n *noter) alike(ctx context.Context, nodes []light.Node) {
	_, same := alike(ctx, nodes)
	if list := strings.Join(same, ", "); list != "" {
		n.say("警告：以下地址自称同一节点；仍逐一比对，但若属实则无法互相印证："+list,
			"warning: these URLs claim to be one node; all are compared, but if it is true they confirm nothing of each other: "+list)
	}
}

// hostPort is where a node's URL leads, written in one way.
func hostPort(u string) string {
	parsed, err := url.Parse(u)
	if err != nil {
		return u
	}
	host, port := strings.TrimSuffix(strings.ToLower(parsed.Hostname()), "."), parsed.Port()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = map[bool]string{false: "80", true: "443"}[parsed.Scheme == "https"]
	}
	return net.JoinHostPort(host, port)
}

// lightSource is one node as a source that works without an index too.
type lightSource struct{ *source }

// Block is the header from the block store, or, if the node has pruned it, from its
// archive.
func (s lightSource) Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	found, err := askAll(ctx, s.nodes, func(ctx context.Context, c *rpchttp.HTTP) (*signedBlock, error) {
		return blockFrom(ctx, c, int64(height))
	})
	if err == nil {
		return found.block, found.set, nil
	}
	if isMissing(err) {
		if b, set, err := s.archivedBlock(ctx, height); err == nil {
			return b, set, nil
		}
	}
	return bundle.Block{}, nil, fmt.Errorf("block %d: %w", height, err)
}
