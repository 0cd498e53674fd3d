package bundle

import "github.com/inkchain/inkd/format"

// Bytes is the file: magic and canonical message. It does not check the bundle:
// whoever writes one verifies it before giving it away.
func (b *Bundle) Bytes() []byte {
	var e format.Encoder
	e.Uint(1, format.Version)
	e.Hash(2, b.LogID)
	e.Uint(3, b.Subject)
	for _, v := range b.Blocks {
		e.Message(4, v.Message())
	}
	for _, v := range b.Sets {
		e.Message(5, EncodeSet(v))
	}
	for _, v := range b.States {
		e.Message(6, v.Message())
	}
	for _, v := range b.Entries {
		e.Message(7, encodeEntry(v))
	}
	encodeProofs(&e, 8, &b.Proofs)
	if b.Submission != nil {
		var m format.Encoder
		m.Raw(1, b.Submission.Tx)
		m.Uint(2, b.Submission.AccountNumber)
		e.Message(10, m.Bytes())
	}
	if b.Content != nil {
		e.Message(11, encodeContent(b.Content))
	}
	for i := range b.Items {
		e.Message(12, b.Items[i].Bytes())
	}
	for _, v := range b.Lists {
		e.Message(13, encodeList(v))
	}
	for _, v := range b.Tokens {
		var m format.Encoder
		m.Uint(1, v.Size)
		m.Raw(2, v.DER)
		e.Message(14, m.Bytes())
	}
	for _, v := range b.Checkpoints {
		e.Message(15, v)
	}
	return append([]byte(Magic), e.Bytes()...)
}

// Bytes is the file of separate proofs.
func (p *Proofs) Bytes() []byte {
	var e format.Encoder
	e.Uint(1, format.Version)
	e.Hash(2, p.LogID)
	encodeProofs(&e, 3, p)
	return append([]byte(ProofsMagic), e.Bytes()...)
}

// encodeProofs writes two fields, the first at number.
func encodeProofs(e *format.Encoder, number uint32, p *Proofs) {
	for _, v := range p.Inclusions {
		var m format.Encoder
		m.Uint(1, v.Seq)
		m.Uint(2, v.Size)
		m.Raw(3, format.JoinPath(v.Path))
		e.Message(number, m.Bytes())
	}
	for _, v := range p.Consistency {
		var m format.Encoder
		m.Uint(1, v.From)
		m.Uint(2, v.To)
		m.Raw(3, format.JoinPath(v.Hashes))
		e.Message(number+1, m.Bytes())
	}
}

// Message is the canonical message of a block, as archives keep it.
func (b *Block) Message() []byte {
	var e format.Encoder
	e.Message(1, b.Header.message())
	e.Message(2, b.Commit.message())
	return e.Bytes()
}

func (h *Header) message() []byte {
	var e format.Encoder
	e.Uint(1, h.BlockVersion)
	e.Uint(2, h.AppVersion)
	e.Text(3, h.ChainID)
	e.Uint(4, h.Height)
	e.Uint(5, h.Time)
	e.Message(6, h.LastBlockID.message())
	for i, v := range [][]byte{
		h.LastCommitHash, h.DataHash, h.ValidatorsHash, h.NextValidatorsHash, h.ConsensusHash,
		h.AppHash, h.LastResultsHash, h.EvidenceHash, h.ProposerAddress,
	} {
		e.Raw(uint32(7+i), v)
	}
	return e.Bytes()
}

func (b *BlockID) message() []byte {
	var e format.Encoder
	e.Raw(1, b.Hash)
	e.Uint(2, uint64(b.PartsTotal))
	e.Raw(3, b.PartsHash)
	return e.Bytes()
}

func (c *Commit) message() []byte {
	var e format.Encoder
	e.Uint(1, uint64(c.Round))
	e.Message(2, c.BlockID.message())
	for _, s := range c.Signatures {
		var m format.Encoder
		m.Uint(1, uint64(s.Flag))
		m.Raw(2, s.Address)
		m.Uint(3, s.Time)
		m.Raw(4, s.Signature)
		e.Message(3, m.Bytes())
	}
	return e.Bytes()
}

// EncodeSet is the canonical message of a validator set.
func EncodeSet(set []Validator) []byte {
	var e format.Encoder
	for _, v := range set {
		e.Message(1, encodeValidator(v))
	}
	return e.Bytes()
}

func encodeValidator(v Validator) []byte {
	var e format.Encoder
	e.Uint(1, uint64(v.Type))
	e.Raw(2, v.Key)
	e.Uint(3, v.Power)
	return e.Bytes()
}

// Message is the canonical message of a proven value.
func (s *State) Message() []byte {
	var e format.Encoder
	e.Uint(1, s.Height)
	e.Uint(2, uint64(s.Kind))
	e.Uint(3, s.ID)
	e.Raw(4, s.ValueProof)
	e.Raw(5, s.StoreProof)
	return e.Bytes()
}

func encodeEntry(v Entry) []byte {
	var e format.Encoder
	e.Raw(1, v.Bytes)
	e.Uint(2, v.Size)
	e.Raw(3, format.JoinPath(v.Path))
	return e.Bytes()
}

func encodeContent(c *Content) []byte {
	var e format.Encoder
	e.Raw(1, c.Public)
	e.Hash(2, c.Nonce)
	e.OptionalHash(3, c.PrivateDigest)
	e.Raw(4, c.Private)
	e.OptionalHash(5, c.PrivateNonce)
	return e.Bytes()
}

func encodeList(l List) []byte {
	var e format.Encoder
	e.Uint(1, uint64(l.Kind))
	e.Uint(2, l.ID)
	e.Uint(3, l.From)
	e.Uint(4, l.To)
	for _, b := range l.Entries {
		e.Message(5, b)
	}
	e.Uint(6, l.Size)
	e.Raw(7, format.JoinPath(l.Path))
	return e.Bytes()
}
