package keeper

import (
	"context"
	"errors"
	"strconv"
	"strings"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

type queryServer struct{ k *Keeper }

// NewQueryServer makes the query server of the module.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Record is a record by its number, with what came of it.
func (s queryServer) Record(ctx context.Context, req *types.QueryRecordRequest) (*types.QueryRecordResponse, error) {
	seq, err := parseNumber(req.Number, format.CZ)
	if err != nil {
		return nil, err
	}
	entry, err := s.k.record(ctx, seq)
	if err != nil {
		return nil, err
	}
	if err := checkNumber(req.Number, format.CZ, entry); err != nil {
		return nil, err
	}
	resp := &types.QueryRecordResponse{Number: req.Number, Entry: *entry}
	if resp.EntryBytes, err = s.k.log.EntryBytes(ctx, seq); err != nil {
		return nil, err
	}
	status, err := s.k.log.EvidenceStatus(ctx, seq)
	switch {
	case err == nil:
		resp.Status = &status
	case !errors.Is(err, logtypes.ErrNotFound):
		return nil, err
	}
	o, err := s.k.opened(ctx, seq)
	if err != nil {
		return nil, err
	}
	resp.OpeningSeq = o.OpeningSeq
	resp.Certificate, err = s.k.latestCertificate(ctx, seq)
	return resp, err
}

// Certificate is a certificate by its number or its cert_seq.
func (s queryServer) Certificate(ctx context.Context, req *types.QueryCertificateRequest) (*types.QueryCertificateResponse, error) {
	certSeq, err := s.certSeq(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	c, err := s.k.Certificate(ctx, certSeq)
	if err != nil {
		return nil, err
	}
	resp := &types.QueryCertificateResponse{Certificate: c}
	if resp.Status, err = s.k.log.CertificateStatus(ctx, certSeq); err != nil {
		return nil, err
	}
	evidence, err := s.k.record(ctx, c.EvidenceSeq)
	if err != nil {
		return nil, err
	}
	if resp.EvidenceNumber, err = numberOf(format.CZ, evidence); err != nil {
		return nil, err
	}
	if c.IssuedSeq == 0 {
		return resp, nil
	}
	issued, err := s.k.log.Entry(ctx, c.IssuedSeq)
	if err != nil {
		return nil, err
	}
	resp.Number, err = numberOf(format.ZS, issued)
	return resp, err
}

// Certificates are all certificates, or those of an enterprise or in a state.
func (s queryServer) Certificates(ctx context.Context, req *types.QueryCertificatesRequest) (*types.QueryCertificatesResponse, error) {
	if _, ok := logtypes.CertificateState_name[int32(req.State)]; !ok {
		return nil, errorsmod.Wrapf(types.ErrInvalid, "state: expected one of ink.log.v1.CertificateState, got %d", int32(req.State))
	}
	anyState := req.State == logtypes.CERTIFICATE_STATE_UNSPECIFIED
	p, err := parsePage(req.Pagination, req.EnterpriseId != 0 || !anyState)
	if err != nil {
		return nil, err
	}
	found, next, err := s.k.certificatePage(ctx, p, func(c types.Certificate) bool {
		return (req.EnterpriseId == 0 || c.EnterpriseId == req.EnterpriseId) && (anyState || c.State == req.State)
	})
	return &types.QueryCertificatesResponse{Certificates: found, Pagination: next}, err
}

// certSeq reads a certificate's id: a number that begins with a letter, or the
// decimal cert_seq.
func (s queryServer) certSeq(ctx context.Context, id string) (uint64, error) {
	if certSeq, err := strconv.ParseUint(id, 10, 64); err == nil {
		return certSeq, nil
	}
	if !strings.HasPrefix(id, "ZS") && !strings.HasPrefix(id, "CZ") {
		return 0, errorsmod.Wrapf(types.ErrNumber, "expected a certificate's number, ZS…, or its cert_seq, got %q", id)
	}
	seq, err := parseNumber(id, format.ZS)
	if err != nil {
		return 0, err
	}
	entry, err := s.k.log.Entry(ctx, seq)
	if errors.Is(err, logtypes.ErrNotFound) {
		return 0, errorsmod.Wrapf(types.ErrNotFound, "%s: %s", id, err)
	}
	if err != nil {
		return 0, err
	}
	issued := entry.GetCertificateIssued()
	if issued == nil {
		return 0, errorsmod.Wrapf(types.ErrNotFound, "%s: expected entry %d to be an issue, got %s", id, seq, entry.Kind())
	}
	return issued.CertSeq, checkNumber(id, format.ZS, entry)
}

// parseNumber returns the seq of a number of the wanted kind with a right check
// digit.
func parseNumber(number string, want format.NumberKind) (uint64, error) {
	kind, _, seq, err := format.ParseNumber(number)
	if err != nil {
		return 0, errorsmod.Wrap(types.ErrNumber, err.Error())
	}
	if kind != want {
		return 0, errorsmod.Wrapf(types.ErrNumber, "expected a number %s…, got %s", want, number)
	}
	return seq, nil
}

// checkNumber compares a number with the one its entry has: the year may be wrong
// though the check digit is right.
func checkNumber(number string, kind format.NumberKind, entry *logtypes.Entry) error {
	want, err := numberOf(kind, entry)
	if err != nil {
		return err
	}
	if number != want {
		return errorsmod.Wrapf(types.ErrNumber, "entry %d: expected %s, got %s", entry.Seq, want, number)
	}
	return nil
}

func numberOf(kind format.NumberKind, entry *logtypes.Entry) (string, error) {
	number := format.EvidenceNumber
	if kind == format.ZS {
		number = format.CertificateNumber
	}
	n, err := number(entry.Seq, entry.BlockTime)
	if err != nil {
		return "", errorsmod.Wrap(types.ErrNumber, err.Error())
	}
	return n, nil
}
