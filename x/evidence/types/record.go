package types

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	// RequestLife is how long a request id is remembered, in block time.
	RequestLife = 7 * 24 * time.Hour
	// MaxDepositsPerBlock is how many records a block can hold: the limit that
	// whoever sets the block's gas has to keep.
	MaxDepositsPerBlock = 4352
	// MaxRequestsPerBlock is how many of them can have a request id.
	MaxRequestsPerBlock = 2304
	// MaxPurge is how many expired requests a block forgets: twice what it can
	// add, so that a backlog always shrinks.
	MaxPurge = 2 * MaxRequestsPerBlock
	// PurgeGas is what a request pays for being forgotten, because the end of a
	// block has no gas: it takes as long as remembering it.
	PurgeGas = 40_000
)

// RequestIDLength of a request id, in bytes.
const RequestIDLength = 32

// CheckSubmission checks the fields of a deposit that need no state.
func CheckSubmission(m *MsgSubmitRecord) error {
	if m.Kind != logtypes.RECORD_KIND_DATA_PACKAGE {
		return errorsmod.Wrapf(ErrKind, "expected %s, got %s, which is not accepted yet",
			logtypes.RECORD_KIND_DATA_PACKAGE, m.Kind)
	}
	if err := consortiumtypes.CheckCommitment("commitment", m.Commitment); err != nil {
		return err
	}
	if n := len(m.RequestId); n != 0 && n != RequestIDLength {
		return errorsmod.Wrapf(ErrInvalid, "request_id: expected none or %d bytes, got %d", RequestIDLength, n)
	}
	return nil
}

// ParseHash takes exactly 32 bytes, else ErrInvalid naming the field.
func ParseHash(field string, b []byte) (format.Hash, error) {
	if len(b) != len(format.Hash{}) {
		return format.Hash{}, errorsmod.Wrapf(ErrInvalid, "%s: expected %d bytes, got %d", field, len(format.Hash{}), len(b))
	}
	return format.Hash(b), nil
}

// RequestKey is SHA-256("ink/request/v1" || be64(enterprise id) || request id):
// 32 bytes that the client did not choose, so that store keys stay ours.
func RequestKey(enterpriseID uint64, requestID []byte) []byte {
	b := append([]byte("ink/request/v1"), binary.BigEndian.AppendUint64(nil, enterpriseID)...)
	sum := sha256.Sum256(append(b, requestID...))
	return sum[:]
}
