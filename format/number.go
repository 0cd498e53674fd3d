package format

import "fmt"

// NumberKind is what a printed number counts; its String is the prefix.
type NumberKind int

// The value of a kind is the digit that stands for the prefix in the check.
const (
	CZ NumberKind = 1 // 存证: seq of the record
	ZS NumberKind = 2 // 证书: seq of the issued entry
)

// String returns the prefix, CZ or ZS.
func (k NumberKind) String() string {
	switch k {
	case CZ:
		return "CZ"
	case ZS:
		return "ZS"
	}
	return fmt.Sprintf("NumberKind(%d)", int(k))
}

const (
	numberLength = 19                // prefix 2, year 4, seq 12, check 1
	maxNumberSeq = 1_000_000_000_000 // exclusive: twelve digits
)

// EvidenceNumber returns the number of a record, CZ yyyy s₁₂ c: seq is its index
// in the log, blockTimeNanos its block stamp in unix nanoseconds.
func EvidenceNumber(seq, blockTimeNanos uint64) (string, error) {
	return number(CZ, seq, blockTimeNanos)
}

// CertificateNumber returns the number of a certificate, ZS yyyy s₁₂ c, from the
// index and the block stamp of the issued entry.
func CertificateNumber(seq, blockTimeNanos uint64) (string, error) {
	return number(ZS, seq, blockTimeNanos)
}

func number(kind NumberKind, seq, blockTimeNanos uint64) (string, error) {
	if seq >= maxNumberSeq {
		return "", fmt.Errorf("%w: expected a seq of at most 12 digits, got %d", ErrNumber, seq)
	}
	digits := fmt.Sprintf("%04d%012d", yearUTC8(blockTimeNanos), seq)
	return kind.String() + digits + string(checkDigit(kind, digits)), nil
}

// ParseNumber takes a number apart. It says nothing about the entry: see
// CheckNumber. The refusals are ErrNumberLegacy (the former platform's numbers),
// ErrNumber, and ErrNumberCheck, which names the expected check digit.
func ParseNumber(s string) (kind NumberKind, year int, seq uint64, err error) {
	if isLegacy(s) {
		return 0, 0, 0, fmt.Errorf("%w: expected %d characters, got %q, which can only be a reference", ErrNumberLegacy, numberLength, s)
	}
	if len(s) != numberLength {
		return 0, 0, 0, fmt.Errorf("%w: expected %d characters, got %d bytes in %q", ErrNumber, numberLength, len(s), s)
	}
	switch s[:2] {
	case "CZ":
		kind = CZ
	case "ZS":
		kind = ZS
	default:
		return 0, 0, 0, fmt.Errorf("%w: expected CZ or ZS, got %q", ErrNumber, s[:2])
	}
	for i := 2; i < numberLength; i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, 0, 0, fmt.Errorf("%w: expected a digit as character %d, got %q", ErrNumber, i+1, s[i])
		}
	}
	if err := checkCheckDigit(kind, s); err != nil {
		return 0, 0, 0, err
	}
	return kind, int(decimal(s[2:6])), decimal(s[6:18]), nil
}

// CheckNumber checks that s is the number of kind for the entry with this index
// and block stamp (unix nanoseconds); ErrNumberEntry if it is that of another.
func CheckNumber(s string, kind NumberKind, seq, blockTimeNanos uint64) error {
	gotKind, gotYear, gotSeq, err := ParseNumber(s)
	if err != nil {
		return err
	}
	want, err := number(kind, seq, blockTimeNanos)
	switch year := yearUTC8(blockTimeNanos); {
	case err != nil:
		return err
	case gotKind != kind:
		return fmt.Errorf("%w: expected a %s number, got %s", ErrNumberEntry, kind, s)
	case gotSeq != seq:
		return fmt.Errorf("%w: expected seq %d, got %d in %s", ErrNumberEntry, seq, gotSeq, s)
	case gotYear != year:
		return fmt.Errorf("%w: expected year %d, got %d in %s", ErrNumberEntry, year, gotYear, s)
	case s != want:
		return fmt.Errorf("%w: expected %s, got %s", ErrNumberEntry, want, s)
	}
	return nil
}

// checkCheckDigit refuses a wrong check digit and says if the other prefix would
// have fitted: the digit stands for the prefix too.
func checkCheckDigit(kind NumberKind, s string) error {
	got := s[numberLength-1]
	want := checkDigit(kind, s[2:18])
	if got == want {
		return nil
	}
	hint := ""
	if other := CZ + ZS - kind; checkDigit(other, s[2:18]) == got {
		hint = fmt.Sprintf("; it would fit %s%s", other, s[2:])
	}
	return fmt.Errorf("%w: expected %c, got %c in %s%s", ErrNumberCheck, want, got, s, hint)
}

// checkDigit is ISO 7064 MOD 11,10 over the kind's digit and 16 digits.
func checkDigit(kind NumberKind, digits string) byte {
	p := 10
	step := func(d int) {
		s := (p + d) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	step(int(kind))
	for i := range len(digits) {
		step(int(digits[i] - '0'))
	}
	return byte('0' + (11-p)%10)
}

// isLegacy recognises the former platform's numbers, ^CZ2020\d{8,9}$.
func isLegacy(s string) bool {
	if len(s) != 14 && len(s) != 15 || s[:6] != "CZ2020" {
		return false
	}
	for i := 6; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// decimal reads digits that were checked to be digits, at most 12 of them.
func decimal(s string) (v uint64) {
	for i := range len(s) {
		v = v*10 + uint64(s[i]-'0')
	}
	return v
}

// yearUTC8 returns the calendar year of a time at fixed UTC+08:00, by integer
// arithmetic alone: a time zone database would make it depend on the machine.
func yearUTC8(nanos uint64) int {
	days := (nanos/1_000_000_000 + 8*3600) / 86400
	year := uint64(1970)
	for {
		length := uint64(365)
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			length = 366
		}
		if days < length {
			return int(year)
		}
		days -= length
		year++
	}
}
