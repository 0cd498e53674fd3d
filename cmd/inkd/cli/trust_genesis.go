package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// founding is what a genesis file says about trust: the log, and who runs it.
type founding struct {
	logID        bundle.Hash
	era          bundle.Era
	institutions []bundle.Institution
	entries      [][]byte
}

// founding reads a genesis. Whether all of it is valid, `inkd genesis validate` says.
func (s *session) founding(doc *genutiltypes.AppGenesis) (*founding, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &state); err != nil {
		return nil, fmt.Errorf("app_state: expected an object: %w", err)
	}
	var log logtypes.GenesisState
	if err := s.Codec.UnmarshalJSON(state[logtypes.ModuleName], &log); err != nil {
		return nil, fmt.Errorf("app_state.log: %w", err)
	}
	var consortium consortiumtypes.GenesisState
	if err := s.Codec.UnmarshalJSON(state[consortiumtypes.ModuleName], &consortium); err != nil {
		return nil, fmt.Errorf("app_state.consortium: %w", err)
	}
	if len(log.LogId) != len(bundle.Hash{}) {
		return nil, fmt.Errorf("app_state.log.log_id: expected 32 bytes, got %d", len(log.LogId))
	}
	g := &founding{logID: bundle.Hash(log.LogId), entries: log.Entries}
	g.era = bundle.Era{ChainID: doc.ChainID, InitialHeight: uint64(max(doc.InitialHeight, 1))}
	if len(consortium.Founders) > 0 {
		return g, g.founders(consortium.Founders)
	}
	return g, g.exported(consortium.Validators)
}

// founders are the first institutions: their ids follow from their order.
func (g *founding) founders(all []consortiumtypes.GenesisInstitution) error {
	var set []bundle.Validator
	for i, f := range all {
		in := bundle.Institution{ID: uint64(i) + 1, Name: f.Name, Kind: uint32(f.Kind)}
		if key := keyOf(f.ConsensusKey); len(key.Key) > 0 {
			in.Keys = []bundle.PublicKey{key}
			set = append(set, bundle.Validator{PublicKey: key, Power: f.Power})
		}
		g.institutions = append(g.institutions, in)
	}
	g.era.LogRoot = format.TreeRoot(nil)
	return g.validators(set)
}

// exported is the state of a log that goes on: its entries name the institutions. An
// entry of the height at which the era begins is the era's own.
func (g *founding) exported(validators []consortiumtypes.Validator) error {
	var edge format.Edge
	byID := map[uint64]int{}
	for i, b := range g.entries {
		e, err := logtypes.ParseEntry(b)
		if err != nil {
			return fmt.Errorf("app_state.log.entries[%d]: %w", i, err)
		}
		if e.Height < g.era.InitialHeight {
			edge.Append(format.EntryLeaf(b))
		}
		if in := e.GetInstitutionAdmitted(); in != nil {
			byID[in.InstitutionId] = len(g.institutions)
			g.institutions = append(g.institutions, bundle.Institution{ID: in.InstitutionId, Name: in.Name, Kind: uint32(in.Kind)})
		}
		if key := e.GetValidatorKeyBound(); key != nil {
			at, known := byID[key.InstitutionId]
			if !known {
				return fmt.Errorf("app_state.log.entries[%d]: expected a key of a known institution, got of %d", i, key.InstitutionId)
			}
			g.institutions[at].Keys = append(g.institutions[at].Keys, bundle.PublicKey{Type: uint32(key.KeyType), Key: key.PublicKey})
		}
	}
	g.era.LogSize, g.era.LogRoot = edge.Size(), edge.Root()
	var set []bundle.Validator
	for _, v := range validators {
		set = append(set, bundle.Validator{PublicKey: keyOf(v.PublicKey), Power: v.Power})
	}
	return g.validators(set)
}

func keyOf(k consortiumtypes.PublicKey) bundle.PublicKey {
	return bundle.PublicKey{Type: uint32(k.Type), Key: k.Key}
}

// validators orders the set as consensus does, by power and then by address. Who has
// no power is not in it.
func (g *founding) validators(set []bundle.Validator) error {
	set = slices.DeleteFunc(set, func(v bundle.Validator) bool { return v.Power == 0 })
	slices.SortStableFunc(set, func(a, b bundle.Validator) int {
		if a.Power != b.Power {
			return map[bool]int{true: -1, false: 1}[a.Power > b.Power]
		}
		x, y := sha256.Sum256(a.Key), sha256.Sum256(b.Key)
		return bytes.Compare(x[:20], y[:20])
	})
	taken, err := blocks.ToSet(set)
	if err != nil {
		return fmt.Errorf("app_state.consortium: validators: %w", err)
	}
	g.era.Validators, err = blocks.Set(taken)
	return err
}

// anchor adds the era to those before, which only another anchor tells.
func (g *founding) anchor(previous *bundle.Anchor) (*bundle.Anchor, error) {
	a := &bundle.Anchor{LogID: g.logID, Institutions: g.institutions}
	switch {
	case previous == nil && len(g.entries) > 0:
		return nil, Usage("该创世文件延续已有日志，须以 --previous 给出此前的信任锚",
			fmt.Sprintf("--genesis: expected the anchor of the eras before, since this genesis goes on with a log of %d entries, got none", len(g.entries)), "--previous anchor.ink")
	case previous != nil && previous.LogID != g.logID:
		return nil, otherLog(g.logID, previous.LogID)
	case previous != nil:
		a.Eras = slices.Clone(previous.Eras)
	}
	a.Eras = append(a.Eras, g.era)
	// What can be parsed has no era out of order.
	checked, err := bundle.ParseAnchor(a.Bytes())
	if err != nil {
		return nil, BadInput("无法制作信任锚", "the anchor", err, "")
	}
	return checked, nil
}
