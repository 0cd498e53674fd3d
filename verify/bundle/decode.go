package bundle

import (
	"errors"
	"fmt"
	"math"

	"github.com/inkchain/inkd/format"
)

// ErrMagic says that a file is none of ours, or one of ours for another purpose.
var ErrMagic = errors.New("not the expected kind of file")

const (
	maxKey       = 2048 // bytes; ML-DSA-65 has 1,952
	maxSignature = 4096 // bytes; ML-DSA-65 has 3,309
	maxHash      = 64
	maxNote      = 64 << 10
	maxToken     = 64 << 10
)

// Parse reads the file of a bundle. What it returns refers to file.
func Parse(file []byte) (*Bundle, error) {
	b, err := body("bundle", Magic, file)
	if err != nil {
		return nil, err
	}
	d := format.NewDecoder("bundle", b, MaxBytes)
	d.Version()
	out := &Bundle{LogID: d.Hash(2), Subject: d.Uint(3)}
	out.Blocks = many(d, 4, MaxBlocks, ParseBlock)
	out.Sets = many(d, 5, MaxSets, ParseSet)
	out.States = many(d, 6, MaxStates, ParseState)
	out.Entries = many(d, 7, MaxEntries, parseEntry)
	parseProofs(d, 8, &out.Proofs)
	out.Submission = one(d, 10, parseSubmission)
	out.Content = one(d, 11, parseContent)
	out.Items = many(d, 12, MaxItems, format.ParseShown)
	out.Lists = many(d, 13, MaxLists, parseList)
	out.Tokens = many(d, 14, MaxTokens, parseToken)
	out.Checkpoints = many(d, 15, MaxTokens, parseNote)
	if err := d.Close(); err != nil {
		return nil, err
	}
	return out, nil
}

// ParseProofs reads a file of separate proofs.
func ParseProofs(file []byte) (*Proofs, error) {
	b, err := body("proofs", ProofsMagic, file)
	if err != nil {
		return nil, err
	}
	d := format.NewDecoder("proofs", b, MaxBytes)
	d.Version()
	p := &Proofs{LogID: d.Hash(2)}
	parseProofs(d, 3, p)
	if err := d.Close(); err != nil {
		return nil, err
	}
	return p, nil
}

// body strips the magic and says what else the file seems to be.
func body(what, magic string, file []byte) ([]byte, error) {
	if len(file) > MaxBytes {
		return nil, fmt.Errorf("%s: %w: expected at most %d bytes, got %d", what, format.ErrLimit, MaxBytes, len(file))
	}
	if len(file) == 0 {
		return nil, fmt.Errorf("%s: %w: expected %s, got an empty file", what, ErrMagic, magic)
	}
	if len(file) < len(magic) || string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("%s: %w: expected a file that begins with %s, got %s", what, ErrMagic, magic, looksLike(file))
	}
	return file[len(magic):], nil
}

func looksLike(file []byte) string {
	begins := func(s string) bool { return len(file) >= len(s) && string(file[:len(s)]) == s }
	switch {
	case begins(Magic):
		return "a bundle"
	case begins(AnchorMagic):
		return "an anchor"
	case begins(ProofsMagic):
		return "a file of separate proofs"
	case begins("INKBNDL"), begins("INKANCH"), begins("INKPRFS"):
		return "a file of another version of this format"
	case begins("INKOPEN"):
		return "an opening file, which is never to be given away"
	case begins("%PDF"):
		return "a PDF"
	case begins("{"), begins("["):
		return "what looks like JSON"
	}
	return fmt.Sprintf("%q", file[:min(8, len(file))])
}

// many reads the elements of a repeated field of messages.
func many[T any](d *format.Decoder, field uint32, limit int, parse func([]byte) (T, error)) []T {
	var out []T
	for {
		b, ok := d.Message(field)
		if !ok {
			return out
		}
		if len(out) == limit {
			d.Fail(field, fmt.Errorf("%w: expected at most %d elements, got more", format.ErrLimit, limit))
		}
		v, err := parse(b)
		if err != nil {
			d.Fail(field, err)
			return out
		}
		out = append(out, v)
	}
}

// one reads a message that may be absent.
func one[T any](d *format.Decoder, field uint32, parse func([]byte) (T, error)) *T {
	b, ok := d.Message(field)
	if !ok {
		return nil
	}
	v, err := parse(b)
	if err != nil {
		d.Fail(field, err)
	}
	return &v
}

// required reads a message that must be there.
func required[T any](d *format.Decoder, field uint32, parse func([]byte) (T, error)) T {
	v := one(d, field, parse)
	if v == nil {
		d.Fail(field, fmt.Errorf("%w: expected a message", format.ErrMissing))
		v = new(T)
	}
	return *v
}

// ParseBlock reads the canonical message of a block.
func ParseBlock(b []byte) (Block, error) {
	d := format.NewDecoder("block", b, MaxBytes)
	out := Block{Header: required(d, 1, parseHeader), Commit: required(d, 2, parseCommit)}
	return out, d.Close()
}

func parseHeader(b []byte) (Header, error) {
	d := format.NewDecoder("header", b, 4096)
	h := Header{BlockVersion: d.Uint(1), AppVersion: d.Uint(2), ChainID: d.Text(3, maxChainID), Height: height(d, 4), Time: height(d, 5)}
	h.LastBlockID = required(d, 6, parseBlockID)
	for i, v := range []*[]byte{
		&h.LastCommitHash, &h.DataHash, &h.ValidatorsHash, &h.NextValidatorsHash, &h.ConsensusHash,
		&h.AppHash, &h.LastResultsHash, &h.EvidenceHash, &h.ProposerAddress,
	} {
		*v = d.Raw(uint32(7+i), maxHash)
	}
	return h, d.Close()
}

// height reads a number that the chain keeps as int64.
func height(d *format.Decoder, field uint32) uint64 {
	v := d.Uint(field)
	if v > math.MaxInt64 {
		d.Fail(field, fmt.Errorf("%w: expected less than 2^63, got %d", format.ErrVarintOverflow, v))
	}
	return v
}

func parseBlockID(b []byte) (BlockID, error) {
	d := format.NewDecoder("block id", b, 256)
	out := BlockID{Hash: d.Raw(1, maxHash), PartsTotal: d.Uint32(2), PartsHash: d.Raw(3, maxHash)}
	return out, d.Close()
}

func parseCommit(b []byte) (Commit, error) {
	d := format.NewDecoder("commit", b, MaxBytes)
	c := Commit{Round: d.Uint32(1)}
	if c.Round > math.MaxInt32 {
		d.Fail(1, fmt.Errorf("%w: expected less than 2^31, got %d", format.ErrVarintOverflow, c.Round))
	}
	c.BlockID = required(d, 2, parseBlockID)
	c.Signatures = many(d, 3, MaxValidators, parseSignature)
	return c, d.Close()
}

func parseSignature(b []byte) (Signature, error) {
	d := format.NewDecoder("signature", b, maxSignature+256)
	s := Signature{Flag: d.Uint32(1), Address: d.Raw(2, maxHash), Time: height(d, 3), Signature: d.Raw(4, maxSignature)}
	return s, d.Close()
}

// ParseSet reads the canonical message of a validator set.
func ParseSet(b []byte) ([]Validator, error) {
	d := format.NewDecoder("validator set", b, MaxBytes)
	out := many(d, 1, MaxValidators, parseValidator)
	return out, d.Close()
}

func parseValidator(b []byte) (Validator, error) {
	d := format.NewDecoder("validator", b, maxKey+64)
	v := Validator{PublicKey: PublicKey{Type: d.Uint32(1), Key: d.Raw(2, maxKey)}, Power: d.Uint(3)}
	return v, d.Close()
}

// ParseState reads the canonical message of a proven value.
func ParseState(b []byte) (State, error) {
	d := format.NewDecoder("state value", b, 2*MaxStateProof+64)
	s := State{Height: height(d, 1), Kind: StateKind(d.Uint32(2)), ID: d.Uint(3), ValueProof: d.Raw(4, MaxStateProof), StoreProof: d.Raw(5, MaxStateProof)}
	return s, d.Close()
}

func parseEntry(b []byte) (Entry, error) {
	d := format.NewDecoder("proven entry", b, format.MaxEntryBytes+32*format.MaxPath+64)
	e := Entry{Bytes: d.Raw(1, format.MaxEntryBytes), Size: d.Uint(2), Path: d.Path(3)}
	return e, d.Close()
}

func parseProofs(d *format.Decoder, number uint32, p *Proofs) {
	p.Inclusions = many(d, number, MaxProofs, func(b []byte) (Inclusion, error) {
		d := format.NewDecoder("inclusion proof", b, MaxStateProof)
		v := Inclusion{Seq: d.Uint(1), Size: d.Uint(2), Path: d.Path(3)}
		return v, d.Close()
	})
	p.Consistency = many(d, number+1, MaxProofs, func(b []byte) (Consistency, error) {
		d := format.NewDecoder("consistency proof", b, MaxStateProof)
		v := Consistency{From: d.Uint(1), To: d.Uint(2), Hashes: d.LongPath(3, 2*format.MaxPath)}
		return v, d.Close()
	})
}

func parseSubmission(b []byte) (Submission, error) {
	d := format.NewDecoder("submission", b, MaxTx+64)
	s := Submission{Tx: d.Raw(1, MaxTx), AccountNumber: d.Uint(2)}
	return s, d.Close()
}

func parseContent(b []byte) (Content, error) {
	d := format.NewDecoder("content", b, format.MaxPublicBytes+format.MaxPrivateBytes+256)
	c := Content{Public: d.Raw(1, format.MaxPublicBytes), Nonce: d.Hash(2), PrivateDigest: d.OptionalHash(3), Private: d.Raw(4, format.MaxPrivateBytes), PrivateNonce: d.OptionalHash(5)}
	if (c.Private == nil) == (c.PrivateDigest == Hash{}) || (c.Private == nil) != (c.PrivateNonce == Hash{}) {
		d.Fail(3, fmt.Errorf("%w: expected either the private part with its nonce or its digest", format.ErrValue))
	}
	return c, d.Close()
}

func parseList(b []byte) (List, error) {
	d := format.NewDecoder("list", b, MaxBytes)
	l := List{Kind: ListKind(d.Uint32(1)), ID: d.Uint(2), From: d.Uint(3), To: d.Uint(4)}
	l.Entries = many(d, 5, MaxEntries, func(b []byte) ([]byte, error) {
		if len(b) > format.MaxEntryBytes {
			return nil, fmt.Errorf("entry: %w: expected at most %d bytes, got %d", format.ErrLimit, format.MaxEntryBytes, len(b))
		}
		return b, nil
	})
	l.Size = d.Uint(6)
	l.Path = d.Path(7)
	return l, d.Close()
}

func parseToken(b []byte) (Token, error) {
	d := format.NewDecoder("time-stamp token", b, maxToken)
	t := Token{Size: d.Uint(1), DER: d.Raw(2, maxToken)}
	return t, d.Close()
}

func parseNote(b []byte) ([]byte, error) {
	if len(b) == 0 || len(b) > maxNote {
		return nil, fmt.Errorf("checkpoint: %w: expected 1 to %d bytes, got %d", format.ErrLimit, maxNote, len(b))
	}
	return b, nil
}
