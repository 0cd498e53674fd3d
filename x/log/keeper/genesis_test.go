package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/log/types"
)

// life is a log with an entry of most kinds.
func life(t *testing.T) *bench {
	b := founded(t)
	bodies := []types.Body{
		institution(1), keyBound(1), record(1), record(1), record(2), opening(2, 10), disclosure(2), application(2),
	}
	for _, body := range bodies {
		_, err := b.append(body)
		require.NoError(t, err)
		b.block()
		b.transaction([]byte("tx"), 1)
	}
	for n := range 3 {
		_, err := b.append(decision(n, 7))
		require.NoError(t, err)
	}
	b.block()
	return b
}

// rewritten is an export with changed entries, and head and size made to fit if
// somebody would: only what the entries say of each other is left to notice it.
func rewritten(gs *types.GenesisState, fit bool, change func([][]byte) [][]byte) *types.GenesisState {
	out := *gs
	head := *gs.Head
	out.Head = &head
	out.Entries = nil
	for _, e := range gs.Entries {
		out.Entries = append(out.Entries, slices.Clone(e))
	}
	out.Entries = change(out.Entries)
	if fit {
		var edge format.Edge
		for _, e := range out.Entries {
			edge.Append(format.EntryLeaf(e))
		}
		root := edge.Root()
		head.Size_, head.Root = edge.Size(), root[:]
	}
	return &out
}

func refused(t *testing.T, gs *types.GenesisState, part string) {
	t.Helper()
	_, err := imported(t, gs)
	require.Error(t, err)
	require.ErrorContains(t, err, part)
}

// LG-14, LG-16.
func TestExportImportsAlike(t *testing.T) {
	b := life(t)
	gs := b.export(t)
	again, err := imported(t, gs)
	require.NoError(t, err)
	again.ctx = again.ctx.WithBlockHeight(int64(gs.LastHeight))
	require.Equal(t, gs, again.export(t))
}

// LG-14.
func TestImportRefusesEveryChangedByte(t *testing.T) {
	gs := life(t).export(t)
	for seq, e := range gs.Entries {
		for i := range e {
			for _, flip := range []byte{0x01, 0x80, 0xff} {
				_, err := imported(t, rewritten(gs, false, func(list [][]byte) [][]byte {
					list[seq][i] ^= flip
					return list
				}))
				require.Error(t, err, "entry %d, byte %d", seq, i)
			}
		}
	}
}

// LG-14.
func TestImportRefusesAnotherOrderOrLength(t *testing.T) {
	gs := life(t).export(t)
	for _, fit := range []bool{false, true} {
		for seq := range len(gs.Entries) - 1 {
			_, err := imported(t, rewritten(gs, fit, func(list [][]byte) [][]byte {
				list[seq], list[seq+1] = list[seq+1], list[seq]
				return list
			}))
			require.Error(t, err, "entries %d and %d swapped", seq, seq+1)
			_, err = imported(t, rewritten(gs, fit, func(list [][]byte) [][]byte { return slices.Delete(list, seq, seq+1) }))
			require.Error(t, err, "entry %d left out", seq)
		}
	}
	refused(t, rewritten(gs, false, func(list [][]byte) [][]byte { return list[:len(list)-1] }), "log.head.size")
	refused(t, rewritten(gs, false, func(list [][]byte) [][]byte { return append(list, list[len(list)-1]) }), "log.head.size")
	refused(t, rewritten(gs, true, func(list [][]byte) [][]byte { return append(list, list[len(list)-1]) }), "log.entries[11]")
	refused(t, rewritten(gs, true, func(list [][]byte) [][]byte {
		list[4] = append(slices.Clone(list[4]), 0xf8, 0x07, 0x01) // an unknown field
		return list
	}), "log.entries[4]")
}

// LG-13 to LG-15.
func TestImportRefusesAWrongHead(t *testing.T) {
	gs := life(t).export(t)
	for _, c := range []struct {
		part   string
		change func(*types.GenesisState)
	}{
		{"log.log_id: expected 32 bytes, got 31", func(gs *types.GenesisState) { gs.LogId = gs.LogId[1:] }},
		{"log.head: expected", func(gs *types.GenesisState) { gs.Head = nil }},
		{"log.head.version", func(gs *types.GenesisState) { gs.Head.Version++ }},
		{"log.head.size", func(gs *types.GenesisState) { gs.Head.Size_++ }},
		{"log.head.root: expected", func(gs *types.GenesisState) { gs.Head.Root[0] ^= 1 }},
		{"log.head.root: expected 32 bytes, got 31", func(gs *types.GenesisState) { gs.Head.Root = gs.Head.Root[1:] }},
		{"log.head.last_height", func(gs *types.GenesisState) { gs.Head.LastHeight++ }},
		{"log.chain_id", func(gs *types.GenesisState) { gs.ChainId = "" }},
		{"expected an era entry of ink-other at the end, or chain id ink-other", func(gs *types.GenesisState) { gs.ChainId = "ink-other" }},
	} {
		bad := rewritten(gs, false, func(list [][]byte) [][]byte { return list })
		bad.Head.Root, bad.LogId = slices.Clone(gs.Head.Root), slices.Clone(gs.LogId)
		c.change(bad)
		refused(t, bad, c.part)
	}
	early := newBench(t, int64(gs.Head.LastHeight))
	before := rewritten(gs, false, func(list [][]byte) [][]byte { return list })
	before.LastHeight = gs.Head.LastHeight - 1
	require.ErrorContains(t, early.k.InitGenesis(early.ctx, before), "log.last_height")
	late := newBench(t, int64(gs.LastHeight)+2)
	require.ErrorContains(t, late.k.InitGenesis(late.ctx, gs), "log.entries")
	require.ErrorContains(t, late.k.InitGenesis(late.ctx, &types.GenesisState{LogId: logID[:], Head: &types.LogHead{Size_: 1}}), "log.head.size")
}
