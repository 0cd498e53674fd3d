package localnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cosmos/cosmos-sdk/client"
)

// nodeStatus is what `network status` says of a node.
type nodeStatus struct {
	Name  string `json:"name"`
	PID   int    `json:"pid"`
	Alive bool   `json:"alive"`
	// Answers is false for a node that runs but does not answer on RPC (yet).
	Answers    bool   `json:"answers"`
	Height     int64  `json:"height"`
	AppHash    string `json:"app_hash"`
	Peers      int    `json:"peers"`
	CatchingUp bool   `json:"catching_up"`
	RPC        string `json:"rpc"`
	GRPC       string `json:"grpc"`
	REST       string `json:"rest"`
	P2P        string `json:"p2p"`
	Log        string `json:"log"`
}

func (s nodeStatus) ready(height int64, peers int) bool {
	return s.Answers && s.Height >= height && !s.CatchingUp && s.Peers >= peers
}

// ask asks a node's RPC for its status; a node that does not answer is no error.
func ask(ctx context.Context, n node) nodeStatus {
	s := nodeStatus{
		Name: n.Name, Alive: n.Process.alive(), RPC: n.rpcURL(),
		GRPC: loopback(n.GRPC), REST: "http://" + loopback(n.REST), P2P: loopback(n.P2P), Log: n.logFile(),
	}
	if !s.Alive {
		return s
	}
	s.PID = n.Process.PID
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	rpc, err := client.NewClientFromNode(n.rpcURL())
	if err != nil {
		return s
	}
	status, err := rpc.Status(ctx)
	if err != nil {
		return s
	}
	s.Answers = true
	s.Height = status.SyncInfo.LatestBlockHeight
	s.AppHash = status.SyncInfo.LatestAppHash.String()
	s.CatchingUp = status.SyncInfo.CatchingUp
	if net, err := rpc.NetInfo(ctx); err == nil {
		s.Peers = net.NPeers
	}
	return s
}

func (r *record) askAll(ctx context.Context) []nodeStatus {
	out := make([]nodeStatus, len(r.Nodes))
	done := make(chan struct{})
	for i := range r.Nodes {
		go func() {
			out[i] = ask(ctx, r.Nodes[i])
			done <- struct{}{}
		}()
	}
	for range r.Nodes {
		<-done
	}
	return out
}

// awaitNodes waits until all nodes answer at a height, none catches up and each is
// connected to all others. It gives up at once when a node that should run has ended.
func (r *record) awaitNodes(ctx context.Context, height int64) ([]nodeStatus, error) {
	for {
		all := r.askAll(ctx)
		ready := true
		for i, s := range all {
			if !s.Alive {
				return all, nodeEnded(r.Nodes[i])
			}
			ready = ready && s.ready(height, len(all)-1)
		}
		if ready {
			return all, nil
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return all, interrupted()
			}
			return all, notReady(height, all)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func summary(all []nodeStatus) string {
	parts := make([]string, len(all))
	for i, s := range all {
		switch {
		case !s.Alive:
			parts[i] = s.Name + " is not running"
		case !s.Answers:
			parts[i] = s.Name + " does not answer yet"
		default:
			parts[i] = fmt.Sprintf("%s at height %d with %d of %d peers", s.Name, s.Height, s.Peers, len(all)-1)
		}
	}
	return strings.Join(parts, ", ")
}

func printStatus(w io.Writer, all []nodeStatus) {
	fmt.Fprintf(w, "%-10s %-9s %-8s %8s  %-5s  %-17s %s\n", "NODE", "STATE", "PID", "HEIGHT", "PEERS", "APP HASH", "RPC")
	for _, s := range all {
		state, pid := "stopped", "-"
		if s.Alive {
			state, pid = "silent", fmt.Sprint(s.PID)
		}
		switch {
		case s.CatchingUp:
			state = "catching"
		case s.Answers:
			state = "running"
		}
		hash := s.AppHash
		if len(hash) > 16 {
			hash = hash[:16] + "…"
		}
		fmt.Fprintf(w, "%-10s %-9s %-8s %8d  %-5d  %-17s %s\n", s.Name, state, pid, s.Height, s.Peers, hash, s.RPC)
	}
}
