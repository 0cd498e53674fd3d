package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	indextypes "github.com/inkchain/inkd/logindex/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// findDigest is the number of the record with a commitment, or with an item whose
// disclosed SHA-256 or SM3 is this, as the node's index says.
func (s *session) findDigest(ctx context.Context, digest []byte) (string, error) {
	var seqs []uint64
	for _, subject := range []indextypes.Subject{indextypes.Subject_SUBJECT_COMMITMENT, indextypes.Subject_SUBJECT_DIGEST} {
		found, err := s.source().Find(ctx, &indextypes.QueryFindRequest{Subject: subject, Digest: digest})
		var own *Error
		if errors.As(err, &own) && own.Code == "no-index" {
			return "", noSuchDigest().WithHint("该节点没有日志索引，无法按摘要查询：请询问其他节点 · the node has no index, so it finds no digests: ask another node with --node")
		}
		if err != nil {
			return "", err
		}
		seqs = append(seqs, found...)
	}
	return s.recordOf(ctx, seqs)
}

// noSuchDigest says that nothing is known by these 64 digits.
func noSuchDigest() *Error {
	e := evidencetypes.ErrNotFound
	return Refused(e.Codespace(), e.ABCICode(), "expected the hash of a transaction, a commitment, or a disclosed digest, got none of these").
		WithHint("文件的摘要公开后才能查到 · a file is found by its digest only once that was disclosed, with a certificate or on purpose")
}

// maxNumbers of records are named that have one digest.
const maxNumbers = 20

// recordOf is the number of the one record that entries are, or are about.
func (s *session) recordOf(ctx context.Context, seqs []uint64) (string, error) {
	var numbers []string
	for _, seq := range seqs {
		if len(numbers) == maxNumbers {
			numbers = append(numbers, "…")
			break
		}
		res, err := s.log().Entry(ctx, &logtypes.QueryEntryRequest{Seq: seq})
		if err != nil {
			return "", err
		}
		if d := res.Entry.GetItemDisclosure(); d != nil {
			seq = d.EvidenceSeq
		} else if res.Entry.GetRecord() == nil {
			continue
		}
		number, err := s.numberOf(ctx, seq)
		if err != nil {
			return "", err
		}
		if !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	switch len(numbers) {
	case 0:
		return "", noSuchDigest()
	case 1:
		return numbers[0], nil
	}
	list := strings.Join(numbers, ", ")
	return "", Usage("多件存证有此摘要："+list, fmt.Sprintf("expected a digest of one record, got that of %s", list), "请给出其中一个编号 · give one of the numbers")
}
