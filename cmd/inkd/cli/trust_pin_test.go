package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

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

	said, err := heardOf(t.Context(), []light.Node{honest, gone, behind}, h)
	require.NoError(t, err)
	require.Equal(t, heard{Agreed: []string{"honest", "behind"}, Silent: []string{"gone"}}, said)
	_, err = heardOf(t.Context(), []light.Node{honest, forked}, h)
	require.Equal(t, ExitRefused, exitOf(t, err).Exit)
	require.Contains(t, exitOf(t, err).En, "the nodes disagree; nothing was added")
	_, err = heardOf(t.Context(), []light.Node{gone}, h)
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
	left, same := distinct(t.Context(), nodes)
	require.Equal(t, []string{again.url() + " = " + a.url()}, same)
	var names []string
	for _, n := range left {
		names = append(names, n.Name)
	}
	require.Equal(t, []string{a.url(), "tcp://127.0.0.1:1", b.url(), "tcp://127.0.0.1:2"}, names, "those that do not answer stay")
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
