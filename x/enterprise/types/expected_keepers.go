package types

import (
	"context"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// ConsortiumKeeper knows keys and officers.
type ConsortiumKeeper interface {
	// KeyOf is the key bound to an address; ErrUnknownSigner if there is none,
	// ErrKeyRetired if nothing may be signed with it any more.
	KeyOf(ctx context.Context, address string) (consortiumtypes.Key, error)
	// OfficerWith is the active officer of an address with any of the roles; else
	// ErrNotPermitted.
	OfficerWith(ctx context.Context, address string, roles ...logtypes.Role) (consortiumtypes.Officer, error)
	// BindUserKey binds a key to a user, creates its account and appends the KeyBound
	// entry. It answers the key's id.
	BindUserKey(ctx context.Context, key consortiumtypes.PublicKey, custody logtypes.Custody, userID, boundBy uint64,
		personCommitment []byte, agreementVersion uint32) (uint64, error)
	// UseEnrolment counts an enrolment against an ENROLLER's daily cap.
	UseEnrolment(ctx context.Context, officer consortiumtypes.Officer) error
	// AuthoriseDecision refuses everybody but the consortium itself: ErrNotPermitted.
	AuthoriseDecision(authority string) error
}

// LogKeeper appends to the evidence log, and reads it at an import.
type LogKeeper interface {
	// Append appends one entry.
	Append(ctx context.Context, body logtypes.Body) (*logtypes.Entry, error)
	// Head is the log's head; the zero head while the log is empty.
	Head(ctx context.Context) (logtypes.LogHead, error)
	// Entry is the entry of a seq below the head's size.
	Entry(ctx context.Context, seq uint64) (*logtypes.Entry, error)
}
