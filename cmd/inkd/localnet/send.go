package localnet

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
)

func (n *network) newRegistry() (*registry, error) {
	keys, err := openKeys(n.app, n.dir)
	if err != nil {
		return nil, err
	}
	c, err := n.clientContext(n.app, keys, n.Nodes[0])
	if err != nil {
		return nil, err
	}
	g := &registry{net: n, ctx: c}
	g.send = g.sendPlain
	return g, nil
}

func (g *registry) sendPlain(ctx context.Context, from string, msgs ...sdk.Msg) (int64, error) {
	k, err := g.ctx.Keyring.Key(from)
	if err != nil {
		return 0, err
	}
	addr, err := k.GetAddress()
	if err != nil {
		return 0, err
	}
	num, seq, err := g.ctx.AccountRetriever.GetAccountNumberSequence(g.ctx, addr)
	if err != nil {
		return 0, err
	}
	f := tx.Factory{}.WithTxConfig(g.ctx.TxConfig).WithKeybase(g.ctx.Keyring).WithChainID(g.ctx.ChainID).
		WithAccountNumber(num).WithSequence(seq).WithGas(5_000_000).WithSignMode(signing.SignMode_SIGN_MODE_DIRECT)
	b, err := f.BuildUnsignedTx(msgs...)
	if err != nil {
		return 0, err
	}
	if err := tx.Sign(ctx, f, from, b, true); err != nil {
		return 0, err
	}
	raw, err := g.ctx.TxConfig.TxEncoder()(b.GetTx())
	if err != nil {
		return 0, err
	}
	resp, err := g.ctx.BroadcastTxSync(raw)
	if err != nil {
		return 0, err
	}
	if resp.Code != 0 {
		return 0, fmt.Errorf("%s/%d: %s", resp.Codespace, resp.Code, resp.RawLog)
	}
	hash, _ := hex.DecodeString(resp.TxHash)
	for {
		node, _ := g.ctx.GetNode()
		res, err := node.Tx(ctx, hash, false)
		if err == nil {
			if res.TxResult.Code != 0 {
				return 0, fmt.Errorf("%s/%d: %s", res.TxResult.Codespace, res.TxResult.Code, res.TxResult.Log)
			}
			return res.Height, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
