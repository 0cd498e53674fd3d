package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Authorise says whether the signer may do what a message asks: rights and
// standing of members, roles of officers, conflict of interest. Ante calls it to
// refuse early, the handlers call it with authority. Errors: ErrNotPermitted and
// ErrUnknownSigner of consortium, ErrNotFound for an unknown target.
func (k *Keeper) Authorise(ctx context.Context, msg sdk.Msg) error {
	_, err := k.authorise(ctx, msg)
	return err
}

// actor is the authorised signer of a message, with what the message is about.
type actor struct {
	keyID  uint64
	userID uint64 // of the key; 0 for an officer who is no user
	// officer who acts; the zero value for a member.
	officer consortiumtypes.Officer
	// record that a member's message is about; nil for a deposit.
	record *logtypes.Record
	// certificate that an officer's message is about.
	certificate types.Certificate
}

// authorise is the only place where a message gets an actor: no handler can go on
// without it.
func (k *Keeper) authorise(ctx context.Context, msg sdk.Msg) (actor, error) {
	switch m := msg.(type) {
	case *types.MsgSubmitRecord:
		return k.asMember(ctx, m.Submitter, m.EnterpriseId, enterprisetypes.RIGHT_DEPOSIT)
	case *types.MsgOpen:
		return k.asOwner(ctx, m.Opener, m.EvidenceSeq, enterprisetypes.RIGHT_DEPOSIT)
	case *types.MsgApplyCertificate:
		return k.asOwner(ctx, m.Applicant, m.EvidenceSeq, enterprisetypes.RIGHT_CERTIFICATE)
	case *types.MsgReviewCertificate:
		return k.asOfficer(ctx, m.Officer, m.CertSeq, logtypes.ROLE_REVIEWER)
	case *types.MsgRejectCertificate:
		return k.asOfficer(ctx, m.Officer, m.CertSeq, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
	case *types.MsgIssueCertificate:
		return k.asOfficer(ctx, m.Officer, m.CertSeq, logtypes.ROLE_CERTIFIER)
	case *types.MsgRevokeCertificate:
		return k.asOfficer(ctx, m.Officer, m.CertSeq, logtypes.ROLE_CERTIFIER)
	}
	return actor{}, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of ink.evidence.v1, got %T", msg)
}

// asMember authorises a member of an enterprise with a right.
func (k *Keeper) asMember(ctx context.Context, address string, enterpriseID uint64, right enterprisetypes.Right) (actor, error) {
	member, err := k.enterprise.AuthoriseMember(ctx, address, enterpriseID, right)
	if err != nil {
		return actor{}, err
	}
	key, err := k.consortium.KeyOf(ctx, address)
	if err != nil {
		return actor{}, err
	}
	return actor{keyID: key.Id, userID: member.UserId}, nil
}

// asOwner authorises a member of the enterprise that deposited the record.
func (k *Keeper) asOwner(ctx context.Context, address string, evidenceSeq uint64, right enterprisetypes.Right) (actor, error) {
	entry, err := k.record(ctx, evidenceSeq)
	if err != nil {
		return actor{}, err
	}
	record := entry.GetRecord()
	a, err := k.asMember(ctx, address, record.EnterpriseId, right)
	a.record = record
	return a, err
}

// asOfficer authorises an officer with one of the roles who has no part in what
// the certificate is about.
func (k *Keeper) asOfficer(ctx context.Context, address string, certSeq uint64, roles ...logtypes.Role) (actor, error) {
	officer, err := k.consortium.OfficerWith(ctx, address, roles...)
	if err != nil {
		return actor{}, err
	}
	key, err := k.consortium.KeyOf(ctx, address)
	if err != nil {
		return actor{}, err
	}
	c, err := k.Certificate(ctx, certSeq)
	if err != nil {
		return actor{}, err
	}
	a := actor{keyID: key.Id, userID: key.UserId, officer: officer, certificate: c}
	return a, k.checkImpartial(ctx, a)
}

// checkImpartial refuses an officer who has part in the applicant's enterprise,
// and one who deposited or applied: that stays so after the membership ended.
func (k *Keeper) checkImpartial(ctx context.Context, a actor) error {
	c := a.certificate
	if err := k.enterprise.CheckImpartial(ctx, a.userID, c.EnterpriseId); err != nil || a.userID == 0 {
		return err
	}
	if a.userID == c.Applicant {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted,
			"certificate %d: expected an officer other than the applicant, got officer %d, who is user %d", c.CertSeq, a.officer.Id, a.userID)
	}
	entry, err := k.record(ctx, c.EvidenceSeq)
	if err != nil {
		return err
	}
	if a.userID == entry.GetRecord().UserId {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted,
			"certificate %d: expected an officer other than the depositor, got officer %d, who is user %d", c.CertSeq, a.officer.Id, a.userID)
	}
	return nil
}
