package localnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/inkchain/inkd/app"
)

// Deadlines of bringing a network up.
const (
	readyLimit = 60 * time.Second
	enrolLimit = 120 * time.Second
	// readyHeight: the first block of an era carries no transactions, so that a
	// network takes some from block 2 on.
	readyHeight = 2
)

// options of `inkd network up`.
type options struct {
	dir      string
	chainID  string
	n        int
	basePort int
	detach   bool
	reset    bool
	// given are the names of the flags that the user set.
	given []string
	// again are the user's arguments that a hint repeats, without directory and ports.
	again []string
}

// network is a running `network up`.
type network struct {
	app *app.App
	// out shows progress, one line each.
	out io.Writer
	*record
	ended chan string
}

// report of a network that is up.
type report struct {
	ChainID    string       `json:"chain_id"`
	Home       string       `json:"home"`
	ClientHome string       `json:"client_home"`
	Founded    bool         `json:"founded"`
	Enterprise uint64       `json:"enterprise_id"`
	Height     int64        `json:"height"`
	Nodes      []nodeStatus `json:"nodes"`
	ReadyMs    int64        `json:"ready_ms"`
	EnrolledMs int64        `json:"enrolled_ms"`
	Demo       *demoResult  `json:"demo,omitempty"`
}

// up founds the network if there is none, starts what does not run, waits until all
// nodes answer, and enrols what is not enrolled. On an error it stops what it started.
func up(ctx context.Context, a *app.App, o options, out io.Writer) (_ *network, _ report, err error) {
	if err := o.checkFirst(); err != nil {
		return nil, report{}, err
	}
	unlock, err := lock(o.dir)
	if err != nil {
		return nil, report{}, err
	}
	defer unlock()
	began := time.Now()
	n := &network{app: a, out: out, ended: make(chan string, len(founders))}
	isNew, err := n.open(o)
	if err != nil {
		return nil, report{}, err
	}
	rep := report{ChainID: n.ChainID, Home: o.dir, ClientHome: clientHome(o.dir), Founded: isNew}
	started, err := n.start(!o.detach)
	defer func() {
		if err != nil {
			if errors.Is(ctx.Err(), context.Canceled) {
				err = interrupted()
			}
			_, stopErr := stopAll(started)
			err = errors.Join(err, stopErr)
		}
	}()
	if err != nil {
		return nil, rep, err
	}
	ready, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if rep.Nodes, err = n.awaitNodes(ready, readyHeight); err != nil {
		return nil, rep, err
	}
	rep.ReadyMs = time.Since(began).Milliseconds()
	n.sayf("就绪 · ready      %d nodes, height %d, %.1f s", len(n.Nodes), rep.Nodes[0].Height, time.Since(began).Seconds())

	enrolling, cancel := context.WithTimeout(ctx, enrolLimit)
	defer cancel()
	if rep.Enterprise, err = n.enrol(enrolling); err != nil {
		return nil, rep, err
	}
	rep.EnrolledMs = time.Since(began).Milliseconds()
	n.sayf("登记 · enrolled   demo enterprise %d, %.1f s in all; client home %s",
		rep.Enterprise, time.Since(began).Seconds(), short(rep.ClientHome))
	rep.Nodes = n.askAll(ctx)
	rep.Height = rep.Nodes[0].Height
	return n, rep, nil
}

// open finds the network in the directory or founds one.
func (n *network) open(o options) (isNew bool, err error) {
	r, exists, err := load(o.dir)
	if err != nil {
		return false, err
	}
	if exists && (o.reset || !r.Founded) {
		if err := r.clear(&o); err != nil {
			return false, err
		}
		exists = false
	}
	if !exists {
		if err := o.checkPlanned(); err != nil {
			return false, err
		}
		if n.record, err = found(n.app, o.dir, o.chainID, o.n, o.basePort); err != nil {
			return false, err
		}
		n.sayf("创世 · founded    %s in %s: %s", n.ChainID, short(o.dir), strings.Join(nodeNames(n.Nodes), ", "))
		return true, nil
	}
	n.record = r
	if err := n.checkSame(o); err != nil {
		return false, err
	}
	return false, n.checkFree(o)
}

// clear deletes a stopped network for one on the same ports with as many nodes, if
// the user does not say otherwise. While a port is taken the old network stays.
func (r *record) clear(o *options) error {
	if running := r.running(); len(running) > 0 || r.Foreground.alive() {
		return usage(
			"网络仍在运行，不能重置",
			fmt.Sprintf("--reset: expected a stopped network, got %s running", strings.Join(running, ", ")),
			shown("network", "down", "--home", o.dir))
	}
	if o.reset {
		o.keep(r)
	}
	if err := o.check(); err != nil {
		return err
	}
	if err := o.checkPlanned(); err != nil {
		return err
	}
	return r.remove()
}

// keep takes from the old network what the user did not give.
func (o *options) keep(r *record) {
	if !slices.Contains(o.given, "nodes") && len(r.Nodes) > 0 {
		o.n = len(r.Nodes)
	}
	if !slices.Contains(o.given, "base-port") {
		o.basePort = r.BasePort
	}
	if !slices.Contains(o.given, "chain-id") {
		o.chainID = r.ChainID
	}
}

// checkSame refuses flags that say something else than what was founded.
func (n *network) checkSame(o options) error {
	if n.Foreground.alive() && !o.detach {
		return usage(
			fmt.Sprintf("网络已在另一个终端运行（进程 %d）", n.Foreground.PID),
			fmt.Sprintf("expected no other `network up` on %s, got pid %d", o.dir, n.Foreground.PID),
			"inkd network status --home "+o.dir)
	}
	for _, f := range []struct {
		flag      string
		got, want any
	}{{"nodes", o.n, len(n.Nodes)}, {"base-port", o.basePort, n.BasePort}, {"chain-id", o.chainID, n.ChainID}} {
		if slices.Contains(o.given, f.flag) && f.got != f.want {
			return usage(
				fmt.Sprintf("%s 中的网络已按 --%s %v 建立，不能改成 %v", o.dir, f.flag, f.want, f.got),
				fmt.Sprintf("--%s: expected %v, with which the network in %s was founded, got %v", f.flag, f.want, o.dir, f.got),
				"to delete that network and found it so: "+o.anew(n.record))
		}
	}
	return nil
}

// checkFree probes the ports of an existing network's nodes that do not run.
func (n *network) checkFree(o options) error {
	o.keep(n.record)
	return withHint(checkPorts(n.Nodes), func() string {
		return "free the port; or delete this network and found it anew on others: " + o.elsewhere("--reset")
	})
}

// start starts the nodes that do not run. All their ports were probed before.
func (n *network) start(foreground bool) (started []node, err error) {
	if foreground {
		if n.Foreground, err = identify(os.Getpid(), "up"); err != nil {
			return nil, err
		}
	}
	for i := range n.Nodes {
		nd := &n.Nodes[i]
		if nd.Process.alive() {
			n.sayf("运行 · running    %-9s pid %d", nd.Name, nd.Process.PID)
			continue
		}
		cmd, p, err := startNode(*nd)
		if err != nil {
			return started, err
		}
		nd.Process = p
		started = append(started, *nd)
		if err := n.save(); err != nil {
			return started, err
		}
		n.sayf("启动 · started    %-9s pid %-7d p2p %d  rpc %d  grpc %d  rest %d", nd.Name, p.PID, nd.P2P, nd.RPC, nd.GRPC, nd.REST)
		go n.reap(nd.Name, cmd)
	}
	return started, nil
}

// reap waits for a child's end, so that it does not stay as a zombie.
func (n *network) reap(name string, cmd *exec.Cmd) {
	_ = cmd.Wait() // the state says all
	n.ended <- fmt.Sprintf("%s: %s", name, cmd.ProcessState)
}

func (r *record) running() []string {
	var names []string
	for _, nd := range r.Nodes {
		if nd.Process.alive() {
			names = append(names, nd.Name)
		}
	}
	return names
}

// stay keeps the network up until the context ends, and says at once when a node
// has ended. Other commands may start it again: the record is read each time.
func (n *network) stay(ctx context.Context) error {
	missing := map[string]bool{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-n.ended:
		case <-time.After(250 * time.Millisecond):
		}
		if r, found, err := load(n.dir); err == nil && found {
			n.record = r
		}
		for _, nd := range n.Nodes {
			dead := !nd.Process.alive()
			if dead && !missing[nd.Name] {
				n.sayf("节点停止 · %v\n重新启动 · to start it again: %s", nodeEnded(nd),
					shown("network", "up", "--detach", "--home", n.dir))
			}
			missing[nd.Name] = dead
		}
		if len(n.running()) == 0 {
			return errors.New("all nodes have ended")
		}
	}
}

// end is the end of a foreground. Only one where every node wrote its state is done.
func (n *network) end() error {
	killed, err := n.stop()
	if err == nil && len(killed) > 0 {
		return nodesKilled(killed)
	}
	return err
}

// stop ends all nodes in order and says so. It returns which had to be killed.
func (n *network) stop() (killed []string, err error) {
	if r, found, err := load(n.dir); err == nil && found {
		n.record = r
	}
	if running := n.running(); len(running) > 0 {
		n.sayf("停止 · stopping   %s", strings.Join(running, ", "))
	}
	killed, err = stopAll(n.Nodes)
	if len(killed) > 0 {
		n.sayf("强制停止 · killed   %s", strings.Join(killed, ", "))
	}
	if err == nil {
		n.sayf("已停止 · stopped")
	}
	return killed, err
}

// stopped is what `network down` says.
type stopped struct {
	ChainID string `json:"chain_id"`
	Home    string `json:"home"`
	// Stopped are the nodes that ran, Killed those of them that had to be killed.
	Stopped []string `json:"stopped"`
	Killed  []string `json:"killed"`
}

// down stops a network from another process: through its foreground, if it has one.
func down(dir string, out io.Writer) (stopped, error) {
	r, err := mustLoad(dir)
	if err != nil {
		return stopped{}, err
	}
	res := stopped{ChainID: r.ChainID, Home: dir, Stopped: append([]string{}, r.running()...)}
	if r.Foreground.alive() {
		if err := r.Foreground.signal(syscall.SIGTERM); err != nil {
			return res, err
		}
		r.Foreground.waitGone(stopGrace + 5*time.Second)
	}
	killed, err := (&network{record: r, out: out}).stop()
	res.Killed = append([]string{}, killed...)
	return res, err
}

func (n *network) sayf(format string, args ...any) { fmt.Fprintf(n.out, format+"\n", args...) }
