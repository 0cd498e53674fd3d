package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/log/types"
)

const (
	nextChainID = "ink-next-1"
	nextHeight  = 500
)

// closed is the export of a lived log with an era entry at its end, as it is written
// into the genesis file of a new chain that begins at nextHeight.
func closed(t *testing.T, change func(*types.Entry)) *types.GenesisState {
	gs := life(t).export(t)
	e := &types.Entry{
		Version: types.Version, Seq: gs.Head.Size_, Height: nextHeight, BlockTime: lastTime(t, gs),
		Body: &types.Entry_Era{Era: &types.Era{
			OldChainId: gs.ChainId, LastHeight: gs.LastHeight, HeaderHash: hash32(9),
			LogSize: gs.Head.Size_, Root: gs.Head.Root, MinutesDigest: hash32(10),
		}},
	}
	if change != nil {
		change(e)
	}
	b, err := e.Marshal()
	require.NoError(t, err)
	gs = rewritten(gs, true, func(list [][]byte) [][]byte { return append(list, b) })
	gs.Head.LastHeight = e.Height
	return gs
}

func lastTime(t *testing.T, gs *types.GenesisState) uint64 {
	e, err := types.ParseEntry(gs.Entries[len(gs.Entries)-1])
	require.NoError(t, err)
	return e.BlockTime
}

// next is a chain with another id.
func next(t *testing.T, height int64) *bench {
	b := newBench(t, height).later(nextHeight)
	b.ctx = b.ctx.WithChainID(nextChainID)
	return b
}

// LG-15: a log that an era entry closes goes on under another chain id, at a later
// height and the next index, and so does its own export.
func TestEraGoesOn(t *testing.T) {
	gs := closed(t, nil)
	b := next(t, nextHeight)
	require.NoError(t, b.k.InitGenesis(b.ctx, gs))
	e, err := b.append(record(1))
	require.NoError(t, err)
	require.Equal(t, gs.Head.Size_, e.Seq)
	require.EqualValues(t, 3, e.GetRecord().EnterpriseSeq)
	id, err := b.k.Identity(b.ctx)
	require.NoError(t, err)
	require.Equal(t, types.LogIdentity{Version: 1, LogId: logID[:], FirstHeight: nextHeight}, id)

	b.block()
	exported := b.export(t)
	again := next(t, int64(exported.LastHeight)+1)
	require.NoError(t, again.k.InitGenesis(again.ctx, exported), "the same chain goes on with an era in the middle")
	back := newBench(t, int64(exported.LastHeight)+1).later(nextHeight)
	require.ErrorContains(t, back.k.InitGenesis(back.ctx, exported), "log.entries", "not under the old chain's id")
}

// LG-15: an exported log whose last entry is the era of the chain before goes on.
func TestEraAtTheEndOfALaterExport(t *testing.T) {
	b := next(t, nextHeight)
	require.NoError(t, b.k.InitGenesis(b.ctx, closed(t, nil)))
	b.block()
	exported := b.export(t)
	again := next(t, int64(exported.LastHeight)+1)
	require.NoError(t, again.k.InitGenesis(again.ctx, exported))
}

// LG-15.
func TestEraOfAnythingElseIsRefused(t *testing.T) {
	era := func(change func(*types.Era)) func(*types.Entry) {
		return func(e *types.Entry) { change(e.GetEra()) }
	}
	for _, c := range []struct {
		part   string
		change func(*types.Entry)
	}{
		{"expected an era entry of ink-test at the end", era(func(m *types.Era) { m.OldChainId = "no-such-chain" })},
		{"log.last_height: expected 11, that of the era entry, got 10", era(func(m *types.Era) { m.LastHeight++ })},
		{"log.last_height: expected 1, that of the era entry, got 10", era(func(m *types.Era) { m.LastHeight = 1 })},
		{"log.entries[11]: era.log_size: expected 11, got 77", era(func(m *types.Era) { m.LogSize = 77 })},
		{"log.entries[11]: era.root: expected", era(func(m *types.Era) { m.Root = hash32(1) })},
		{"log.entries[11]: root: expected 32 bytes", era(func(m *types.Era) { m.Root = nil })},
		{"expected the era entry at the initial height 500, got 499", func(e *types.Entry) { e.Height-- }},
		{"expected the era entry at the initial height 500, got 501", func(e *types.Entry) { e.Height++ }},
		{"log.entries[11]: block_time", func(e *types.Entry) { e.BlockTime-- }},
	} {
		b := next(t, nextHeight)
		require.ErrorContains(t, b.k.InitGenesis(b.ctx, closed(t, c.change)), c.part)
	}
	low := next(t, 10)
	require.ErrorContains(t, low.k.InitGenesis(low.ctx, closed(t, nil)), "initial_height: expected more than 10, the last height of ink-test, got 10")
	same := newBench(t, nextHeight).later(nextHeight)
	require.ErrorContains(t, same.k.InitGenesis(same.ctx, closed(t, nil)), "era.old_chain_id")
}

// LG-15: an era in the middle is checked like one at the end, and heights that it
// closed do not come again.
func TestEraInTheMiddleIsChecked(t *testing.T) {
	b := next(t, nextHeight)
	require.NoError(t, b.k.InitGenesis(b.ctx, closed(t, nil)))
	_, err := b.append(record(1))
	require.NoError(t, err)
	b.block()
	exported := b.export(t)
	for part, change := range map[string]func(*types.Entry){
		"log.entries[11]: era.old_chain_id": func(e *types.Entry) { e.GetEra().OldChainId = nextChainID },
		"log.entries[11]: era.log_size":     func(e *types.Entry) { e.GetEra().LogSize-- },
		"log.entries[11]: era.root":         func(e *types.Entry) { e.GetEra().Root = hash32(1) },
		"log.entries[11]: era.last_height":  func(e *types.Entry) { e.GetEra().LastHeight = nextHeight },
		"log.entries[11]: height":           func(e *types.Entry) { e.Height = 1 },
	} {
		bad := rewritten(exported, true, func(list [][]byte) [][]byte {
			e, err := types.ParseEntry(list[11])
			require.NoError(t, err)
			change(e)
			list[11], err = e.Marshal()
			require.NoError(t, err)
			return list
		})
		again := next(t, int64(exported.LastHeight)+1)
		require.ErrorContains(t, again.k.InitGenesis(again.ctx, bad), part)
	}
}

// LG-14: time goes neither back between entries nor beyond the genesis.
func TestImportRefusesTimesThatGoBack(t *testing.T) {
	gs := life(t).export(t)
	for seq := 1; seq < len(gs.Entries); seq++ {
		bad := rewritten(gs, true, func(list [][]byte) [][]byte {
			e, err := types.ParseEntry(list[seq])
			require.NoError(t, err)
			e.BlockTime = 1
			list[seq], err = e.Marshal()
			require.NoError(t, err)
			return list
		})
		refused(t, bad, "block_time: expected")
	}
	early := newBench(t, int64(gs.LastHeight)+1)
	early.ctx = early.ctx.WithBlockTime(early.ctx.BlockTime().AddDate(-5, 0, 0))
	require.ErrorContains(t, early.k.InitGenesis(early.ctx, gs), "log.entries[0]: block_time: expected 0 to")
}

// LG-3: what the format forbids is refused by an import too, though size and root fit.
func TestImportRefusesForbiddenText(t *testing.T) {
	gs := rewritten(life(t).export(t), true, func(list [][]byte) [][]byte {
		list[0] = slices.Replace(list[0], slices.Index(list[0], 'n'), slices.Index(list[0], 'n')+1, 0x01)
		return list
	})
	refused(t, gs, "log.entries[0]: name: ")
	_, err := founded(t).append(&types.Entry_InstitutionAdmitted{InstitutionAdmitted: &types.InstitutionAdmitted{
		InstitutionId: 1, Name: "\xff\u202e\x00", Kind: -5, Uscc: "x",
	}})
	require.ErrorIs(t, err, types.ErrEntry)
}

// LG-9: who binds a key again moves neither its state nor since when it is active.
func TestFurtherHolderKeepsSince(t *testing.T) {
	b := founded(t)
	_, err := b.append(keyBound(1))
	require.NoError(t, err)
	first, err := b.k.KeyStatus(b.ctx, 1)
	require.NoError(t, err)
	require.EqualValues(t, b.ctx.BlockTime().UnixNano(), first.Since)
	b.block()
	_, err = b.append(record(1))
	require.NoError(t, err)
	b.block()
	e, err := b.append(keyBound(1))
	require.NoError(t, err)
	again, err := b.k.KeyStatus(b.ctx, 1)
	require.NoError(t, err)
	want := first
	want.EventCount, want.LastEventIndex = 2, e.Seq
	require.Equal(t, want, again)
}
