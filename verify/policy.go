package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

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

// PolicyError says in both languages what is wrong with a policy: where, what was
// expected and what came. It is ErrPolicy or ErrPinConflict.
type PolicyError struct {
	Zh, En string
	is     error
}

// Error is the English sentence.
func (e *PolicyError) Error() string { return e.is.Error() + ": " + e.En }

// Unwrap is ErrPolicy or ErrPinConflict.
func (e *PolicyError) Unwrap() error { return e.is }

func notPolicy(zh, en string, args ...any) error {
	return &PolicyError{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...), ErrPolicy}
}

func pinConflict(zh, en string, args ...any) error {
	return &PolicyError{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...), ErrPinConflict}
}

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
		MaxStatusAge         *uint64       `json:"max_status_age_seconds,omitempty"`
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
		Time               string `json:"time,omitempty"`
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
	f, err := decodePolicy(b)
	if err != nil {
		return Policy{}, err
	}
	for _, code := range f.Require {
		if _, known := names[code]; !known {
			return Policy{}, notPolicy("require：应为检查的代码，实为 %q", "require: expected codes of checks, got %q", code)
		}
	}
	if f.Require != nil && len(f.Require) == 0 {
		return Policy{}, notPolicy("require：应至少列一项检查，或不写此键以取缺省，实为空列表", "require: expected at least one check, or no such key for the default list, got none")
	}
	p := Policy{
		RequiredInstitutions: f.RequiredInstitutions, MinInstitutions: f.MinInstitutions, Interested: f.Interested,
		Require: f.Require, TSACertificates: f.TSACertificates,
	}
	if age := f.MaxStatusAge; age != nil {
		if p.MaxStatusAge = *age; *age == 0 {
			return Policy{}, notPolicy("max_status_age_seconds：应为 1 或以上的秒数，或不写此键以不限期限，实为 0", "max_status_age_seconds: expected at least 1 second, or no such key for no limit, got 0")
		}
	}
	for i, v := range f.Pins {
		pin, err := v.pin(i + 1)
		if err != nil {
			return Policy{}, err
		}
		p.Pins = append(p.Pins, pin)
	}
	for i, v := range f.WitnessKeys {
		key, err := v.key(i + 1)
		if err != nil {
			return Policy{}, err
		}
		p.WitnessKeys = append(p.WitnessKeys, key)
	}
	return p, p.Check()
}

// JSON is the policy file; ParsePolicy reads the same policy from it.
func (p Policy) JSON() []byte {
	f := policyFile{
		RequiredInstitutions: p.RequiredInstitutions, MinInstitutions: p.MinInstitutions, Interested: p.Interested,
		Require: p.Require, TSACertificates: p.TSACertificates,
	}
	if p.MaxStatusAge > 0 {
		f.MaxStatusAge = &p.MaxStatusAge
	}
	for _, v := range p.Pins {
		pin := pinFile{Size: v.Size, Root: hex.EncodeToString(v.Root[:]), Date: v.Date, Source: v.Source, Height: v.Height, Time: Time(v.Time).String()}
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
		return notPolicy("min_institutions：应为 0 至 %d，实为 %d", "min_institutions: expected 0 to %d, got %d", maxPolicyList, p.MinInstitutions)
	}
	for _, l := range []struct {
		key string
		n   int
	}{
		{"pins", len(p.Pins)}, {"witness_keys", len(p.WitnessKeys)}, {"tsa_certificates", len(p.TSACertificates)},
		{"required_institutions", len(p.RequiredInstitutions)}, {"interested", len(p.Interested)}, {"require", len(p.Require)},
	} {
		if l.n > maxPolicyList {
			return notPolicy("%s：应至多 %d 个元素，实有 %d 个", "%s: expected at most %d elements, got %d", l.key, maxPolicyList, l.n)
		}
	}
	for _, l := range []struct {
		key    string
		values []string
	}{{"required_institutions", p.RequiredInstitutions}, {"interested", p.Interested}, {"require", p.Require}} {
		for i, v := range l.values {
			if err := checkName(fmt.Sprintf("%s[%d]", l.key, i+1), v); err != nil {
				return err
			}
		}
	}
	for i, c := range p.TSACertificates {
		if !isCertificate(c) {
			return notPolicy("tsa_certificates[%d]：应为 PEM 证书（-----BEGIN CERTIFICATE----- 起），实为 %q", "tsa_certificates[%d]: expected a certificate in PEM, from -----BEGIN CERTIFICATE----- on, got %q", i+1, c[:min(len(c), 40)])
		}
	}
	return checkPins(p.Pins)
}

// isCertificate says whether a text is one or more certificates in PEM and nothing else.
func isCertificate(text string) bool {
	rest := bytes.TrimSpace([]byte(text))
	for len(rest) > 0 {
		var block *pem.Block
		if !bytes.HasPrefix(rest, []byte("-----BEGIN CERTIFICATE-----")) {
			return false
		}
		if block, rest = pem.Decode(rest); block == nil {
			return false
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return false
		}
		rest = bytes.TrimSpace(rest)
	}
	return text != ""
}

func checkPins(pins []Pin) error {
	bySize, byHeight := map[uint64]Hash{}, map[uint64]Hash{}
	for i, p := range pins {
		if p.Size == 0 {
			return notPolicy("pins[%d].size：应为 1 或以上，实为 0", "pins[%d].size: expected a size from 1, got 0", i+1)
		}
		if root, ok := bySize[p.Size]; ok && root != p.Root {
			return pinConflict("日志条数 %d 有根 %x，又有根 %x", "size %d has the root %x and the root %x", p.Size, root, p.Root)
		}
		bySize[p.Size] = p.Root
		if p.NextValidatorsHash == nil {
			continue
		}
		if p.Height == 0 {
			return notPolicy("pins[%d].height：有 next_validators_hash 时应有高度，实无", "pins[%d].height: expected a height beside next_validators_hash, got none", i+1)
		}
		if set, ok := byHeight[p.Height]; ok && set != *p.NextValidatorsHash {
			return pinConflict("高度 %d 有下一集合 %x，又有 %x", "height %d has the next set %x and the next set %x", p.Height, set, *p.NextValidatorsHash)
		}
		byHeight[p.Height] = *p.NextValidatorsHash
	}
	return nil
}

func checkName(where, s string) error {
	if s == "" {
		return notPolicy("%s：应为名称，实为空", "%s: expected a name, got none", where)
	}
	return checkText(where, s)
}

func checkText(where, s string) error {
	if err := format.CheckText(s, maxPolicyText); err != nil {
		return notPolicy("%s：应为至多 %d 字节的文本，不含控制字符与不可见字符%.0[3]s", "%[1]s: %[3]s", where, maxPolicyText, err)
	}
	return nil
}

func checkHash(where, s string) (Hash, error) {
	h, err := ParseHash(s)
	if err != nil {
		return h, notPolicy("%s：应为 64 个十六进制数字，实为 %q%.0[3]s", "%[1]s: %[3]s", where, s[:min(len(s), 80)], err)
	}
	return h, nil
}

func (f pinFile) pin(n int) (Pin, error) {
	at := fmt.Sprintf("pins[%d]", n)
	p := Pin{Size: f.Size, Date: f.Date, Source: f.Source, Height: f.Height}
	var err error
	if p.Root, err = checkHash(at+".root", f.Root); err != nil {
		return p, err
	}
	if f.NextValidatorsHash != "" {
		set, err := checkHash(at+".next_validators_hash", f.NextValidatorsHash)
		if err != nil {
			return p, err
		}
		p.NextValidatorsHash = &set
	}
	if f.Time != "" {
		var t Time
		if err := t.UnmarshalText([]byte(f.Time)); err != nil {
			return p, notPolicy("%s.time：应为 RFC 3339 的协调世界时（如 2026-05-20T02:00:43.5Z），实为 %q%.0[3]s", "%[1]s.time: %[3]s", at, f.Time[:min(len(f.Time), 80)], err)
		}
		p.Time = uint64(t)
	}
	if f.Date != "" {
		_, day := time.Parse(time.DateOnly, f.Date)
		if _, instant := time.Parse(time.RFC3339, f.Date); day != nil && instant != nil {
			return p, notPolicy("%s.date：应为 YYYY-MM-DD 或 RFC 3339，实为 %q", "%s.date: expected YYYY-MM-DD or RFC 3339, got %q", at, f.Date)
		}
	}
	return p, checkText(at+".source", f.Source)
}

func (f witnessFile) key(n int) (WitnessKey, error) {
	at := fmt.Sprintf("witness_keys[%d]", n)
	if err := checkName(at+".name", f.Name); err != nil {
		return WitnessKey{}, err
	}
	key, err := hex.DecodeString(f.Key)
	if err != nil {
		return WitnessKey{}, notPolicy("%s.key：应为十六进制数字，实为 %q", "%s.key: expected hex, got %q", at, f.Key[:min(len(f.Key), 80)])
	}
	for _, t := range witnessKeyTypes {
		if t.name == f.KeyType && t.length == len(key) {
			return WitnessKey{Name: f.Name, KeyType: t.id, Key: key}, nil
		}
	}
	return WitnessKey{}, notPolicy("%s：应为 key_type ed25519 及 32 字节，或 ml-dsa-65 及 1952 字节，实为 %q 及 %d 字节",
		"%s: expected key_type ed25519 with 32 bytes or ml-dsa-65 with 1952, got %q with %d", at, f.KeyType, len(key))
}

// ParseHash reads 32 bytes of hex.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(Hash{}) {
		return Hash{}, fmt.Errorf("expected 64 hexadecimal digits, got %q", s[:min(len(s), 80)])
	}
	return Hash(b), nil
}
