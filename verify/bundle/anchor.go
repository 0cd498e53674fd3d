package bundle

import (
	"crypto/sha256"
	"fmt"

	"github.com/inkchain/inkd/format"
)

// Anchor is what a verifier starts from: which log it is, who founded each era, who
// the institutions are. It comes from the user, never from a bundle.
type Anchor struct {
	LogID        Hash
	Eras         []Era // ascending by initial height and by log size
	Institutions []Institution
}

// Era is one chain of the log: its first validators, and the log when it began.
type Era struct {
	ChainID       string
	InitialHeight uint64
	Validators    []Validator
	LogSize       uint64
	LogRoot       Hash // of the empty tree in the first era
}

// Institution is a name with the consensus keys it has had.
type Institution struct {
	ID   uint64
	Name string
	Kind uint32 // as in the log's entries
	Keys []PublicKey
}

// Limits of an anchor.
const (
	maxChainID      = 64
	maxName         = 1024
	maxInstitutions = 4096
	maxKeys         = 4096
)

// Fingerprint is H("ink/anchor/v1" ‖ canonical bytes): what is published in two
// places and compared aloud.
func (a *Anchor) Fingerprint() Hash {
	return sha256.Sum256(append([]byte("ink/anchor/v1"), a.message()...))
}

// Bytes is the file: magic and canonical message.
func (a *Anchor) Bytes() []byte { return append([]byte(AnchorMagic), a.message()...) }

func (a *Anchor) message() []byte {
	var e format.Encoder
	e.Uint(1, format.Version)
	e.Hash(2, a.LogID)
	for _, era := range a.Eras {
		var m format.Encoder
		m.Text(1, era.ChainID)
		m.Uint(2, era.InitialHeight)
		for _, v := range era.Validators {
			m.Message(3, encodeValidator(v))
		}
		m.Uint(4, era.LogSize)
		m.Hash(5, era.LogRoot)
		e.Message(3, m.Bytes())
	}
	for _, i := range a.Institutions {
		var m format.Encoder
		m.Uint(1, i.ID)
		m.Text(2, i.Name)
		m.Uint(3, uint64(i.Kind))
		for _, k := range i.Keys {
			var key format.Encoder
			key.Uint(1, uint64(k.Type))
			key.Raw(2, k.Key)
			m.Message(4, key.Bytes())
		}
		e.Message(4, m.Bytes())
	}
	return e.Bytes()
}

// ParseAnchor reads the file of an anchor. An anchor without an era, or with eras
// out of order, is refused.
func ParseAnchor(file []byte) (*Anchor, error) {
	b, err := body("anchor", AnchorMagic, file)
	if err != nil {
		return nil, err
	}
	d := format.NewDecoder("anchor", b, MaxBytes)
	d.Version()
	a := &Anchor{LogID: d.Hash(2)}
	a.Eras = many(d, 3, MaxEras, parseEra)
	a.Institutions = many(d, 4, maxInstitutions, parseInstitution)
	if err := d.Close(); err != nil {
		return nil, err
	}
	return a, a.check()
}

func (a *Anchor) check() error {
	if len(a.Eras) == 0 {
		return fmt.Errorf("anchor: %w: expected at least one era, got none", format.ErrMissing)
	}
	if first := &a.Eras[0]; first.LogSize != 0 || first.LogRoot != format.TreeRoot(nil) {
		return fmt.Errorf("anchor, era 1: %w: expected the empty log, got one of %d entries", format.ErrValue, first.LogSize)
	}
	chains := map[string]bool{}
	for i, e := range a.Eras {
		if chains[e.ChainID] {
			return fmt.Errorf("anchor, era %d: %w: expected another chain id than %q, which an era before has", i+1, format.ErrValue, e.ChainID)
		}
		chains[e.ChainID] = true
		if len(e.Validators) == 0 || e.InitialHeight == 0 || e.ChainID == "" {
			return fmt.Errorf("anchor, era %d: %w: expected a chain id, an initial height and validators", i+1, format.ErrMissing)
		}
		if i > 0 && (e.InitialHeight <= a.Eras[i-1].InitialHeight || e.LogSize < a.Eras[i-1].LogSize) {
			return fmt.Errorf("anchor, era %d: %w: expected a later height and a longer log than before", i+1, format.ErrValue)
		}
	}
	return nil
}

func parseEra(b []byte) (Era, error) {
	d := format.NewDecoder("era", b, MaxBytes)
	e := Era{ChainID: d.Text(1, maxChainID), InitialHeight: d.Uint(2)}
	e.Validators = many(d, 3, MaxValidators, parseValidator)
	e.LogSize = d.Uint(4)
	e.LogRoot = d.Hash(5)
	return e, d.Close()
}

func parseInstitution(b []byte) (Institution, error) {
	d := format.NewDecoder("institution", b, MaxBytes)
	i := Institution{ID: d.Uint(1), Name: d.Text(2, maxName), Kind: d.Uint32(3)}
	i.Keys = many(d, 4, maxKeys, parseKey)
	return i, d.Close()
}

func parseKey(b []byte) (PublicKey, error) {
	d := format.NewDecoder("public key", b, maxKey)
	k := PublicKey{Type: d.Uint32(1), Key: d.Raw(2, maxKey)}
	return k, d.Close()
}
