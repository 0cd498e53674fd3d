package verify

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// Limits of a policy file. What exceeds one is refused with ErrPolicy.
const (
	MaxPolicyBytes = 1 << 20
	maxPolicyDepth = 4 // pins are objects in a list in the object
	maxPolicyList  = 4096
	maxPolicyText  = 1024
)

var (
	// ErrPolicy says that a file is no policy, or has a value that none can have.
	ErrPolicy = errors.New("not a policy")
	// ErrPinConflict says that two pins contradict each other: one of them was not
	// taken from the log, so none of them is believed.
	ErrPinConflict = errors.New("pins contradict each other")
)

// Policy is what the user requires beyond the anchor. The zero value is the default.
type Policy struct {
	// Pins are heads of the log that the user got from elsewhere than the bundle.
	Pins []Pin
	// RequiredInstitutions must have signed, by the names in the anchor or the log.
	RequiredInstitutions []string
	// MinInstitutions that must have signed; 0 asks for no number.
	MinInstitutions int
	// Interested are institutions whose signatures are left out of the second count.
	Interested []string
	// MaxStatusAge in seconds; 0 does not judge the age.
	MaxStatusAge uint64
	// Require are codes of checks that must pass; nil is the default list.
	Require []string
	// TSACertificates are roots of time-stamping authorities, PEM.
	TSACertificates []string
	// WitnessKeys verify cosigned checkpoints.
	WitnessKeys []WitnessKey
}

// Pin is a head of the log: Root is that of the first Size entries.
type Pin struct {
	Size uint64
	Root Hash
	// Date and Source are where the user has it from: YYYY-MM-DD or RFC 3339, and words.
	Date, Source string
	// Height of a header that was verified when the pin was made; 0 if it names none.
	Height uint64
	// Time of that header, unix nanoseconds; 0 if the pin does not say.
	Time uint64
	// NextValidatorsHash of that header: the set that signs from Height+1 on. The
	// chain of sets may start from it. Nil if the pin names no set.
	NextValidatorsHash *Hash
}

// WitnessKey is a key that cosigns checkpoints.
type WitnessKey struct {
	Name    string // the institution's
	KeyType uint32 // as in package bundle
	Key     []byte
}

// The file: hashes and keys are lower-case hex, absent means none.
type (
	policyFile struct {
		Pins                 []pinFile     `json:"pins,omitempty"`
		RequiredInstitutions []string      `json:"required_institutions,omitempty"`
		MinInstitutions      int           `json:"min_institutions,omitempty"`
		Interested           []string      `json:"interested,omitempty"`
		MaxStatusAge         uint64        `json:"max_status_age_seconds,omitempty"`
		Require              []string      `json:"require,omitempty"`
		TSACertificates      []string      `json:"tsa_certificates,omitempty"`
		WitnessKeys          []witnessFile `json:"witness_keys,omitempty"`
	}
	pinFile struct {
		Size               uint64 `json:"size"`
		Root               string `json:"root"`
		Date               string `json:"date,omitempty"`
		Source             string `json:"source,omitempty"`
		Height             uint64 `json:"height,omitempty"`
		Time               uint64 `json:"time,omitempty"`
		NextValidatorsHash string `json:"next_validators_hash,omitempty"`
	}
	witnessFile struct {
		Name    string `json:"name"`
		KeyType string `json:"key_type"`
		Key     string `json:"key"`
	}
)

// witnessKeyTypes by their names in a policy, with the lengths of their keys.
var witnessKeyTypes = []struct {
	name   string
	id     uint32
	length int
}{{"ed25519", bundle.KeyEd25519, 32}, {"ml-dsa-65", bundle.KeyMLDSA65, 1952}}

// ParsePolicy reads a policy file. Nothing is skipped or repaired: unknown and
// duplicate keys, null and trailing data are refused with ErrPolicy, since what is
// overlooked in a policy weakens it. Pins in conflict are refused with ErrPinConflict.
func ParsePolicy(b []byte) (Policy, error) {
	if err := checkPolicyForm(b); err != nil {
		return Policy{}, err
	}
	var f policyFile
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Policy{}, fmt.Errorf("%w: %s", ErrPolicy, strings.TrimPrefix(err.Error(), "json: "))
	}
	for _, code := range f.Require {
		if _, known := names[code]; !known {
			return Policy{}, fmt.Errorf("%w: require: expected codes of checks, got %q", ErrPolicy, code)
		}
	}
	if f.Require != nil && len(f.Require) == 0 {
		return Policy{}, fmt.Errorf("%w: require: expected at least one check, or no such key for the default list, got none", ErrPolicy)
	}
	p := Policy{
		RequiredInstitutions: f.RequiredInstitutions, MinInstitutions: f.MinInstitutions, Interested: f.Interested,
		MaxStatusAge: f.MaxStatusAge, Require: f.Require, TSACertificates: f.TSACertificates,
	}
	for i, v := range f.Pins {
		pin, err := v.pin()
		if err != nil {
			return Policy{}, fmt.Errorf("%w: pin %d: %w", ErrPolicy, i+1, err)
		}
		p.Pins = append(p.Pins, pin)
	}
	for i, v := range f.WitnessKeys {
		key, err := v.key()
		if err != nil {
			return Policy{}, fmt.Errorf("%w: witness key %d: %w", ErrPolicy, i+1, err)
		}
		p.WitnessKeys = append(p.WitnessKeys, key)
	}
	return p, p.Check()
}

// JSON is the policy file; ParsePolicy reads the same policy from it.
func (p Policy) JSON() []byte {
	f := policyFile{
		RequiredInstitutions: p.RequiredInstitutions, MinInstitutions: p.MinInstitutions, Interested: p.Interested,
		MaxStatusAge: p.MaxStatusAge, Require: p.Require, TSACertificates: p.TSACertificates,
	}
	for _, v := range p.Pins {
		pin := pinFile{Size: v.Size, Root: hex.EncodeToString(v.Root[:]), Date: v.Date, Source: v.Source, Height: v.Height, Time: v.Time}
		if v.NextValidatorsHash != nil {
			pin.NextValidatorsHash = hex.EncodeToString(v.NextValidatorsHash[:])
		}
		f.Pins = append(f.Pins, pin)
	}
	for _, v := range p.WitnessKeys {
		w := witnessFile{Name: v.Name, Key: hex.EncodeToString(v.Key)}
		for _, t := range witnessKeyTypes {
			if t.id == v.KeyType {
				w.KeyType = t.name
			}
		}
		f.WitnessKeys = append(f.WitnessKeys, w)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(f) // strings and numbers only
	return out.Bytes()
}

// Check refuses values that no policy can have, and pins in conflict.
func (p Policy) Check() error {
	if p.MinInstitutions < 0 || p.MinInstitutions > maxPolicyList {
		return fmt.Errorf("%w: min_institutions: expected 0 to %d, got %d", ErrPolicy, maxPolicyList, p.MinInstitutions)
	}
	if len(p.Pins) > maxPolicyList || len(p.WitnessKeys) > maxPolicyList || len(p.TSACertificates) > maxPolicyList {
		return fmt.Errorf("%w: expected at most %d elements in a list, got more", ErrPolicy, maxPolicyList)
	}
	for _, l := range []struct {
		key    string
		values []string
	}{{"required_institutions", p.RequiredInstitutions}, {"interested", p.Interested}, {"require", p.Require}} {
		if len(l.values) > maxPolicyList {
			return fmt.Errorf("%w: %s: expected at most %d elements, got %d", ErrPolicy, l.key, maxPolicyList, len(l.values))
		}
		for i, v := range l.values {
			if err := checkName(v); err != nil {
				return fmt.Errorf("%w: %s, element %d: %w", ErrPolicy, l.key, i+1, err)
			}
		}
	}
	return checkPins(p.Pins)
}

func checkPins(pins []Pin) error {
	bySize, byHeight := map[uint64]Hash{}, map[uint64]Hash{}
	for i, p := range pins {
		if p.Size == 0 {
			return fmt.Errorf("%w: pin %d: expected a size from 1, got 0", ErrPolicy, i+1)
		}
		if root, ok := bySize[p.Size]; ok && root != p.Root {
			return fmt.Errorf("%w: size %d has the root %x and the root %x", ErrPinConflict, p.Size, root, p.Root)
		}
		bySize[p.Size] = p.Root
		if p.NextValidatorsHash == nil {
			continue
		}
		if p.Height == 0 {
			return fmt.Errorf("%w: pin %d: expected a height beside next_validators_hash, got none", ErrPolicy, i+1)
		}
		if set, ok := byHeight[p.Height]; ok && set != *p.NextValidatorsHash {
			return fmt.Errorf("%w: height %d has the next set %x and the next set %x", ErrPinConflict, p.Height, set, *p.NextValidatorsHash)
		}
		byHeight[p.Height] = *p.NextValidatorsHash
	}
	return nil
}

func checkName(s string) error {
	if s == "" {
		return fmt.Errorf("expected a name, got none")
	}
	return format.CheckText(s, maxPolicyText)
}

func (f pinFile) pin() (Pin, error) {
	p := Pin{Size: f.Size, Date: f.Date, Source: f.Source, Height: f.Height, Time: f.Time}
	var err error
	if p.Root, err = ParseHash(f.Root); err != nil {
		return p, fmt.Errorf("root: %w", err)
	}
	if f.NextValidatorsHash != "" {
		set, err := ParseHash(f.NextValidatorsHash)
		if err != nil {
			return p, fmt.Errorf("next_validators_hash: %w", err)
		}
		p.NextValidatorsHash = &set
	}
	if f.Date != "" {
		_, day := time.Parse(time.DateOnly, f.Date)
		if _, instant := time.Parse(time.RFC3339, f.Date); day != nil && instant != nil {
			return p, fmt.Errorf("date: expected YYYY-MM-DD or RFC 3339, got %q", f.Date)
		}
	}
	return p, format.CheckText(f.Source, maxPolicyText)
}

func (f witnessFile) key() (WitnessKey, error) {
	if err := checkName(f.Name); err != nil {
		return WitnessKey{}, fmt.Errorf("name: %w", err)
	}
	key, err := hex.DecodeString(f.Key)
	if err != nil {
		return WitnessKey{}, fmt.Errorf("key: expected hex: %w", err)
	}
	for _, t := range witnessKeyTypes {
		if t.name == f.KeyType && t.length == len(key) {
			return WitnessKey{Name: f.Name, KeyType: t.id, Key: key}, nil
		}
	}
	return WitnessKey{}, fmt.Errorf("expected key_type ed25519 with 32 bytes or ml-dsa-65 with 1952, got %q with %d", f.KeyType, len(key))
}

// ParseHash reads 32 bytes of hex.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(Hash{}) {
		return Hash{}, fmt.Errorf("expected 64 hexadecimal digits, got %q", s[:min(len(s), 80)])
	}
	return Hash(b), nil
}

// checkPolicyForm refuses what encoding/json would let pass: duplicate keys, keys in
// another case, null, bytes that are no UTF-8, trailing data, deep nesting.
func checkPolicyForm(b []byte) error {
	if len(b) > MaxPolicyBytes {
		return fmt.Errorf("%w: expected at most %d bytes, got %d", ErrPolicy, MaxPolicyBytes, len(b))
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return fmt.Errorf("%w: expected a JSON object, got an empty file", ErrPolicy)
	}
	if !utf8.Valid(b) {
		return fmt.Errorf("%w: expected UTF-8", ErrPolicy)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if err := checkValue(d, 0); err != nil {
		return fmt.Errorf("%w: at byte %d: %w", ErrPolicy, d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: expected nothing after the object, got more at byte %d", ErrPolicy, d.InputOffset())
	}
	return nil
}

func checkValue(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return jsonError(err)
	}
	open, ok := t.(json.Delim)
	switch {
	case t == nil:
		return errors.New("expected a value, got null")
	case !ok && depth == 0:
		return errors.New("expected an object")
	case !ok:
		return nil
	case depth == maxPolicyDepth:
		return fmt.Errorf("expected at most %d levels", maxPolicyDepth)
	}
	keys := map[string]bool{}
	for d.More() {
		if open == '{' {
			if err := checkKey(d, keys); err != nil {
				return err
			}
		}
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return jsonError(err)
}

// checkKey reads a key. Ours have lower-case letters and _ only; encoding/json would
// take any case, also letters that fold to them.
func checkKey(d *json.Decoder, seen map[string]bool) error {
	t, err := d.Token()
	if err != nil {
		return jsonError(err)
	}
	key, ok := t.(string)
	if !ok || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return fmt.Errorf("unknown key %q", key)
	}
	if seen[key] {
		return fmt.Errorf("the key %q stands there twice", key)
	}
	seen[key] = true
	return nil
}

func jsonError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("expected more JSON, got the end of the file")
	}
	return err
}
