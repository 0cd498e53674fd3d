package app

import (
	"encoding/json"
	"sort"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Limits of a block. The upper ones are from the measurement of the worst block (`make
// bench`, docs/performance.md): with every transaction as dear as its gas allows,
// judging a block and executing it each stay under a second. Under the lower ones the
// largest and the dearest transaction would not fit into one signer's share: nobody
// could decide on other limits any more.
const (
	// BlockMinBytes and BlockMaxBytes are the least and the largest size of a block.
	BlockMinBytes = 2 << 20
	BlockMaxBytes = 4 << 20
	// BlockMinGas and BlockMaxGas are the least and the most gas of a block.
	BlockMinGas = shares * MaxTxGas
	BlockMaxGas = 240_000_000
)

// ConsensusParams of a new chain.
func ConsensusParams() *cmttypes.ConsensusParams {
	p := cmttypes.DefaultConsensusParams()
	p.Block.MaxBytes = BlockMaxBytes
	p.Block.MaxGas = BlockMaxGas
	p.Evidence.MaxBytes = maxEvidenceBytes
	p.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeEd25519}
	p.ABCI.VoteExtensionsEnableHeight = 0
	return p
}

// validateConsensusParams refuses a genesis with parameters under which the chain's
// promises do not hold; the errors name the field.
func validateConsensusParams(p *cmtproto.ConsensusParams) error {
	if err := checkConsensusParams(p); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "consensus.params.%s", err)
	}
	return nil
}

// validateKeyTypes refuses validators, present and decided, whose keys the parameters
// do not allow: CometBFT would only notice when the first of them changes. Of those
// without power the log says which key they had.
func (a *App) validateKeyTypes(p *cmtproto.ConsensusParams, state map[string]json.RawMessage) error {
	var gs consortiumtypes.GenesisState
	if err := a.Codec.UnmarshalJSON(state[consortiumtypes.ModuleName], &gs); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "app_state.consortium: %s", err)
	}
	var validators []consortiumtypes.Validator
	for i, f := range gs.Founders {
		validators = append(validators, consortiumtypes.Validator{InstitutionId: uint64(i) + 1, PublicKey: f.ConsensusKey, Power: f.Power})
	}
	for _, in := range gs.Institutions {
		validators = append(validators, consortiumtypes.Validator{InstitutionId: in.Id, PublicKey: in.ConsensusKey, Power: in.Power})
	}
	for _, v := range append(validators, gs.Validators...) {
		if v.Power == 0 {
			continue
		}
		if err := v.PublicKey.CheckKeyType(p.Validator.PubKeyTypes); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "consensus.params.validator.pub_key_types: expected that of institution %d's consensus key among them: %s", v.InstitutionId, err)
		}
	}
	return nil
}

// ValidateState validates all modules' parts of a genesis.
func (a *App) ValidateState(state map[string]json.RawMessage) error {
	names := make([]string, 0, len(state))
	for name := range state {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, ok := a.manager.Modules[name]; !ok {
			return errorsmod.Wrapf(ErrGenesis, "app_state.%s: expected a module of this chain, got %s", name, name)
		}
	}
	if err := a.BasicManager().ValidateGenesis(a.Codec, a.TxConfig, state); err != nil {
		return err
	}
	return a.checkAccounts(state)
}

// checkAccounts refuses accounts that no bound key has: they would take the
// numbers of keys to come.
func (a *App) checkAccounts(state map[string]json.RawMessage) error {
	var consortium consortiumtypes.GenesisState
	if err := a.Codec.UnmarshalJSON(state[consortiumtypes.ModuleName], &consortium); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "app_state.consortium: %s", err)
	}
	accounts := authtypes.GetGenesisStateFromAppState(a.Codec, state).Accounts
	if len(accounts) != len(consortium.Keys) {
		return errorsmod.Wrapf(ErrGenesis, "app_state.auth.accounts: expected %d, one of each key in app_state.consortium.keys, got %d", len(consortium.Keys), len(accounts))
	}
	return nil
}

// ValidateGenesis validates a whole genesis file.
func (a *App) ValidateGenesis(doc *genutiltypes.AppGenesis) error {
	if err := doc.ValidateAndComplete(); err != nil {
		return errorsmod.Wrap(ErrGenesis, err.Error())
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &state); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "app_state: expected an object: %s", err)
	}
	if doc.Consensus == nil || doc.Consensus.Params == nil {
		return errorsmod.Wrap(ErrGenesis, "consensus.params: expected parameters, got none")
	}
	params := doc.Consensus.Params.ToProto()
	if err := validateConsensusParams(&params); err != nil {
		return err
	}
	if err := a.ValidateState(state); err != nil {
		return err
	}
	return a.validateKeyTypes(&params, state)
}

// Founding is what the founders of a new chain agree on.
type Founding struct {
	ChainID string
	// LogID is 32 random bytes, drawn once.
	LogID    []byte
	Founders []consortiumtypes.GenesisInstitution
	// Params of the consortium; unset for the default.
	Params *consortiumtypes.Params
}

// FoundingState is the state of a new chain with its institutions.
func (a *App) FoundingState(f Founding) (map[string]json.RawMessage, error) {
	state := a.BasicManager().DefaultGenesis(a.Codec)
	var err error
	if state[logtypes.ModuleName], err = a.Codec.MarshalJSON(&logtypes.GenesisState{LogId: f.LogID}); err != nil {
		return nil, err
	}
	if state[consortiumtypes.ModuleName], err = a.Codec.MarshalJSON(&consortiumtypes.GenesisState{Founders: f.Founders, Params: f.Params}); err != nil {
		return nil, err
	}
	return state, a.ValidateState(state)
}

// FoundingGenesis is the genesis file of a new chain.
func (a *App) FoundingGenesis(f Founding) (*genutiltypes.AppGenesis, error) {
	state, err := a.FoundingState(f)
	if err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return nil, err
	}
	doc := genutiltypes.NewAppGenesisWithVersion(f.ChainID, raw)
	doc.Consensus = &genutiltypes.ConsensusGenesis{Params: ConsensusParams()}
	return doc, a.ValidateGenesis(doc)
}

// exportedValidators are the validators of the consortium, for an exported genesis.
func (a *App) exportedValidators(ctx sdk.Context) ([]cmttypes.GenesisValidator, error) {
	updates, err := a.ConsortiumKeeper.Validators(ctx)
	if err != nil {
		return nil, err
	}
	validators, err := cmttypes.PB2TM.ValidatorUpdates(updates)
	if err != nil {
		return nil, err
	}
	out := make([]cmttypes.GenesisValidator, len(validators))
	for i, v := range validators {
		out[i] = cmttypes.GenesisValidator{Address: v.Address, PubKey: v.PubKey, Power: v.VotingPower}
	}
	return out, nil
}
