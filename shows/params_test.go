//go:build network

package shows

import (
	"context"
	"strconv"

	"github.com/stretchr/testify/require"

	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// paramsChange: an enterprise's daily quota, and the gas of a block.
func (c *consortium) paramsChange() {
	const quota, gas = 90_000, 200_000_000
	voters := []string{"court", "notary", "exchange"}
	size := c.head(c.nodes[0]).Size_
	c.decide(voters, "params", "enterprise", "quota="+strconv.Itoa(quota))
	o := c.decide(voters, "params", "consensus", "block.max_gas="+strconv.Itoa(gas))

	c.await(c.nodes[0], o.Height+1)
	for _, n := range c.nodes {
		if !n.running() {
			continue
		}
		c.await(n, o.Height+1)
		var r enterprisetypes.QueryParamsResponse
		c.query(n, "/ink.enterprise.v1.Query/Params", &enterprisetypes.QueryParamsRequest{}, &r)
		require.EqualValues(c.t, quota, r.Params.Quota, n.name)
		next := o.Height + 1
		p, err := n.rpc.ConsensusParams(context.Background(), &next)
		require.NoError(c.t, err)
		require.EqualValues(c.t, gas, p.ConsensusParams.Block.MaxGas, n.name)
	}
	var changed []string
	for _, e := range c.entries(size) {
		if p := e.GetParametersChanged(); p != nil {
			changed = append(changed, p.Module)
		}
	}
	require.Equal(c.t, []string{"ink.enterprise.v1", "cosmos.consensus.v1"}, changed)
	c.t.Logf("consensus counts with the new max_gas from height %d on: 1 block later", o.Height+1)
	c.refused("consortium/20", "institution", "propose", "params", "consensus", "block.max_gas=0", "--from", "center-operator", "--yes")
}
