package logindex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/inkchain/inkd/logindex/types"
)

// MaxPage is the most values in a page, and how many an answer has without a limit.
const MaxPage = 1_000

// Find is a page of the entries that a request asks for, ascending, and whether
// there are further ones. Entries that are not served are not found.
func (x *Index) Find(q *types.QueryFindRequest) (seqs []uint64, more bool, err error) {
	row, err := rowOf(q)
	if err != nil {
		return nil, false, err
	}
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return nil, false, err
	}
	if q.To != 0 && q.From > q.To {
		return nil, false, fmt.Errorf("%w: expected from of at most %d, got %d", ErrRequest, q.To, q.From)
	}
	err = x.view(0, func(v *view) error {
		start, end, err := v.span(q)
		if err != nil || start >= end {
			return err
		}
		if row == nil {
			seqs, more = count(start, end, limit)
			return nil
		}
		seqs, more, err = v.scan(row, start, end, limit)
		return err
	})
	return seqs, more, err
}

// rowOf is the row that a request is about; none is all entries.
func rowOf(q *types.QueryFindRequest) ([]byte, error) {
	wantsID, wantsDigest := false, false
	switch q.Subject {
	case types.Subject_SUBJECT_ENTERPRISE_RECORDS, types.Subject_SUBJECT_ENTERPRISE, types.Subject_SUBJECT_EVIDENCE,
		types.Subject_SUBJECT_CERTIFICATE, types.Subject_SUBJECT_KEY, types.Subject_SUBJECT_INSTITUTION, types.Subject_SUBJECT_USER,
		types.Subject_SUBJECT_ENTERPRISE_CERTIFIED:
		wantsID = true
	case types.Subject_SUBJECT_DIGEST, types.Subject_SUBJECT_TRANSACTION, types.Subject_SUBJECT_COMMITMENT, types.Subject_SUBJECT_CONSENSUS_KEY:
		wantsDigest = true
	case types.Subject_SUBJECT_APPLICATIONS, types.Subject_SUBJECT_TIME:
	default:
		return nil, fmt.Errorf("%w: expected a subject from 1 to %d, got %d", ErrRequest, types.Subject_SUBJECT_ENTERPRISE_CERTIFIED, q.Subject)
	}
	if wantsID != (q.Id != 0) {
		return nil, fmt.Errorf("%w: expected %s for %s, got id %d", ErrRequest, wanted(wantsID, "an id from 1"), q.Subject, q.Id)
	}
	if wantsDigest != (len(q.Digest) == hashBytes) || !wantsDigest && len(q.Digest) != 0 {
		return nil, fmt.Errorf("%w: expected %s for %s, got %d bytes", ErrRequest, wanted(wantsDigest, "a digest of 32 bytes"), q.Subject, len(q.Digest))
	}
	switch {
	case q.Subject == types.Subject_SUBJECT_TIME:
		return nil, nil
	case wantsDigest:
		return digestRow(q.Subject, q.Digest), nil
	}
	return idRow(q.Subject, q.Id), nil
}

func wanted(yes bool, what string) string {
	if yes {
		return what
	}
	return "none"
}

func pageLimit(n uint32) (int, error) {
	if n > MaxPage {
		return 0, fmt.Errorf("%w: expected a limit of at most %d, got %d", ErrRequest, MaxPage, n)
	}
	if n == 0 {
		n = MaxPage
	}
	return int(n), nil
}

// span is the first seq and the one behind the last that a request allows. Block
// times never go back in a log, so bounds on time are bounds on seq.
func (v *view) span(q *types.QueryFindRequest) (start, end uint64, err error) {
	end = v.mark.Size
	if q.After == math.MaxUint64 {
		return end, end, nil
	}
	if q.After > 0 {
		start = q.After + 1
	}
	if q.From > 0 {
		first, err := v.firstAt(q.From)
		if err != nil {
			return 0, 0, err
		}
		start = max(start, first)
	}
	if q.To > 0 {
		if end, err = v.firstAt(q.To); err != nil {
			return 0, 0, err
		}
	}
	return start, end, nil
}

// firstAt is the first seq with a block time of at least t; the tree's size if none
// is served.
func (v *view) firstAt(t uint64) (uint64, error) {
	it, err := v.db.Iterator(timeKey(t), []byte{tableTime + 1})
	if err != nil {
		return 0, err
	}
	seq := v.mark.Size
	if it.Valid() && len(it.Value()) == 8 {
		seq = min(seq, binary.BigEndian.Uint64(it.Value()))
	}
	return seq, errors.Join(it.Error(), it.Close())
}

func count(start, end uint64, limit int) ([]uint64, bool) {
	seqs := make([]uint64, min(end-start, uint64(limit)))
	for i := range seqs {
		seqs[i] = start + uint64(i)
	}
	return seqs, end-start > uint64(limit)
}

func (v *view) scan(row []byte, start, end uint64, limit int) ([]uint64, bool, error) {
	it, err := v.db.Iterator(rowKey(row, start), rowKey(row, end))
	if err != nil {
		return nil, false, err
	}
	var seqs []uint64
	for ; it.Valid() && len(seqs) < limit; it.Next() {
		seqs = append(seqs, binary.BigEndian.Uint64(it.Key()[len(row):]))
	}
	more := it.Valid()
	return seqs, more, errors.Join(it.Error(), it.Close())
}
