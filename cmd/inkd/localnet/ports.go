package localnet

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// checkPorts says which port is taken and who needs it.
func (n node) checkPorts() error {
	for _, p := range []struct {
		port int
		use  string
	}{{n.P2P, "p2p"}, {n.RPC, "RPC"}, {n.GRPC, "gRPC"}, {n.REST, "REST"}} {
		l, err := net.Listen("tcp", loopback(p.port))
		if err != nil {
			return usage(
				fmt.Sprintf("端口 %d 已被占用：%s 节点的 %s 需要它", p.port, n.Name, p.use),
				fmt.Sprintf("port %d: expected it free for %s of node %s, got: %v", p.port, p.use, n.Name, err), "")
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// checkPorts probes the ports of all nodes that do not run.
func checkPorts(nodes []node) error {
	for _, nd := range nodes {
		if nd.Process.alive() {
			continue
		}
		if err := nd.checkPorts(); err != nil {
			return err
		}
	}
	return nil
}

// planned are the nodes of a network that is yet to be founded.
func (o options) planned() []node {
	nodes := make([]node, o.n)
	for i := range nodes {
		nodes[i] = newNode(o.dir, i, o.basePort)
	}
	return nodes
}

// checkPlanned refuses a founding on taken ports, before anything is written.
func (o options) checkPlanned() error {
	return withHint(checkPorts(o.planned()), func() string { return o.elsewhere() })
}

// checkFirst refuses the first founding in a directory before even the lock is
// written there. Where there is a lock already, the same is checked under it.
func (o options) checkFirst() error {
	if _, err := os.Lstat(lockFile(o.dir)); err == nil {
		return nil
	}
	if _, exists, err := load(o.dir); err != nil || exists {
		return err
	}
	if err := checkEmpty(o.dir); err != nil {
		return err
	}
	return o.checkPlanned()
}

// elsewhere is the user's whole command on ports that are free.
func (o options) elsewhere(more ...string) string {
	base, found := freeBasePort(o.n, o.basePort)
	if !found {
		return ""
	}
	return o.command(base, more...)
}

// anew is the user's whole command with --reset.
func (o options) anew(r *record) string {
	o.keep(r)
	return o.command(o.basePort, "--reset")
}

// command is the user's command with a base port, which may be another one.
func (o options) command(basePort int, more ...string) string {
	args := []string{"network", "up", "--home", o.dir, "--base-port", strconv.Itoa(basePort)}
	return shown(append(append(args, o.again...), more...)...)
}

// freeBasePort looks for ports for so many nodes, in steps of a hundred.
func freeBasePort(n, taken int) (base int, found bool) {
	const step, lowest = 100, 20_000
	base = taken
	for range 100 {
		base += step
		if base+portsPerNode*n > 65_535 {
			base = lowest
		}
		if checkPorts(options{n: n, basePort: base}.planned()) == nil {
			return base, true
		}
	}
	return 0, false
}

// withHint adds to an error what to do about it.
func withHint(err error, hint func() string) error {
	var e *cli.Error
	if !errors.As(err, &e) {
		return err
	}
	return e.WithHint(hint())
}
