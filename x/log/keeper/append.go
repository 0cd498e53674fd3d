package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/layout"
	"github.com/inkchain/inkd/x/log/types"
)

// Append makes the next entry from a body: it fills in seq, height, block time,
// transaction and message index, the event number of the entry's subject and, for
// records and applications, the place in their list; it writes the entry, the
// head, the edge, and the one status value and counter that the entry counts for.
func (k *Keeper) Append(ctx context.Context, body types.Body) (*types.Entry, error) {
	head, edge, err := k.tip(ctx)
	if err != nil {
		return nil, err
	}
	e := newEntry(sdk.UnwrapSDKContext(ctx), head.Size_, body)
	if err := k.place(ctx, e); err != nil {
		return nil, err
	}
	b, err := e.Marshal()
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrEntry, err.Error())
	}
	// What is written must be readable for ever, so it is read back first.
	if _, err := types.ParseEntry(b); err != nil {
		return nil, err
	}
	if err := k.store(ctx, e, b, &edge); err != nil {
		return nil, err
	}
	if err := k.writeTip(ctx, edge, e.Height); err != nil {
		return nil, err
	}
	return e, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(
		&types.EventEntryAppended{Seq: e.Seq, Kind: e.Kind()})
}

// newEntry fills in where and when. In genesis the SDK's height is 0 for a chain
// that begins with block 1: the entries then belong to that block.
func newEntry(ctx sdk.Context, seq uint64, body types.Body) *types.Entry {
	e := &types.Entry{
		Version:   types.Version,
		Seq:       seq,
		Height:    uint64(max(ctx.BlockHeight(), 1)),
		BlockTime: uint64(max(ctx.BlockTime().UnixNano(), 0)),
		Body:      body,
	}
	if tx := ctx.TxBytes(); len(tx) > 0 {
		hash := sha256.Sum256(tx)
		e.TxHash = hash[:]
		e.MsgIndex = uint32(max(ctx.MsgIndex(), 0))
	}
	return e
}

// place fills in the entry's event number and its place in its list.
func (k *Keeper) place(ctx context.Context, e *types.Entry) error {
	counterKey := listOf(e)
	if counterKey != nil {
		c, err := k.counter(ctx, counterKey)
		if err != nil {
			return err
		}
		switch b := e.Body.(type) {
		case *types.Entry_Record:
			b.Record.EnterpriseSeq, b.Record.PrevAcc = c.Count+1, c.Acc
		case *types.Entry_CertificateApplied:
			b.CertificateApplied.ApplicationSeq, b.CertificateApplied.PrevAcc = c.Count+1, c.Acc
		}
	}
	n, err := k.events(ctx, e)
	if err != nil {
		return err
	}
	if kind, _ := e.Subject(); kind != types.NoSubject {
		e.EventNo = n + 1
	}
	return nil
}

// listOf is the key of the counter that an entry counts for, nil if of none.
func listOf(e *types.Entry) []byte {
	switch b := e.Body.(type) {
	case *types.Entry_Record:
		return layout.EnterpriseCounterKey(b.Record.EnterpriseId)
	case *types.Entry_CertificateApplied:
		return layout.ApplicationCounterKey()
	}
	return nil
}

// store writes a complete entry and all that follows from it except the head, and
// appends its leaf to the edge. Append and the import of a genesis share it.
func (k *Keeper) store(ctx context.Context, e *types.Entry, b []byte, edge *format.Edge) error {
	if err := checkUpgrade(e, edge); err != nil {
		return err
	}
	leaf := format.EntryLeaf(b)
	edge.Append(leaf)
	if err := k.log.OpenKVStore(ctx).Set(layout.EntryKey(e.Seq), b); err != nil {
		return err
	}
	if key := listOf(e); key != nil {
		c, err := k.counter(ctx, key)
		if err != nil {
			return err
		}
		acc := format.Accumulate(format.Hash(c.Acc), leaf)
		c.Count, c.Acc = c.Count+1, acc[:]
		if err := write(ctx, k.log, key, &c); err != nil {
			return err
		}
	}
	return k.count(ctx, e)
}

// checkUpgrade refuses a carried out upgrade that tells of another log than the one
// before its entry: new software must have left it as it was.
func checkUpgrade(e *types.Entry, edge *format.Edge) error {
	u := e.GetSoftwareUpgrade()
	if u == nil || u.Stage != types.UPGRADE_STAGE_APPLIED {
		return nil
	}
	if u.LogSize != edge.Size() {
		return errorsmod.Wrapf(types.ErrEntry, "software_upgrade.log_size: expected %d, got %d", edge.Size(), u.LogSize)
	}
	if root := edge.Root(); !bytes.Equal(root[:], u.LogRoot) {
		return errorsmod.Wrapf(types.ErrEntry, "software_upgrade.log_root: expected %x, got %x", root, u.LogRoot)
	}
	return nil
}

// tip reads the head and the edge, and refuses if they do not belong together.
func (k *Keeper) tip(ctx context.Context) (types.LogHead, format.Edge, error) {
	head, err := k.Head(ctx)
	if err != nil {
		return head, format.Edge{}, err
	}
	b, err := k.heads.OpenKVStore(ctx).Get(layout.EdgeKey())
	if err != nil {
		return head, format.Edge{}, err
	}
	edge, err := format.ParseEdge(head.Size_, b)
	if err != nil {
		return head, edge, errorsmod.Wrap(types.ErrCorrupt, err.Error())
	}
	return head, edge, nil
}

func (k *Keeper) writeTip(ctx context.Context, edge format.Edge, height uint64) error {
	root := edge.Root()
	head := types.LogHead{Version: types.Version, Size_: edge.Size(), Root: root[:], LastHeight: height}
	if err := write(ctx, k.heads, layout.HeadKey(), &head); err != nil {
		return err
	}
	return k.heads.OpenKVStore(ctx).Set(layout.EdgeKey(), edge.Bytes())
}
