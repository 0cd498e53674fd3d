package app

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// class says how a message may reach its handler.
type class int

const (
	// refused: never. The zero value, so that a forgotten message is refused.
	refused class = iota
	// signed: in a transaction, by its signer.
	signed
	// proposed: only as part of a decision of the consortium.
	proposed
)

// classes is the allow-list: every message type that the chain knows has exactly
// one class here. A test fails on a new type without a row.
var classes = map[string]class{
	sdk.MsgTypeURL(&consortiumtypes.MsgAppointOfficer{}):     signed,
	sdk.MsgTypeURL(&consortiumtypes.MsgDismissOfficer{}):     signed,
	sdk.MsgTypeURL(&consortiumtypes.MsgRotateConsensusKey{}): signed,
	sdk.MsgTypeURL(&consortiumtypes.MsgPublishDigest{}):      signed,
	sdk.MsgTypeURL(&consortiumtypes.MsgPropose{}):            signed,
	sdk.MsgTypeURL(&consortiumtypes.MsgVote{}):               signed,

	sdk.MsgTypeURL(&enterprisetypes.MsgEnrolUser{}):           signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgApplyEnterprise{}):     signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgReviewEnterprise{}):    signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgSuspendEnterprise{}):   signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgSetQuota{}):            signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgApplyMembership{}):     signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgReviewMembership{}):    signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgSetRights{}):           signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgRemoveMember{}):        signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgApplyQualification{}):  signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgReviewQualification{}): signed,
	sdk.MsgTypeURL(&enterprisetypes.MsgRevokeQualification{}): signed,

	sdk.MsgTypeURL(&evidencetypes.MsgSubmitRecord{}):      signed,
	sdk.MsgTypeURL(&evidencetypes.MsgOpen{}):              signed,
	sdk.MsgTypeURL(&evidencetypes.MsgApplyCertificate{}):  signed,
	sdk.MsgTypeURL(&evidencetypes.MsgReviewCertificate{}): signed,
	sdk.MsgTypeURL(&evidencetypes.MsgRejectCertificate{}): signed,
	sdk.MsgTypeURL(&evidencetypes.MsgIssueCertificate{}):  signed,
	sdk.MsgTypeURL(&evidencetypes.MsgRevokeCertificate{}): signed,

	sdk.MsgTypeURL(&consortiumtypes.MsgAdmitInstitution{}):   proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgSuspendInstitution{}): proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgReadmitInstitution{}): proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgRemoveInstitution{}):  proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgSetPower{}):           proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgReplaceOperator{}):    proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgResetOfficer{}):       proposed,
	sdk.MsgTypeURL(&consortiumtypes.MsgUpdateParams{}):       proposed,
	sdk.MsgTypeURL(&enterprisetypes.MsgUpdateParams{}):       proposed,

	"/cosmos.auth.v1beta1.MsgUpdateParams":       proposed,
	"/cosmos.consensus.v1.MsgUpdateParams":       proposed,
	"/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade": proposed,
	"/cosmos.upgrade.v1beta1.MsgCancelUpgrade":   proposed,
}
