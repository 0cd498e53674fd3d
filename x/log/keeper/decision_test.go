package keeper_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/log/types"
)

// decided is a log with an entry of each kind about the consortium.
func decided(t *testing.T) *bench {
	b := founded(t)
	bodies := []types.Body{institution(1), keyBound(1), keyBound(2)}
	for n := range 6 {
		bodies = append(bodies, governance(n, 1))
	}
	for _, body := range append(bodies, keyRetired(1)) {
		_, err := b.append(body)
		require.NoError(t, err)
		b.block()
	}
	head, err := b.k.Head(b.ctx)
	require.NoError(t, err)
	_, err = b.append(applied(head.Size_, head.Root))
	require.NoError(t, err)
	b.block()
	return b
}

// LG-9: a key is retired once, after it was bound, and for ever.
func TestKeyIsRetiredForEver(t *testing.T) {
	b := founded(t)
	_, err := b.append(keyRetired(1))
	require.ErrorIs(t, err, types.ErrTransition)
	require.ErrorContains(t, err, "key 1 is KEY_STATE_UNSPECIFIED, which key_retired cannot follow")
	_, err = b.append(keyBound(1))
	require.NoError(t, err)
	b.block()
	retired, err := b.append(keyRetired(1))
	require.NoError(t, err)
	b.block()
	for _, body := range []types.Body{keyRetired(1), keyBound(1)} {
		_, err = b.append(body)
		require.ErrorIs(t, err, types.ErrTransition)
	}
	s, err := b.k.KeyStatus(b.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, types.KeyStatus{
		Version: 1, State: types.KEY_STATE_RETIRED, Since: retired.BlockTime, EventCount: 2, LastEventIndex: retired.Seq,
	}, s)
}

// LG-14: all kinds are replayed, and a retired key stays retired.
func TestDecisionsImportAlike(t *testing.T) {
	b := decided(t)
	gs := b.export(t)
	again, err := imported(t, gs)
	require.NoError(t, err)
	for key := uint64(1); key <= 2; key++ {
		want, err := b.k.KeyStatus(b.ctx, key)
		require.NoError(t, err)
		got, err := again.k.KeyStatus(again.ctx, key)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = again.append(keyBound(1))
	require.ErrorIs(t, err, types.ErrTransition)
	again.ctx = again.ctx.WithBlockHeight(int64(gs.LastHeight))
	require.Equal(t, gs, again.export(t))
}

// LG-14: an export in which a retired key is bound again, or retired before it is
// bound, cannot be replayed, whatever its head says.
func TestImportRefusesABoundRetiredKey(t *testing.T) {
	gs := decided(t).export(t)
	for _, c := range []struct {
		part string
		body types.Body
	}{
		{"key 1 is KEY_STATE_RETIRED, which key_bound cannot follow", keyBound(1)},
		{"key 1 is KEY_STATE_RETIRED, which key_retired cannot follow", keyRetired(1)},
	} {
		e, err := types.ParseEntry(gs.Entries[len(gs.Entries)-1])
		require.NoError(t, err)
		e.Seq, e.EventNo, e.Body = e.Seq+1, 3, c.body
		forged, err := e.Marshal()
		require.NoError(t, err)
		refused(t, rewritten(gs, true, func(list [][]byte) [][]byte { return append(list, forged) }), c.part)
	}
}

// LG-17: the first entry of new software tells the head before it, when it is
// appended and when it is imported.
func TestAppliedUpgradeTellsTheHeadBefore(t *testing.T) {
	b := founded(t)
	_, err := b.append(institution(1))
	require.NoError(t, err)
	head, err := b.k.Head(b.ctx)
	require.NoError(t, err)
	_, err = b.append(applied(head.Size_+1, head.Root))
	require.ErrorIs(t, err, types.ErrEntry)
	require.ErrorContains(t, err, "software_upgrade.log_size: expected 1, got 2")
	_, err = b.append(applied(head.Size_, hash32(1)))
	require.ErrorIs(t, err, types.ErrEntry)
	require.ErrorContains(t, err, "software_upgrade.log_root: expected")
	_, err = b.append(applied(head.Size_, head.Root))
	require.NoError(t, err)

	b.block()
	gs := b.export(t)
	refused(t, rewritten(gs, true, func(list [][]byte) [][]byte {
		list[1] = bytes.Replace(slices.Clone(list[1]), head.Root, hash32(1), 1)
		return list
	}), "software_upgrade.log_root: expected")
}
