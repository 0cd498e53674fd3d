package verify_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// A verification takes less than a tenth of a second; ten times as much fails, so that
// a busy machine does not.
const (
	verifyLimit = 100 * time.Millisecond
	speedGuard  = 10
)

// atFour are bundles of the story, the smallest and one with everything.
func atFour(tb testing.TB) map[string]verify.Input {
	out := map[string]verify.Input{}
	for _, v := range readVectors(tb) {
		switch v.Name {
		case "file":
			out["4 validators"] = v.input(tb)
		case "validator-removed":
			out["4 to 6 validators, 6 changes"] = v.input(tb)
		}
	}
	return out
}

// atAHundred is a bundle with everything at 100 validators, with three changes of the
// set.
func atAHundred(tb testing.TB) verify.Input {
	f, keys := testutil.FoundingWith(96)
	c := testutil.NewConsensus(tb, f, app.ConsensusParams(), keys...)
	defer c.Stop()
	src, ctx := testutil.NewProver(c), context.Background()
	set, err := blocks.Set(c.Validators(1))
	require.NoError(tb, err)
	anchor, err := prove.Anchor(ctx, src, 0, bundle.Era{ChainID: testutil.ChainID, InitialHeight: 1, Validators: set, LogRoot: format.TreeRoot(nil)})
	require.NoError(tb, err)
	p := testutil.NewPeople(c)
	for n := range 3 {
		name := fmt.Sprintf("notary %d", n)
		key, operator := testutil.ConsensusKey(name+" again"), testutil.Operator(name)
		c.Know(key)
		c.Must(operator, &consortiumtypes.MsgRotateConsensusKey{Operator: operator.Address(), ConsensusKey: testutil.PublicConsensusKey(key)}, nil)
		c.Block(testutil.Next{})
	}
	content := []byte("内容")
	d, err := testutil.NewDeposited(anchor.LogID, p.Enterprise, format.RecipeFile, "一号设计图", testutil.Part{Bytes: content})
	require.NoError(tb, err)
	seq := p.Submit(p.Admin, p.Enterprise, d.Header.Commitment[:])
	for range 3 {
		c.Block(testutil.Next{})
	}
	b, err := prove.Evidence(ctx, src, seq, prove.Options{Anchor: anchor, Latest: true, Submission: true, Content: prove.ContentOf(&d.Header, true), Items: d.All()})
	require.NoError(tb, err)
	return verify.Input{Bundle: b.Bytes(), Anchor: anchor.Bytes(), Presented: []verify.Presented{{Name: "文件.txt", Digests: digestOf(content)}}}
}

func speedInputs(tb testing.TB) map[string]verify.Input {
	all := atFour(tb)
	all["100 validators, 3 changes"] = atAHundred(tb)
	return all
}

func TestAVerificationTakesLessThanATenthOfASecond(t *testing.T) {
	for name, in := range speedInputs(t) {
		least := time.Hour
		for range 5 {
			start := time.Now()
			v := verify.Verify(in)
			least = min(least, time.Since(start))
			require.Equal(t, verify.ExitOK, v.Exit, "%s: %s", name, lines(v))
		}
		t.Logf("%s, %d bytes: %s", name, len(in.Bundle), least.Round(time.Microsecond))
		require.Less(t, least, verifyLimit*speedGuard, name)
	}
}

// BenchmarkVerify measures one verification with everything in memory.
func BenchmarkVerify(b *testing.B) {
	for name, in := range speedInputs(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in.Bundle)))
			for b.Loop() {
				if v := verify.Verify(in); v.Exit != verify.ExitOK {
					b.Fatal(lines(v))
				}
			}
		})
	}
}
