package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/crypto"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

func TestSmoke(t *testing.T) {
	var keys []crypto.PrivKey
	for _, in := range testutil.Institutions {
		keys = append(keys, testutil.ConsensusKey(in.Name))
	}
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), keys...)
	t.Cleanup(func() { c.Stop() })
	w := testutil.NewPeople(c)
	p := testutil.NewProver(c)
	ctx := context.Background()
	id, _ := p.LogID(ctx)
	d, err := testutil.NewDeposited(id, w.Enterprise, format.RecipeFile, "t", testutil.Part{Bytes: []byte("hello")})
	require.NoError(t, err)
	c.Must(w.Admin, testutil.Deposit(w.Admin, w.Enterprise, d.Header.Commitment[:]), nil)
	h := uint64(c.Height())
	c.Block(testutil.Next{})
	c.Block(testutil.Next{})
	seq := uint64(0)
	for ; ; seq++ {
		if _, err := p.Entry(ctx, seq+1); err != nil {
			break
		}
	}
	set, err := blocks.Set(c.Validators(1))
	require.NoError(t, err)
	a := &bundle.Anchor{LogID: id, Eras: []bundle.Era{{ChainID: testutil.ChainID, InitialHeight: 1, Validators: set, LogRoot: format.TreeRoot(nil)}}}
	for i, in := range testutil.Institutions {
		a.Institutions = append(a.Institutions, bundle.Institution{ID: uint64(i + 1), Name: in.Name, Kind: 1, Keys: []bundle.PublicKey{{Type: 1, Key: keys[i].PubKey().Bytes()}}})
	}
	b := &bundle.Bundle{LogID: id, Subject: seq}
	blk, _, err := p.Block(ctx, h+1)
	require.NoError(t, err)
	b.Blocks = append(b.Blocks, blk)
	st, err := p.Head(ctx, h)
	require.NoError(t, err)
	b.States = append(b.States, st)
	e, _ := p.Entry(ctx, seq)
	path, err := p.Inclusion(ctx, seq, seq+1)
	require.NoError(t, err)
	b.Entries = append(b.Entries, bundle.Entry{Bytes: e, Size: seq + 1, Path: path})
	nonce, np := d.Header.Secret.Nonce(), d.Header.Secret.PrivateNonce()
	b.Content = &bundle.Content{Public: d.Header.Public, Nonce: nonce, Private: d.Header.Private, PrivateNonce: np}
	b.Items = d.All()
	dig, _ := format.Digest(strings.NewReader("hello"))
	v := verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: a.Bytes(), Policy: verify.Policy{Interested: []string{"center"}}, Presented: []verify.Presented{{Name: "f", Digests: dig}}})
	out, _ := json.MarshalIndent(v, "", " ")
	fmt.Println(len(b.Bytes()), string(out))
}
