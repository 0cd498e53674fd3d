package types

import (
	"context"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// LogKeeper is the evidence log.
type LogKeeper interface {
	Head(ctx context.Context) (logtypes.LogHead, error)
	Append(ctx context.Context, body logtypes.Body) (*logtypes.Entry, error)
	Entry(ctx context.Context, seq uint64) (*logtypes.Entry, error)
	EntryBytes(ctx context.Context, seq uint64) ([]byte, error)
	Identity(ctx context.Context) (logtypes.LogIdentity, error)
	CertificateStatus(ctx context.Context, certSeq uint64) (logtypes.CertificateStatus, error)
	EvidenceStatus(ctx context.Context, evidenceSeq uint64) (logtypes.EvidenceStatus, error)
}

// ConsortiumKeeper knows the keys of all signers and the officers.
type ConsortiumKeeper interface {
	KeyOf(ctx context.Context, address string) (consortiumtypes.Key, error)
	OfficerWith(ctx context.Context, address string, roles ...logtypes.Role) (consortiumtypes.Officer, error)
}

// EnterpriseKeeper knows who may act for an enterprise and how much it may deposit.
type EnterpriseKeeper interface {
	AuthoriseMember(ctx context.Context, address string, enterpriseID uint64, right enterprisetypes.Right) (enterprisetypes.Member, error)
	CheckImpartial(ctx context.Context, userID, enterpriseID uint64) error
	Enterprise(ctx context.Context, id uint64) (enterprisetypes.Enterprise, error)
	CheckQualified(ctx context.Context, enterpriseID uint64, category uint32) error
	ConsumeQuota(ctx context.Context, enterpriseID, records uint64) error
}
