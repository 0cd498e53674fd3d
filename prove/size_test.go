package prove_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// At four validators, without changes of the set and without the transaction, a bundle
// has at most 8 kB, with all that is known as of now, the content and the file.
func TestSizeAtFourValidators(t *testing.T) {
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	t.Cleanup(func() { c.Stop() })
	p := testutil.NewPeople(c)
	src := testutil.NewProver(c)
	anchor := anchorOf(t, c, src)
	d, err := testutil.NewDeposited(anchor.LogID, p.Enterprise, format.RecipeFile, "一号设计图", testutil.Part{Bytes: []byte("内容")})
	require.NoError(t, err)
	seq := p.Submit(p.Admin, p.Enterprise, d.Header.Commitment[:])
	deposits(t, c, &p, 1_000)
	c.Block(testutil.Next{})
	o := prove.Options{Anchor: anchor, Latest: true, Enterprise: true, Content: prove.ContentOf(&d.Header, true), Items: d.All()}
	b, err := prove.Evidence(t.Context(), src, seq, o)
	require.NoError(t, err)
	require.Equal(t, verify.ExitOK, judged(t, b, anchor, verify.Input{Presented: presented(d, 0)}).Exit)
	t.Logf("with origin and latest proof, statuses, content and file: %d bytes", len(b.Bytes()))
	require.LessOrEqual(t, len(b.Bytes()), 8_000)
	o.Latest = false
	b, err = prove.Evidence(t.Context(), src, seq, o)
	require.NoError(t, err)
	t.Logf("with origin proof, content and file: %d bytes", len(b.Bytes()))
}

// At 100 validators with three changes of the set and a log of more than 1,000 entries
// a bundle has at most 120 kB.
func TestSizeAtAHundredValidators(t *testing.T) {
	f, keys := testutil.FoundingWith(96)
	c := testutil.NewConsensus(t, f, app.ConsensusParams(), keys...)
	t.Cleanup(func() { c.Stop() })
	src := testutil.NewProver(c)
	anchor := anchorOf(t, c, src)
	require.Len(t, anchor.Eras[0].Validators, 100)
	p := testutil.NewPeople(c)
	for n := range 3 {
		rotate(c, fmt.Sprintf("notary %d", n))
		c.Block(testutil.Next{})
	}
	d, err := testutil.NewDeposited(anchor.LogID, p.Enterprise, format.RecipeFile, "一号设计图", testutil.Part{Bytes: []byte("内容")})
	require.NoError(t, err)
	seq := p.Submit(p.Admin, p.Enterprise, d.Header.Commitment[:])
	deposits(t, c, &p, 1_000)
	c.Block(testutil.Next{})

	o := prove.Options{Anchor: anchor, Latest: true, Enterprise: true, Submission: true, Content: prove.ContentOf(&d.Header, true), Items: d.All()}
	b, err := prove.Evidence(t.Context(), src, seq, o)
	require.NoError(t, err)
	require.Equal(t, verify.ExitOK, judged(t, b, anchor, verify.Input{Presented: presented(d, 0)}).Exit)
	require.Equal(t, 3, links(b))
	t.Logf("with everything: %d bytes", len(b.Bytes()))
	require.LessOrEqual(t, len(b.Bytes()), 120_000)

	list, err := prove.List(t.Context(), src, bundle.ListEnterprise, p.Enterprise, 0, 0, prove.Options{Anchor: anchor})
	require.NoError(t, err)
	require.Len(t, judged(t, list, anchor, verify.Input{}).Statement.Lists[0].Seqs, 1_001)
	t.Logf("a list of 1,001 records: %d bytes, %d of them the entries", len(list.Bytes()), entryBytes(list))
}

func entryBytes(b *bundle.Bundle) (n int) {
	for _, e := range b.Lists[0].Entries {
		n += len(e)
	}
	return n
}

func anchorOf(t *testing.T, c *testutil.Consensus, src prove.Source) *bundle.Anchor {
	t.Helper()
	set, err := blocks.Set(c.Validators(1))
	require.NoError(t, err)
	a, err := prove.Anchor(t.Context(), src, 0, bundle.Era{
		ChainID: testutil.ChainID, InitialHeight: 1, Validators: set, LogRoot: format.TreeRoot(nil),
	})
	require.NoError(t, err)
	return a
}

func rotate(c *testutil.Consensus, institution string) {
	key, operator := testutil.ConsensusKey(institution+" again"), testutil.Operator(institution)
	c.Know(key)
	c.Must(operator, &consortiumtypes.MsgRotateConsensusKey{Operator: operator.Address(), ConsensusKey: testutil.PublicConsensusKey(key)}, nil)
}

// deposits makes records, 8 in a transaction and 40 in a block.
func deposits(t *testing.T, c *testutil.Consensus, p *testutil.People, n int) {
	t.Helper()
	var msgs []sdk.Msg
	for i := range n {
		msgs = append(msgs, testutil.Deposit(p.Admin, p.Enterprise, testutil.Commitment(fmt.Sprint("deposit ", i))))
	}
	var txs [][]byte
	for some := range slices.Chunk(msgs, 8) {
		txs = append(txs, c.Sign(p.Admin, uint64(len(txs))%5, some...))
		if len(txs)%5 == 0 || len(txs)*8 >= n {
			for _, r := range c.Block(testutil.Next{Txs: txs[(len(txs)-1)/5*5:]}) {
				require.NotNil(t, r)
				require.Zero(t, r.Code, r.Log)
			}
		}
	}
}
