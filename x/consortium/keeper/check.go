package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Check says what can be known of a message before it is executed, and writes
// nothing. The ante chain calls it after Authorise, the handlers check by the same
// functions. ErrNotPermitted for a message of another module.
func (k *Keeper) Check(ctx context.Context, msg sdk.Msg) error {
	in, err := k.authorise(ctx, msg)
	if err != nil {
		return err
	}
	switch m := msg.(type) {
	case *types.MsgAppointOfficer:
		return k.checkAppointment(ctx, m, in)
	case *types.MsgDismissOfficer:
		_, err := k.checkDismissal(ctx, m)
		return err
	case *types.MsgPublishDigest:
		return checkDigest(m)
	case *types.MsgRotateConsensusKey:
		return k.checkRotation(ctx, m, in)
	case *types.MsgPropose:
		return k.checkProposal(ctx, m, in)
	case *types.MsgVote:
		_, err := k.checkVote(ctx, m, in)
		return err
	}
	return errorsmod.Wrapf(types.ErrNotPermitted, "expected a message of the consortium, got %T", msg)
}

func (k *Keeper) checkAppointment(ctx context.Context, m *types.MsgAppointOfficer, in types.Institution) error {
	if err := types.CheckCommitment("person_commitment", m.PersonCommitment); err != nil {
		return err
	}
	if err := types.CheckCustody(m.Custody); err != nil {
		return err
	}
	if _, err := m.Key.CryptoKey(); err != nil {
		return err
	}
	if err := types.CheckRoles(in.Kind, m.Roles, m.EnrolCap); err != nil {
		return err
	}
	return k.checkUnnamed(ctx, m.Key)
}

func checkDigest(m *types.MsgPublishDigest) error {
	if _, ok := logtypes.DigestTopic_name[int32(m.Topic)]; !ok || m.Topic == logtypes.DIGEST_TOPIC_UNSPECIFIED {
		return errorsmod.Wrapf(types.ErrInvalidField, "topic: expected a topic from 1 to %d, got %d", len(logtypes.DigestTopic_name)-1, m.Topic)
	}
	return types.CheckCommitment("digest", m.Digest)
}

func (k *Keeper) checkDismissal(ctx context.Context, m *types.MsgDismissOfficer) (types.Officer, error) {
	if err := types.CheckReason(m.Reason, true); err != nil {
		return types.Officer{}, err
	}
	o, err := k.Officer(ctx, m.OfficerId)
	if err == nil && o.Dismissed {
		err = errorsmod.Wrapf(types.ErrDismissed, "officer %d", o.Id)
	}
	return o, err
}
