package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/inkchain/inkd/x/log/types"
)

type queryServer struct{ k *Keeper }

// NewQueryServer answers queries from the log's state.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Head(ctx context.Context, _ *types.QueryHeadRequest) (*types.QueryHeadResponse, error) {
	head, err := s.k.Head(ctx)
	if err != nil {
		return nil, err
	}
	id, err := s.k.Identity(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryHeadResponse{Head: head, LogId: id.LogId}, nil
}

func (s queryServer) Entry(ctx context.Context, req *types.QueryEntryRequest) (*types.QueryEntryResponse, error) {
	b, err := s.k.EntryBytes(ctx, req.Seq)
	if err != nil {
		return nil, notFound(err)
	}
	e, err := types.ParseEntry(b)
	if err != nil {
		return nil, err
	}
	return &types.QueryEntryResponse{Entry: *e, EntryBytes: b}, nil
}

func (s queryServer) Entries(ctx context.Context, req *types.QueryEntriesRequest) (*types.QueryEntriesResponse, error) {
	limit := uint64(req.Limit)
	if limit > types.MaxPage {
		return nil, status.Errorf(codes.InvalidArgument, "expected a limit of at most %d, got %d", types.MaxPage, req.Limit)
	}
	if limit == 0 {
		limit = types.MaxPage
	}
	head, err := s.k.Head(ctx)
	if err != nil {
		return nil, err
	}
	resp := &types.QueryEntriesResponse{}
	for seq := req.From; seq < head.Size_ && uint64(len(resp.Entries)) < limit; seq++ {
		b, err := s.k.EntryBytes(ctx, seq)
		if err != nil {
			return nil, err
		}
		resp.Entries = append(resp.Entries, b)
		resp.Next = seq + 1
	}
	if resp.Next == head.Size_ {
		resp.Next = 0
	}
	return resp, nil
}

func (s queryServer) CertificateStatus(ctx context.Context, req *types.QueryCertificateStatusRequest) (*types.QueryCertificateStatusResponse, error) {
	v, err := s.k.CertificateStatus(ctx, req.CertSeq)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryCertificateStatusResponse{Status: v}, nil
}

func (s queryServer) EvidenceStatus(ctx context.Context, req *types.QueryEvidenceStatusRequest) (*types.QueryEvidenceStatusResponse, error) {
	v, err := s.k.EvidenceStatus(ctx, req.EvidenceSeq)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryEvidenceStatusResponse{Status: v}, nil
}

func (s queryServer) KeyStatus(ctx context.Context, req *types.QueryKeyStatusRequest) (*types.QueryKeyStatusResponse, error) {
	v, err := s.k.KeyStatus(ctx, req.KeyId)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryKeyStatusResponse{Status: v}, nil
}

func (s queryServer) EnterpriseCounter(ctx context.Context, req *types.QueryEnterpriseCounterRequest) (*types.QueryEnterpriseCounterResponse, error) {
	c, err := s.k.EnterpriseCounter(ctx, req.EnterpriseId)
	if err != nil {
		return nil, err
	}
	return &types.QueryEnterpriseCounterResponse{Counter: c}, nil
}

func (s queryServer) ApplicationCounter(ctx context.Context, _ *types.QueryApplicationCounterRequest) (*types.QueryApplicationCounterResponse, error) {
	c, err := s.k.ApplicationCounter(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryApplicationCounterResponse{Counter: c}, nil
}

// notFound gives a missing entry the gRPC code that REST turns into 404.
func notFound(err error) error {
	if types.ErrNotFound.Is(err) {
		return status.Error(codes.NotFound, err.Error())
	}
	return err
}
