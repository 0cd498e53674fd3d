package vectors

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// newYear is 2026-01-01T00:00:00+08:00.
const newYear = 1_767_196_800_000_000_000

func numbers(t *testing.T) []vector {
	var out []vector
	for _, seq := range []uint64{0, 1, 42, 123_456_789_012, 999_999_999_999} {
		for _, at := range []uint64{0, newYear - 1, newYear, 1<<64 - 1} {
			cz, zs := must(format.EvidenceNumber(seq, at)), must(format.CertificateNumber(seq, at))
			out = append(out,
				vector{"name": fmt.Sprintf("CZ %d at %d", seq, at), "kind": "CZ", "seq": num(seq), "block_time": num(at), "number": cz},
				vector{"name": fmt.Sprintf("ZS %d at %d", seq, at), "kind": "ZS", "seq": num(seq), "block_time": num(at), "number": zs})
		}
	}
	good := must(format.EvidenceNumber(42, newYear))
	lastYear := must(format.EvidenceNumber(42, newYear-1))
	wrong := good[:18] + string('0'+(good[18]-'0'+1)%10)
	for _, c := range []struct{ name, reason, number string }{
		{"wrong check digit", "number_check", wrong},
		{"ZS instead of CZ", "number_check", "ZS" + good[2:]},
		{"digits exchanged", "number_check", good[:16] + good[17:18] + good[16:17] + good[18:]},
		{"wrong year with its own check digit", "number_entry", lastYear},
		{"certificate with its own check digit", "number_entry", must(format.CertificateNumber(42, newYear))},
		{"another seq", "number_entry", must(format.EvidenceNumber(43, newYear))},
		{"lower case", "number", "cz" + good[2:]},
		{"too short", "number", good[:18]},
		{"too long", "number", good + "0"},
		{"not a digit", "number", good[:10] + "O" + good[11:]},
		{"former platform", "number_legacy", "CZ2020123456789"},
	} {
		err := format.CheckNumber(c.number, format.CZ, 42, newYear)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"kind": "CZ", "seq": "42", "block_time": num(uint64(newYear)), "number": c.number}))
	}
	_, err := format.EvidenceNumber(1_000_000_000_000, newYear)
	return append(out, bad(t, "bad: thirteen digits", "number", err, vector{"kind": "CZ", "seq": "1000000000000", "block_time": num(uint64(newYear)), "number": ""}))
}

func usccs(t *testing.T) []vector {
	var out []vector
	for _, s := range []string{"91350100M000100Y43", "91330108MA2CFGQ954", "000000000000000000"} {
		require.NoError(t, format.CheckUSCC(s))
		out = append(out, vector{"name": s, "code": s})
	}
	for _, c := range []struct {
		name, code string
		position   int
	}{
		{"wrong check character", "91350100M000100Y44", 18},
		{"one character wrong", "91350101M000100Y43", 18},
		{"neighbours exchanged", "91350100M001000Y43", 18},
		{"lower case", "91350100m000100y43", 9},
		{"letter O", "9135O100M000100Y43", 5},
		{"letter I", "9I350100M000100Y43", 2},
		{"letter Z", "Z1350100M000100Y43", 1},
		{"full-width digit", "９1350100M000100Y43", 1},
		{"cyrillic letter", "91350100М000100Y43", 9},
		{"too short", "91350100M000100Y4", 0},
		{"too long", "91350100M000100Y43 ", 0},
		{"empty", "", 0},
	} {
		var ue *format.USCCError
		require.True(t, errors.As(format.CheckUSCC(c.code), &ue), c.name)
		require.Equal(t, c.position, ue.Position, c.name)
		out = append(out, vector{"name": "bad: " + c.name, "code": c.code, "error": "uscc", "position": num(ue.Position), "expected": ue.Expected, "got": ue.Got})
	}
	return out
}
