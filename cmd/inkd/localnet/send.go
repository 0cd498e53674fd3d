package localnet

import (
	"context"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// commitWait is how long an enrolment may take to be committed.
const commitWait = 30 * time.Second

// newRegistry asks the first node and sends through any.
func (n *network) newRegistry() (*registry, error) {
	keys, err := openKeys(n.app, n.dir)
	if err != nil {
		return nil, err
	}
	c, err := n.clientContext(n.app, keys, n.Nodes[0])
	if err != nil {
		return nil, err
	}
	return &registry{net: n, ctx: c, send: func(ctx context.Context, from string, msgs ...sdk.Msg) (int64, error) {
		sender, err := cli.NewSender(c, n.rpcURLs(), commitWait)
		if err != nil {
			return 0, err
		}
		receipt, err := sender.Send(ctx, from, msgs...)
		if err != nil {
			return 0, err
		}
		return receipt.Height, nil
	}}, nil
}
