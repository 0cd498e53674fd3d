package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

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

// seenFile remembers the last verified header of an anchor's chain.
type seenFile struct{ path string }

func newSeenFile(home string, a *bundle.Anchor) seenFile {
	print := a.Fingerprint()
	return seenFile{filepath.Join(home, "seen-"+hexOf(print[:8])+".json")}
}

// read is nil if nothing was seen.
func (f seenFile) read() (*light.Seen, error) {
	b, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	s := new(light.Seen)
	if err == nil {
		err = json.Unmarshal(b, s)
	}
	if err != nil {
		return nil, File("无法读取已核验区块头的记录", f.path, err, "")
	}
	return s, nil
}

// write replaces the file as a whole.
func (f seenFile) write(s light.Seen) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(f.path+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(f.path+".new", f.path)
}
