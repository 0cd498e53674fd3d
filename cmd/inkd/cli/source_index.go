package cli

import (
	"context"
	"errors"
	"fmt"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
)

// pageOf is how many values are asked for at a time.
const pageOf = 1000

// Inclusion is the path of an entry.
func (s *source) Inclusion(ctx context.Context, seq, size uint64) ([]bundle.Hash, error) {
	resp, err := fromAny[indextypes.QueryInclusionResponse](ctx, s, queryOf("index", "Inclusion"),
		&indextypes.QueryInclusionRequest{Seq: seq, TreeSize: size})
	if err != nil {
		return nil, err
	}
	return hashesOf("path", resp.Path)
}

// Consistency is the proof between two sizes.
func (s *source) Consistency(ctx context.Context, from, to uint64) ([]bundle.Hash, error) {
	resp, err := fromAny[indextypes.QueryConsistencyResponse](ctx, s, queryOf("index", "Consistency"),
		&indextypes.QueryConsistencyRequest{From: from, To: to})
	if err != nil {
		return nil, err
	}
	return hashesOf("consistency proof", resp.Hashes)
}

// Head is the archived head of a height, or, as long as a node has that state, a new
// proof of it.
func (s *source) Head(ctx context.Context, height uint64) (bundle.State, error) {
	resp, err := fromAny[indextypes.QueryHeadResponse](ctx, s, queryOf("index", "Head"), &indextypes.QueryHeadRequest{Height: height})
	if err == nil {
		return parsedAnswer(resp.State, bundle.ParseState)
	}
	if !errors.Is(err, prove.ErrNotFound) {
		return bundle.State{}, err
	}
	state, live := s.State(ctx, height, bundle.StateHead, 0)
	if isMissing(live) {
		return bundle.State{}, fmt.Errorf("head of height %d: %w", height, prove.ErrNotKept)
	}
	return state, live
}

// archivedBlock is a block of the archive with its set.
func (s *source) archivedBlock(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	resp, err := fromAny[indextypes.QueryBlockResponse](ctx, s, queryOf("index", "Block"), &indextypes.QueryBlockRequest{Height: height})
	if err != nil {
		return bundle.Block{}, nil, err
	}
	b, err := parsedAnswer(resp.Block, bundle.ParseBlock)
	if err != nil {
		return b, nil, err
	}
	set, err := parsedAnswer(resp.Validators, bundle.ParseSet)
	return b, set, err
}

func parsedAnswer[T any](b []byte, parse func([]byte) (T, error)) (T, error) {
	v, err := parse(b)
	if err != nil {
		return v, internal(fmt.Errorf("the node's answer: %w", err))
	}
	return v, nil
}

// Links are the heights of the archive's set changes above after, up to upto.
func (s *source) Links(ctx context.Context, after, upto uint64) ([]uint64, error) {
	var all []uint64
	for {
		resp, err := fromAny[indextypes.QueryLinksResponse](ctx, s, queryOf("index", "Links"),
			&indextypes.QueryLinksRequest{After: after, Limit: pageOf})
		if err != nil {
			return nil, err
		}
		for _, h := range resp.Heights {
			if h <= after {
				return nil, internal(fmt.Errorf("links: expected a height above %d, got %d", after, h))
			}
			if h > upto {
				return all, nil
			}
			all, after = append(all, h), h
		}
		if len(resp.Heights) < pageOf {
			return all, nil
		}
	}
}

// Find asks for all pages.
func (s *source) Find(ctx context.Context, q *indextypes.QueryFindRequest) ([]uint64, error) {
	var all []uint64
	page := *q
	page.Limit = pageOf
	for {
		resp, err := fromAny[indextypes.QueryFindResponse](ctx, s, queryOf("index", "Find"), &page)
		if err != nil {
			return nil, err
		}
		for _, seq := range resp.Seqs {
			if len(all) > 0 && seq <= page.After {
				return nil, internal(fmt.Errorf("look-up: expected a seq above %d, got %d", page.After, seq))
			}
			all, page.After = append(all, seq), seq
		}
		if !resp.More || len(resp.Seqs) == 0 {
			return all, nil
		}
	}
}
