package logindex

import (
	"context"
	"math"
	"net/http"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/logindex/types"
)

// question answers a request that has numbers in its path.
type question func(ctx context.Context, numbers []uint64) (proto.Message, error)

// handleProofs adds what is public of the queries, as JSON like that of the REST
// gateway. Entries stay with members.
func (s *Server) handleProofs(mux *http.ServeMux) {
	handle := func(path string, names []string, ask question) {
		for _, name := range names {
			path += "/{" + name + "}"
		}
		mux.HandleFunc("GET /v1/"+path, func(w http.ResponseWriter, r *http.Request) { serveJSON(w, r, names, ask) })
	}
	handle("inclusion", []string{"seq", "tree_size"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		resp, err := s.Inclusion(ctx, &types.QueryInclusionRequest{Seq: n[0], TreeSize: n[1]})
		if err == nil {
			resp.Entry = nil
		}
		return resp, err
	})
	handle("consistency", []string{"from", "to"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		return s.Consistency(ctx, &types.QueryConsistencyRequest{From: n[0], To: n[1]})
	})
	handle("head", []string{"height"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		return s.Head(ctx, &types.QueryHeadRequest{Height: n[0]})
	})
	handle("block", []string{"height"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		return s.Block(ctx, &types.QueryBlockRequest{Height: n[0]})
	})
	handle("heads", []string{"after"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		return s.Heads(ctx, &types.QueryHeadsRequest{After: n[0]})
	})
	handle("links", []string{"after"}, func(ctx context.Context, n []uint64) (proto.Message, error) {
		return s.Links(ctx, &types.QueryLinksRequest{After: n[0]})
	})
}

func serveJSON(w http.ResponseWriter, r *http.Request, names []string, ask question) {
	numbers := make([]uint64, len(names))
	for i, name := range names {
		n, ok := decimal(r.PathValue(name), math.MaxUint64)
		if !ok {
			http.Error(w, name+": expected a decimal number, got "+r.PathValue(name), http.StatusBadRequest)
			return
		}
		numbers[i] = n
	}
	resp, err := ask(r.Context(), numbers)
	if err != nil {
		refuse(w, err)
		return
	}
	body, err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true}).MarshalToString(resp)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(body))
}
