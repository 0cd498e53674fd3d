package format

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommitmentOpensOnlyWhereItWasMade(t *testing.T) {
	s := Secret{5}
	logID, nonce := Hash{1}, s.Nonce()
	public, err := goodPublic().Bytes()
	require.NoError(t, err)
	private, err := Private{Title: "t"}.Bytes()
	require.NoError(t, err)
	d := PrivateDigest(s.PrivateNonce(), private)
	c := Commitment(logID, 7, 1, nonce, public, d)

	p, err := CheckOpening(c, logID, 7, 1, nonce, public, d)
	require.NoError(t, err)
	require.Equal(t, goodPublic(), p)

	otherPublic, err := Public{Items: 1, Recipe: RecipeFile, RecipeVersion: 1}.Bytes()
	require.NoError(t, err)
	swapped := PrivateDigest(nonce, private)
	otherPrivate := PrivateDigest(s.PrivateNonce(), append(private[:len(private):len(private)], 0))
	for name, open := range map[string]func() (Public, error){
		"enterprise":     func() (Public, error) { return CheckOpening(c, logID, 8, 1, nonce, public, d) },
		"kind":           func() (Public, error) { return CheckOpening(c, logID, 7, 2, nonce, public, d) },
		"log":            func() (Public, error) { return CheckOpening(c, Hash{2}, 7, 1, nonce, public, d) },
		"nonce":          func() (Public, error) { return CheckOpening(c, logID, 7, 1, Secret{6}.Nonce(), public, d) },
		"swapped nonces": func() (Public, error) { return CheckOpening(c, logID, 7, 1, s.PrivateNonce(), public, swapped) },
		"public":         func() (Public, error) { return CheckOpening(c, logID, 7, 1, nonce, otherPublic, d) },
		"private":        func() (Public, error) { return CheckOpening(c, logID, 7, 1, nonce, public, otherPrivate) },
	} {
		_, err := open()
		require.ErrorIs(t, err, ErrCommitment, name)
	}
}

func TestOpeningOfNonCanonicalBytesIsRefused(t *testing.T) {
	public, err := goodPublic().Bytes()
	require.NoError(t, err)
	bad := append(public, 0)
	c := Commitment(Hash{}, 1, 1, Hash{}, bad, Hash{})
	_, err = CheckOpening(c, Hash{}, 1, 1, Hash{}, bad, Hash{})
	require.ErrorIs(t, err, ErrTrailing, "although the commitment is over these bytes")
}

const (
	endOf2025 = 1767196799999999999 // 2025-12-31T23:59:59.999999999+08:00
	day       = 86_400_000_000_000
)

func TestNumbersTurnOverAtMidnightInChina(t *testing.T) {
	a, err := EvidenceNumber(42, endOf2025)
	require.NoError(t, err)
	b, err := EvidenceNumber(42, endOf2025+1)
	require.NoError(t, err)
	require.Equal(t, "CZ2025", a[:6])
	require.Equal(t, "CZ2026", b[:6])
	require.Len(t, a, 19)
}

func TestYears(t *testing.T) {
	for _, c := range []struct {
		nanos uint64
		year  int
	}{
		{0, 1970},
		{951753600_000000000, 2000},             // 2000-02-29 in China
		{978278399_999999999, 2000},             // the last moment of a leap year
		{978278400_000000000, 2001},             //
		{4102415999_000000000, 2099},            //
		{4102416000_000000000, 2100},            // not a leap year
		{4133951999_000000000, 2100},            //
		{4133952000_000000000, 2101},            //
		{1<<64 - 1, 2554},                       // the largest time there is
		{18446744073_709551615 - 365*day, 2553}, //
	} {
		require.Equal(t, c.year, yearUTC8(c.nanos), "%d", c.nanos)
	}
}

func TestNumbersSurviveParsing(t *testing.T) {
	for _, seq := range []uint64{0, 1, 42, 999_999_999_999} {
		cz, err := EvidenceNumber(seq, endOf2025)
		require.NoError(t, err)
		kind, year, got, err := ParseNumber(cz)
		require.NoError(t, err)
		require.Equal(t, []any{CZ, 2025, seq}, []any{kind, year, got})
		zs, err := CertificateNumber(seq, endOf2025+1)
		require.NoError(t, err)
		kind, year, got, err = ParseNumber(zs)
		require.NoError(t, err)
		require.Equal(t, []any{ZS, 2026, seq}, []any{kind, year, got})
		require.NoError(t, CheckNumber(zs, ZS, seq, endOf2025+1))
	}
	_, err := EvidenceNumber(1_000_000_000_000, 0)
	require.ErrorIs(t, err, ErrNumber)
}

func TestNumberNoticesEveryWrongDigitAndMostSwaps(t *testing.T) {
	s, err := EvidenceNumber(123456789012, endOf2025)
	require.NoError(t, err)
	for i := 2; i < len(s); i++ {
		for c := byte('0'); c <= '9'; c++ {
			if c != s[i] {
				_, _, _, err := ParseNumber(s[:i] + string(c) + s[i+1:])
				require.ErrorIs(t, err, ErrNumberCheck)
			}
		}
	}
}

func TestNumberOfTheOtherKindIsNoticed(t *testing.T) {
	s, err := EvidenceNumber(42, endOf2025)
	require.NoError(t, err)
	_, _, _, err = ParseNumber("ZS" + s[2:])
	require.ErrorIs(t, err, ErrNumberCheck)
	require.ErrorContains(t, err, "it would fit "+s)
}

func TestNumberErrorNamesTheExpectedDigit(t *testing.T) {
	s, err := EvidenceNumber(42, endOf2025)
	require.NoError(t, err)
	want := s[18]
	wrong := byte('0' + (want-'0'+1)%10)
	_, _, _, err = ParseNumber(s[:18] + string(wrong))
	require.ErrorContains(t, err, "expected "+string(want)+", got "+string(wrong))
}

func TestNumberOfAnotherEntryIsNoticed(t *testing.T) {
	s, err := EvidenceNumber(42, endOf2025)
	require.NoError(t, err)
	require.ErrorContains(t, CheckNumber(s, CZ, 42, endOf2025+1), "expected year 2026, got 2025")
	require.ErrorContains(t, CheckNumber(s, CZ, 43, endOf2025), "expected seq 43, got 42")
	require.ErrorContains(t, CheckNumber(s, ZS, 42, endOf2025), "expected a ZS number")
	require.ErrorIs(t, CheckNumber(s, CZ, 43, endOf2025), ErrNumberEntry)
	require.ErrorIs(t, CheckNumber(s, CZ, 1<<60, endOf2025), ErrNumber)
}

func TestMalformedNumbers(t *testing.T) {
	for s, want := range map[string]error{
		"":                       ErrNumber,
		"CZ":                     ErrNumber,
		"CZ202500000000000":      ErrNumber,
		"CZ20250000000000420000": ErrNumber,
		"cz20250000000000423":    ErrNumber,
		"XX20250000000000423":    ErrNumber,
		"CZ2025 000000000042":    ErrNumber,
		"CZ２０２５000000042":        ErrNumber,
		"CZ202012345678":         ErrNumberLegacy,
		"CZ2020123456789":        ErrNumberLegacy,
		"CZ2021123456789":        ErrNumber,
	} {
		_, _, _, err := ParseNumber(s)
		require.ErrorIs(t, err, want, s)
	}
	_, _, _, err := ParseNumber(strings.Repeat("9", 1<<20))
	require.ErrorIs(t, err, ErrNumber)
}
