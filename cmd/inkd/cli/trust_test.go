package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// A genesis that goes on with a log makes the anchor of a further era: that of the
// chain itself, and the same institutions and keys as the log's entries name.
func TestAnchorOfAGenesisThatGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a chain")
	}
	s := testutil.NewStory(t)
	before := s.Anchor
	exported, err := s.App.Export(nil)
	require.NoError(t, err)
	head, err := s.App.LogKeeper.Head(s.Ctx())
	require.NoError(t, err)
	here := &session{Context: client.Context{}.WithCodec(s.App.Codec)}
	institutions, err := prove.Anchor(t.Context(), s.Source, 0, before.Eras...)
	require.NoError(t, err)

	doc := &genutiltypes.AppGenesis{ChainID: testutil.SecondChainID, InitialHeight: s.Height() + 1, AppState: exported.AppState}
	g, err := here.founding(doc)
	require.NoError(t, err)
	a, err := g.anchor(before)
	require.NoError(t, err)
	require.Len(t, a.Eras, 2)
	require.Equal(t, before.Eras[0], a.Eras[0])
	require.Equal(t, head.Size_, a.Eras[1].LogSize)
	require.Equal(t, head.Root, a.Eras[1].LogRoot[:])
	require.Equal(t, institutions.Institutions, a.Institutions)

	_, err = g.anchor(nil)
	require.ErrorContains(t, err, "expected the anchor of the eras before")
	other := *before
	other.LogID[0] ^= 1
	_, err = g.anchor(&other)
	require.ErrorContains(t, err, "--previous: expected the anchor of log")
	doc.InitialHeight = 1
	g, err = here.founding(doc)
	require.NoError(t, err)
	_, err = g.anchor(before)
	require.ErrorContains(t, err, "expected a later height")

	next, _, _ := s.NextEra()
	require.Equal(t, before, next)
	era := s.Anchor.Eras[1]
	doc = &genutiltypes.AppGenesis{ChainID: testutil.SecondChainID, InitialHeight: testutil.SecondHeight, AppState: closed(t, here, exported.AppState)}
	g, err = here.founding(doc)
	require.NoError(t, err)
	a, err = g.anchor(before)
	require.NoError(t, err)
	require.Equal(t, era, a.Eras[1], "the era's own entry is not of the log that it found")
}

// closed appends an entry of the new era's first height to the log of a state.
func closed(t *testing.T, s *session, appState []byte) []byte {
	t.Helper()
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(appState, &state))
	var log logtypes.GenesisState
	require.NoError(t, s.Codec.UnmarshalJSON(state[logtypes.ModuleName], &log))
	e := &logtypes.Entry{
		Version: logtypes.Version, Seq: log.Head.Size_, Height: testutil.SecondHeight, BlockTime: 1,
		Body: &logtypes.Entry_Era{Era: &logtypes.Era{
			OldChainId: log.ChainId, LastHeight: log.LastHeight, HeaderHash: log.Head.Root, LogSize: log.Head.Size_,
			Root: log.Head.Root, MinutesDigest: log.Head.Root,
		}},
	}
	b, err := e.Marshal()
	require.NoError(t, err)
	log.Entries = append(log.Entries, b)
	state[logtypes.ModuleName], err = s.Codec.MarshalJSON(&log)
	require.NoError(t, err)
	out, err := json.Marshal(state)
	require.NoError(t, err)
	return out
}

func TestFingerprintsAreCompared(t *testing.T) {
	const got = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	for _, want := range []string{"", " ", "11 22", got[1:] + "g"} {
		require.Equal(t, ExitUsage, exitOf(t, compareFingerprint(got, want)).Exit, want)
	}
	require.NoError(t, compareFingerprint(got, "0011 2233 4455 6677 8899 AABB CCDD EEFF\n0011-2233-4455-6677:8899 aabb ccdd eeff"))
	require.ErrorContains(t, compareFingerprint(got, got[2:]), "expected 64 hexadecimal digits")
	err := compareFingerprint(got, "11"+got[2:])
	require.ErrorContains(t, err, "expected 1111 2233")
	require.Equal(t, ExitLocalFile, classify(err).Exit)
}

func TestPinsAreAddedOnce(t *testing.T) {
	set := bundle.Hash{1}
	pin := verify.Pin{Size: 7, Root: bundle.Hash{2}, Height: 9, NextValidatorsHash: &set, Date: "2026-07-01", Source: "x"}
	pin.Source = "the first"
	p, _, added, err := withPin(verify.Policy{}, pin)
	require.NoError(t, err)
	require.True(t, added)
	require.Len(t, p.Pins, 1)
	pin.Source = "the second"
	p, kept, added, err := withPin(p, pin)
	require.NoError(t, err)
	require.False(t, added)
	require.Equal(t, "the first", kept.Source, "what is in the policy is shown, not what would have been added")
	require.Len(t, p.Pins, 1)
	pin.Root[0]++
	_, _, _, err = withPin(p, pin)
	require.ErrorContains(t, err, "pins contradict each other")
	pin = verify.Pin{Size: 8, Source: "a\nb"}
	_, _, _, err = withPin(p, pin)
	require.ErrorContains(t, err, "text not allowed")
}
