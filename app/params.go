package app

import (
	"errors"
	"fmt"
	"slices"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Limits of what is kept as evidence of misbehaviour. Less would let a validator
// misbehave without anybody being able to enter it; more bytes would not fit into
// what a block has beside its transactions.
const (
	minEvidenceBlocks = 1_000
	minEvidenceAge    = time.Hour
	minEvidenceBytes  = 64 << 10
	maxEvidenceBytes  = 128 << 10
)

// checkConsensusParams refuses parameters under which the chain's promises do not
// hold, in a genesis and in a decision. The errors begin with the field's name.
func checkConsensusParams(p *cmtproto.ConsensusParams) error {
	if p == nil || p.Block == nil || p.Evidence == nil || p.Validator == nil {
		return errors.New("block, evidence, validator: expected the parameters of all three, got fewer")
	}
	if p.Block.MaxBytes < BlockMinBytes || p.Block.MaxBytes > BlockMaxBytes {
		return fmt.Errorf("block.max_bytes: expected %d to %d, got %d", BlockMinBytes, BlockMaxBytes, p.Block.MaxBytes)
	}
	if p.Block.MaxGas < BlockMinGas || p.Block.MaxGas > BlockMaxGas {
		return fmt.Errorf("block.max_gas: expected %d to %d, got %d", BlockMinGas, BlockMaxGas, p.Block.MaxGas)
	}
	if p.Abci != nil && p.Abci.VoteExtensionsEnableHeight != 0 {
		return fmt.Errorf("abci.vote_extensions_enable_height: expected 0 (off), got %d", p.Abci.VoteExtensionsEnableHeight)
	}
	if p.Authority != nil && p.Authority.Authority != "" {
		return fmt.Errorf("authority: expected none (it would override every module's authority), got %s", p.Authority.Authority)
	}
	if err := checkEvidenceParams(p.Evidence); err != nil {
		return err
	}
	return checkKeyTypes(p.Validator.PubKeyTypes)
}

func checkEvidenceParams(p *cmtproto.EvidenceParams) error {
	switch {
	case p.MaxAgeNumBlocks < minEvidenceBlocks:
		return fmt.Errorf("evidence.max_age_num_blocks: expected at least %d, got %d", minEvidenceBlocks, p.MaxAgeNumBlocks)
	case p.MaxAgeDuration < minEvidenceAge:
		return fmt.Errorf("evidence.max_age_duration: expected at least %s, got %s", minEvidenceAge, p.MaxAgeDuration)
	case p.MaxBytes < minEvidenceBytes || p.MaxBytes > maxEvidenceBytes:
		return fmt.Errorf("evidence.max_bytes: expected %d to %d, got %d", minEvidenceBytes, maxEvidenceBytes, p.MaxBytes)
	}
	return nil
}

// checkKeyTypes wants the types that a verifier knows, each once.
func checkKeyTypes(allowed []string) error {
	if len(allowed) == 0 {
		return errors.New("validator.pub_key_types: expected ed25519 or ml_dsa_65, got none")
	}
	for i, t := range allowed {
		if t != cmttypes.ABCIPubKeyTypeEd25519 && t != cmttypes.ABCIPubKeyTypeMlDsa65 {
			return fmt.Errorf("validator.pub_key_types: expected ed25519 or ml_dsa_65, got %s", t)
		}
		if slices.Contains(allowed[:i], t) {
			return fmt.Errorf("validator.pub_key_types: expected each type once, got %v", allowed)
		}
	}
	return nil
}
