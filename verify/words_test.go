package verify

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Words are about rules that there are, and in both languages.
func TestWordsAreOfRules(t *testing.T) {
	known := func(code string) bool { return slices.ContainsFunc(Rules, func(r Rule) bool { return r.Code == code }) }
	for code, w := range advice {
		require.True(t, known(code), code)
		require.Regexp(t, `\p{Han}`, w[0])
		require.NotRegexp(t, `\p{Han}`, w[1])
	}
	for code, zh := range details {
		require.True(t, known(code), code)
		require.Regexp(t, `\p{Han}`, zh)
	}
	for code := range uint64(len(reasons) + 3) {
		zh, en := Reason(code)
		require.Equal(t, code == 0 || code > 13, zh == en, code)
	}
}

// A time is exact in JSON and no number, whatever it is.
func TestTimesInJSON(t *testing.T) {
	for at, text := range map[Time]string{
		1: `"1970-01-01T00:00:00.000000001Z"`, 1_795_380_994_212_646_502: `"2026-11-22T20:56:34.212646502Z"`,
		1_700_000_000_500_000_000: `"2023-11-14T22:13:20.5Z"`, math.MaxUint64: `"2554-07-21T23:34:33.709551615Z"`, 0: `""`,
	} {
		b, err := json.Marshal(at)
		require.NoError(t, err)
		require.Equal(t, text, string(b))
		var again Time
		require.NoError(t, json.Unmarshal(b, &again))
		require.Equal(t, at, again)
	}
	for _, bad := range []string{`5`, `"yesterday"`, `"2026-01-01T00:00:00+08:00"`, `"1969-12-31T23:59:59Z"`, `"2600-01-01T00:00:00Z"`, `"2026-01-01T00:00:00.50Z"`} {
		require.Error(t, json.Unmarshal([]byte(bad), new(Time)), bad)
	}
	b, err := json.Marshal(Statement{})
	require.NoError(t, err)
	require.NotContains(t, string(b), "as_of", "no time is absent")
}

// A file that is cut off anywhere but between two parts is told how long it is at least.
func TestCutOff(t *testing.T) {
	file := []byte("INKBNDL1\x08\x01\x12\x03abc\x1a\x80\x01" + strings.Repeat("x", 128))
	for n := 8; n <= len(file); n++ {
		least, cut := cutOff(file[:n])
		whole := n == 8 || n == 10 || n == 15 || n == len(file)
		require.Equal(t, !whole, cut, n)
		if cut {
			require.Greater(t, least, n)
			require.LessOrEqual(t, least, len(file))
		}
	}
	least, _ := cutOff(file[:100])
	require.Equal(t, len(file), least)
	_, cut := cutOff([]byte("INKBNDL1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	require.False(t, cut, "no number")
}
