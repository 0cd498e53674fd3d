package nodehome

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// nodeID is the form of what stands before the @ of a peer.
var nodeID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// checkPeers refuses what a node could not dial.
func checkPeers(peers []string) error {
	if len(peers) == 0 {
		return cli.Usage("至少需要一个对等节点", "--peer: expected the address of at least one member's node, got none",
			"ask the members for ID@HOST:PORT of their nodes; the ID is what prints, on that node: inkd comet show-node-id --home ITS_HOME")
	}
	seen := map[string]bool{}
	for _, p := range peers {
		id, address, found := strings.Cut(p, "@")
		if !found || !nodeID.MatchString(id) {
			return cli.Usage("对等节点地址不正确："+p,
				fmt.Sprintf("--peer: expected ID@HOST:PORT with an ID of 40 hex digits, got %q", p), "the ID is what prints, on that node: inkd comet show-node-id --home ITS_HOME")
		}
		if err := checkAddress("--peer", address); err != nil {
			return err
		}
		if seen[id] {
			return cli.Usage("对等节点重复："+id, fmt.Sprintf("--peer: expected each node once, got %s twice", id), "")
		}
		seen[id] = true
	}
	return nil
}

// checkAddress refuses anything but HOST:PORT.
func checkAddress(flag, address string) error {
	host, port, err := net.SplitHostPort(address)
	n, badPort := strconv.ParseUint(port, 10, 16)
	if err != nil || badPort != nil || n == 0 || host == "" || strings.ContainsAny(host, "/, \"") {
		return cli.Usage("地址不正确："+address, fmt.Sprintf("%s: expected HOST:PORT with a port from 1 to 65535, got %q", flag, address), "")
	}
	return nil
}

// checkAddresses refuses addresses that are malformed or the same.
func (h Home) checkAddresses() error {
	seen := map[string]string{}
	for _, a := range []struct{ flag, address string }{
		{"--p2p", h.P2P}, {"--rpc", h.RPC}, {"--grpc", h.GRPC}, {"--rest", h.REST},
	} {
		if err := checkAddress(a.flag, a.address); err != nil {
			return err
		}
		if other, taken := seen[a.address]; taken {
			return cli.Usage("地址重复："+a.address, fmt.Sprintf("%s: expected another address than that of %s, got %s", a.flag, other, a.address), "")
		}
		seen[a.address] = a.flag
	}
	return nil
}

// checkFree refuses a home in which a node lives already. The configuration that
// any command leaves behind in a home without one is no node's yet.
func (h Home) checkFree(genesis string) error {
	c := h.comet()
	taken := []string{c.NodeKeyFile(), c.PrivValidatorKeyFile(), c.PrivValidatorStateFile(), filepath.Join(h.Dir, "data", "application.db")}
	if !sameFile(genesis, c.GenesisFile()) {
		taken = append(taken, c.GenesisFile())
	}
	for _, file := range taken {
		if _, err := os.Lstat(file); err == nil {
			return occupied(file)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return cli.File("无法读取主目录", "the home", err, "")
		}
	}
	if err := checkUntouched(h.file("config.toml"), writeBareComet); err != nil {
		return err
	}
	return checkUntouched(h.file("app.toml"), writeBareServer)
}

func occupied(file string) error {
	return cli.Usage("主目录中已有节点文件，不会覆盖："+file,
		fmt.Sprintf("--home: expected a home without a node, got one with %s: nothing is overwritten", file),
		"choose another --home")
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// checkUntouched refuses a file that is other than our commands write it unasked.
func checkUntouched(file string, write func(string)) error {
	got, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return cli.File("无法读取配置", "the configuration", err, "")
	}
	dir, err := os.MkdirTemp("", "inkd")
	if err != nil {
		return cli.File("无法写入临时目录", "a temporary directory", err, "")
	}
	defer os.RemoveAll(dir)
	bare := filepath.Join(dir, filepath.Base(file))
	write(bare)
	want, err := os.ReadFile(bare)
	if err != nil || bytes.Equal(got, want) {
		return err
	}
	return occupied(file)
}

// writeBareComet writes what the SDK makes of our configuration: it takes what is
// CometBFT's default for unset, and has defaults of its own.
func writeBareComet(file string) {
	c, defaults := app.CometConfig(), cmtcfg.DefaultConfig()
	if c.RPC.PprofListenAddress == defaults.RPC.PprofListenAddress {
		c.RPC.PprofListenAddress = "localhost:6060"
	}
	if c.Consensus.TimeoutCommit == defaults.Consensus.TimeoutCommit {
		c.Consensus.TimeoutCommit = 5 * time.Second
	}
	cmtcfg.WriteConfigFile(file, c)
}

func writeBareServer(file string) { serverconfig.WriteConfigFile(file, app.ServerConfig()) }
