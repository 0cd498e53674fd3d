package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cometbft/cometbft/p2p"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// asked is a node with a way of its own to answer.
type asked struct {
	light.Source
	answer func(bundle.Block, error) (bundle.Block, error)
}

func (a asked) Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	b, set, err := a.Source.Block(ctx, height)
	b, err = a.answer(b, err)
	return b, set, err
}

// saysID is a node that says it has an id.
type saysID struct {
	light.RPC
	id string
}

func (s saysID) Status(context.Context) (*coretypes.ResultStatus, error) {
	return &coretypes.ResultStatus{NodeInfo: p2p.DefaultNodeInfo{DefaultNodeID: p2p.ID(s.id)}}, nil
}

// Every node is asked for the same height by itself: those that say the same are the
// source of a pin, those that say nothing are named, and one that says something else
// ends it.
func TestNodesMustAgreeOnAPin(t *testing.T) {
	c, src, _ := newDepositedChain(t)
	c.Block(testutil.Next{})
	own, err := nodesAnchor(t.Context(), src)
	require.NoError(t, err)
	pin, h, err := prove.PinWithHeader(t.Context(), src, "", prove.Options{Anchor: own.anchor})
	require.NoError(t, err)
	require.Equal(t, pin.Time, h.Time)
	late := 0
	honest := light.Node{Name: "honest", Source: src}
	behind := light.Node{Name: "behind", Source: asked{src, func(b bundle.Block, err error) (bundle.Block, error) {
		if late++; late < 3 {
			return bundle.Block{}, prove.ErrNotYet
		}
		return b, err
	}}}
	gone := light.Node{Name: "gone", Source: asked{src, func(bundle.Block, error) (bundle.Block, error) {
		return bundle.Block{}, errors.New("connection refused")
	}}}
	forked := light.Node{Name: "forked", Source: asked{src, func(b bundle.Block, err error) (bundle.Block, error) {
		b.Header.AppHash = bytes.Repeat([]byte{1}, 32) // another log, and all else the same
		return b, err
	}}}

	said, err := heardOf(t.Context(), []light.Node{honest, gone, behind}, nil, h)
	require.NoError(t, err)
	require.Equal(t, heard{Agreed: []string{"honest", "behind"}, Silent: []string{"gone"}}, said)
	_, err = heardOf(t.Context(), []light.Node{honest, forked}, nil, h)
	require.Equal(t, ExitRefused, exitOf(t, err).Exit)
	require.Contains(t, exitOf(t, err).En, "the nodes disagree; nothing was added")
	// Whoever claims another's id is counted once with it, and none is left out for it.
	for _, nodes := range [][]light.Node{{honest, forked}, {forked, honest}} {
		for i := range nodes {
			nodes[i].RPC = saysID{id: "honest's"}
		}
		of, same := alike(t.Context(), nodes)
		require.Len(t, same, 1)
		_, err = heardOf(t.Context(), nodes, of, h)
		require.Contains(t, exitOf(t, err).En, "the nodes disagree; nothing was added")
	}
	said, err = heardOf(t.Context(), []light.Node{honest, behind, gone}, map[string]string{"behind": "honest", "gone": "honest"}, h)
	require.NoError(t, err)
	require.Equal(t, heard{Agreed: []string{"honest"}, Silent: []string{"gone"}}, said)
	said, err = heardOf(t.Context(), []light.Node{gone, honest, behind}, map[string]string{"behind": "gone", "honest": "gone"}, h)
	require.NoError(t, err)
	require.Equal(t, heard{Agreed: []string{"honest"}, Silent: []string{"gone"}}, said)
	_, err = heardOf(t.Context(), []light.Node{gone}, nil, h)
	require.Equal(t, ExitUnreachable, exitOf(t, err).Exit)
	require.Equal(t, []string{"a", "b"}, eachOnce([]string{"a", "b", "a"}))
}

// Two URLs of one node are one source, whatever they look like.
func TestTwoAddressesOfANodeAreOneSource(t *testing.T) {
	status := func(id string) string {
		return fmt.Sprintf(`"result":{"node_info":{"id":%q,"network":"ink-1"},"sync_info":{"latest_block_height":"7"}}`, id)
	}
	a := newFakeNode(t, map[string]string{"status": status("aaaa")})
	again := newFakeNode(t, map[string]string{"status": status("aaaa")})
	b := newFakeNode(t, map[string]string{"status": status("bbbb")})
	nodes, err := lightNodes([]string{a.url(), again.url(), "tcp://127.0.0.1:1", b.url(), "tcp://127.0.0.1:2"})
	require.NoError(t, err)
	of, same := alike(t.Context(), nodes)
	require.Equal(t, []string{again.url() + " = " + a.url()}, same)
	require.Equal(t, map[string]string{again.url(): a.url()}, of, "those that do not answer are like nobody")
}

func TestPinWarnings(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, c := range []struct {
		age  time.Duration
		h    heard
		want []string
	}{
		{0, heard{Agreed: []string{"a", "b"}}, []string{}},
		{0, heard{Agreed: []string{"a"}}, []string{"one-node"}},
		{0, heard{Agreed: []string{"a"}, Silent: []string{"b"}}, []string{"silent-nodes"}},
		{oldHeader + time.Second, heard{Agreed: []string{"a", "b"}}, []string{"old-header"}},
		{0, heard{Agreed: []string{"a"}, same: []string{"b = a"}}, []string{"same-node", "one-node"}},
	} {
		var out bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetErr(&out)
		codes := (&session{}).pinWarnings(cmd, verify.Pin{Time: uint64(now.Add(-c.age).UnixNano())}, c.h, now)
		require.Equal(t, c.want, codes)
		require.Equal(t, len(c.want), bytes.Count(out.Bytes(), []byte("注意：")), out.String())
		require.Equal(t, len(c.want), bytes.Count(out.Bytes(), []byte("warning: ")))
	}
}
