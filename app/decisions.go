package app

import (
	"context"
	"errors"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// Limits of an upgrade's plan.
const (
	maxUpgradeName = 64
	maxUpgradeInfo = 512
)

// decisions finds the handlers of what the consortium decides, and guards those of
// the SDK: its modules accept what would stop this chain or break its promises.
type decisions struct{ app *App }

// Handler answers the handler of a message that may be decided on this state.
// Errors: ErrMessage; ErrParams and ErrUpgrade for what a guard refuses.
func (d decisions) Handler(ctx context.Context, msg sdk.Msg) (func(sdk.Context, sdk.Msg) (*sdk.Result, error), error) {
	url := sdk.MsgTypeURL(msg)
	if classes[url] != proposed {
		return nil, errorsmod.Wrapf(consortiumtypes.ErrMessage, "expected a message that a decision may carry, got %s", url)
	}
	if err := d.checkSigner(msg); err != nil {
		return nil, err
	}
	if err := d.guard(sdk.UnwrapSDKContext(ctx), msg); err != nil {
		return nil, err
	}
	handle := d.app.MsgServiceRouter().Handler(msg)
	return func(ctx sdk.Context, msg sdk.Msg) (*sdk.Result, error) {
		// What a message before in the same decision set, not what the block began with.
		return handle(ctx.WithConsensusParams(d.app.GetConsensusParams(ctx)), msg)
	}, nil
}

// checkSigner wants the consortium as the only signer.
func (d decisions) checkSigner(msg sdk.Msg) error {
	signers, _, err := d.app.Codec.GetMsgV1Signers(msg)
	if err != nil {
		return errorsmod.Wrapf(consortiumtypes.ErrMessage, "expected the consortium, %s, as the signer of %s: %s", Authority, sdk.MsgTypeURL(msg), err)
	}
	names := make([]string, len(signers))
	for i, s := range signers {
		if names[i], err = d.app.AddressCodec.BytesToString(s); err != nil {
			return errorsmod.Wrap(consortiumtypes.ErrMessage, err.Error())
		}
	}
	if len(names) != 1 || names[0] != Authority {
		return errorsmod.Wrapf(consortiumtypes.ErrMessage, "expected the consortium, %s, as the signer of %s, got %v", Authority, sdk.MsgTypeURL(msg), names)
	}
	return nil
}

func (d decisions) guard(ctx sdk.Context, msg sdk.Msg) error {
	switch m := msg.(type) {
	case *consensustypes.MsgUpdateParams:
		return d.guardParams(ctx, m)
	case *upgradetypes.MsgSoftwareUpgrade:
		return d.guardUpgrade(ctx, m.Plan)
	case *upgradetypes.MsgCancelUpgrade:
		_, _, err := d.Plan(ctx)
		return err
	}
	return nil
}

// guardParams keeps the consensus parameters in the range of a genesis, and the
// types of the keys that validators have.
func (d decisions) guardParams(ctx sdk.Context, m *consensustypes.MsgUpdateParams) error {
	p, err := m.ToProtoConsensusParams()
	if err == nil {
		err = checkConsensusParams(&p)
	}
	if err != nil {
		return errorsmod.Wrap(consortiumtypes.ErrParams, err.Error())
	}
	return d.app.ConsortiumKeeper.CheckKeyTypes(ctx, p.Validator.PubKeyTypes)
}

// guardUpgrade refuses a plan that the software at its height could not carry out.
func (d decisions) guardUpgrade(ctx sdk.Context, p upgradetypes.Plan) error {
	refuse := func(format string, args ...any) error {
		return errorsmod.Wrapf(consortiumtypes.ErrUpgrade, format, args...)
	}
	if !upgradeName(p.Name) {
		return refuse("name: expected 1 to %d characters of a-z, 0-9, dot and hyphen, got %q", maxUpgradeName, p.Name)
	}
	if p.Height <= ctx.BlockHeight() {
		return refuse("height: expected more than %d, the present one, got %d", ctx.BlockHeight(), p.Height)
	}
	if err := format.CheckText(p.Info, maxUpgradeInfo); err != nil {
		return refuse("info: expected none or up to %d bytes of plain text: %s", maxUpgradeInfo, err)
	}
	//lint:ignore SA1019 what is deprecated must be refused
	if !p.Time.IsZero() || p.UpgradedClientState != nil {
		return refuse("plan: expected name, height and info only, got a time or a client's state too")
	}
	// The SDK stops a node that finds an upgrade in its own software before the height.
	// What this node has must not count: others may have other software by now.
	since, err := d.app.ConsortiumKeeper.KnownUpgrade(ctx, p.Name)
	if err != nil {
		return err
	}
	if since != 0 {
		return refuse("name: expected one that no software had so far, got %s, known since height %d", p.Name, since)
	}
	name, height, err := d.Plan(ctx)
	if err == nil {
		return refuse("expected no other plan, got %s at height %d: cancel that first, if need be in the same proposal", name, height)
	}
	if !errors.Is(err, consortiumtypes.ErrUpgrade) {
		return err
	}
	return nil
}

// Plan answers the software upgrade that is planned: ErrUpgrade if there is none.
func (d decisions) Plan(ctx context.Context) (name string, height uint64, err error) {
	p, err := d.app.UpgradeKeeper.GetUpgradePlan(ctx)
	if errors.Is(err, upgradetypes.ErrNoUpgradePlanFound) {
		err = errorsmod.Wrap(consortiumtypes.ErrUpgrade, "expected a planned upgrade, got none")
	}
	return p.Name, uint64(max(p.Height, 0)), err
}

func upgradeName(name string) bool {
	if len(name) == 0 || len(name) > maxUpgradeName {
		return false
	}
	for i := range len(name) {
		b := name[i]
		if b != '.' && b != '-' && (b < 'a' || b > 'z') && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}
