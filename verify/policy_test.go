package verify

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// someCertificate is any.
const someCertificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARmgAwIBAgIUK+jQKRUn7PegDDfbDpkUtSWZ6FYwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDdHNhMCAXDTI2MTEyMjIzMDMzMloYDzIxMjYxMDI5MjMwMzMy
WjAOMQwwCgYDVQQDDAN0c2EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQusBq4
PXxZXycqiwsUTwcRtjDQaXa62I6V69D0ulkU0hktYR+Vpjg3UfQurGmh2T/gMtCX
n6gQKuzsOVS89QpKo1MwUTAdBgNVHQ4EFgQUIYh/ju2vtqbEz/ZtDzvn4qwoT7kw
HwYDVR0jBBgwFoAUIYh/ju2vtqbEz/ZtDzvn4qwoT7kwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNJADBGAiEAyqX9GQOqf1wyIwwWFpiGLm0D8bgAaeiUH0Vg
w+wk/2cCIQD9ujqkqBqyrhrLtsloOVjYR+Mgd40Eez1i0saL0BxZ4g==
-----END CERTIFICATE-----
`

func fullPolicy() Policy {
	set := sha256.Sum256([]byte("set"))
	return Policy{
		Pins: []Pin{
			{Size: 7, Root: sha256.Sum256([]byte("7")), Date: "2026-07-01", Source: "报纸 <第4版>"},
			{Size: 9, Root: sha256.Sum256([]byte("9")), Date: "2026-07-02T10:00:00+08:00", Height: 12, Time: 1_795_380_994_212_646_502, NextValidatorsHash: &set},
		},
		RequiredInstitutions: []string{"杭州互联网法院"}, MinInstitutions: 3, Interested: []string{"浙江示例数据中心"},
		MaxStatusAge: 86400, Require: []string{"inclusion", "origin"}, TSACertificates: []string{someCertificate},
		WitnessKeys: []WitnessKey{{Name: "court", KeyType: 1, Key: bytes.Repeat([]byte{7}, 32)}, {Name: "notary", KeyType: 4, Key: bytes.Repeat([]byte{8}, 1952)}},
	}
}

func TestPolicyIsReadAsWritten(t *testing.T) {
	for name, p := range map[string]Policy{"empty": {}, "full": fullPolicy()} {
		got, err := ParsePolicy(p.JSON())
		require.NoError(t, err, name)
		require.Equal(t, p, got, name)
		require.Equal(t, p.JSON(), got.JSON(), name)
	}
	require.Equal(t, "{}\n", string(Policy{}.JSON()))
	require.Contains(t, string(fullPolicy().JSON()), "<第4版>")
}

func TestPolicyRefusesWhatIsNone(t *testing.T) {
	root := strings.Repeat("ab", 32)
	pin := func(more string) string { return fmt.Sprintf(`{"pins":[{"size":7,"root":"%s"%s}]}`, root, more) }
	for text, want := range map[string]string{
		"":                              "got an empty file",
		" \n":                           "got an empty file",
		"null":                          "got null",
		"[]":                            "",
		`"x"`:                           "expected an object",
		"{":                             "got the end of the file",
		"{} {}":                         "expected nothing after the object",
		"{}x":                           "expected nothing after the object",
		"\xef\xbb\xbf{}":                "",
		"{\"interested\":[\"\xff\"]}":   "expected UTF-8",
		`{"pin":[]}`:                    `unknown key "pin"`,
		`{"Pins":[]}`:                   `unknown key "Pins"`,
		`{"pinſ":[]}`:                   `unknown key "pinſ"`,
		`{"pins":[],"pins":[]}`:         "stands there twice",
		`{"pins":[],"\u0070ins":[]}`:    "stands there twice",
		`{"pins":null}`:                 "got null",
		`{"pins":[null]}`:               "got null",
		`{"require":[]}`:                "expected at least one check",
		`{"require":[""]}`:              "codes of checks",
		`{"require":["inclusoin"]}`:     "codes of checks",
		`{"interested":["a\nb"]}`:       "text not allowed",
		`{"interested":["\u202e"]}`:     "text not allowed",
		`{"interested":"a"}`:            "interested: expected a list, got a text",
		`{"min_institutions":-1}`:       "expected 0 to 4096, got -1",
		`{"min_institutions":1.5}`:      "min_institutions: expected a whole number, got the number 1.5",
		`{"max_status_age_seconds":-1}`: "max_status_age_seconds: expected a whole number from 0 on, got the number -1",
		`{"max_status_age_seconds":0}`:  "max_status_age_seconds: expected at least 1 second, or no such key for no limit, got 0",
		`{"tsa_certificates":["x"]}`:    `tsa_certificates[1]: expected a certificate in PEM, from -----BEGIN CERTIFICATE----- on, got "x"`,
		`{"tsa_certificates":[""]}`:     "expected a certificate in PEM",
		`{"tsa_certificates":["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]}`: "expected a certificate in PEM",
		`{"pins":{}}`:                                                     "pins: expected a list, got an object",
		`{"pins":[7]}`:                                                    "pins: expected an object, got the number",
		`{"pins":[{"size":"7"}]}`:                                         "pins.size: expected a whole number from 0 on, got a text",
		"{\n \"pins\": [}":                                                "line 2, column 11: expected JSON, got other characters",
		`{"min_institutions":5000}`:                                       "expected 0 to 4096",
		`{"pins":[{"size":0,"root":"` + root + `"}]}`:                     "expected a size from 1",
		`{"pins":[{"size":7}]}`:                                           "expected 64 hexadecimal digits",
		`{"pins":[{"size":7,"root":"` + root[1:] + `"}]}`:                 "expected 64 hexadecimal digits",
		pin(`,"date":"yesterday"`):                                        "expected YYYY-MM-DD or RFC 3339",
		pin(`,"source":"a\tb"`):                                           "text not allowed",
		pin(`,"next_validators_hash":"` + root + `"`):                     "expected a height",
		pin(`,"height":1,"next_validators_hash":"00"`):                    "expected 64 hexadecimal digits",
		pin(`,"extra":{"deep":[]}`):                                       "at most 4 levels",
		pin(`,"time":1795380994212646502`):                                "pins.time: expected a text, got the number",
		pin(`,"time":"yesterday"`):                                        `pins[1].time: expected a time of RFC 3339 in UTC, like 2026-05-20T02:00:43.5Z, got "yesterday"`,
		pin(`,"x":1`):                                                     `unknown key "x"`,
		`{"witness_keys":[{"name":"w","key_type":"rsa","key":"00"}]}`:     "got \"rsa\" with 1",
		`{"witness_keys":[{"name":"w","key_type":"ed25519","key":"zz"}]}`: "expected hex",
		`{"witness_keys":[{"key_type":"ed25519","key":"` + root + `"}]}`:  "expected a name",
		`{"interested":["` + strings.Repeat("a", 1025) + `"]}`:            "expected at most 1024 bytes",
		"{" + strings.Repeat(" ", MaxPolicyBytes) + "}":                   "expected at most 1048576 bytes",
		`{"interested":[` + strings.Repeat(`"a",`, 4096) + `"a"]}`:        "expected at most 4096 elements",
	} {
		_, err := ParsePolicy([]byte(text))
		require.ErrorIs(t, err, ErrPolicy, "%.80s", text)
		require.ErrorContains(t, err, want, "%.80s", text)
		var both *PolicyError
		require.ErrorAs(t, err, &both)
		require.Regexp(t, `^[^a-zA-Z]*\p{Han}|：.*\p{Han}`, both.Zh, "%.80s", text)
		for _, said := range []string{both.Zh, both.En} {
			require.NotContains(t, said, "%!", "%.80s", text)
			require.NotContains(t, said, "json:", "%.80s", text)
			require.NotContains(t, said, "Go ", "%.80s", text)
		}
	}
}

// Whoever gives two roots for one size got one of them from somebody who lied.
func TestPinsInConflict(t *testing.T) {
	p := fullPolicy()
	p.Pins = append(p.Pins, Pin{Size: 7, Root: p.Pins[1].Root})
	_, err := ParsePolicy(p.JSON())
	require.ErrorIs(t, err, ErrPinConflict)
	require.ErrorContains(t, err, "size 7")

	p = fullPolicy()
	other := sha256.Sum256([]byte("other"))
	p.Pins = append(p.Pins, Pin{Size: 10, Height: 12, NextValidatorsHash: &other})
	require.ErrorIs(t, p.Check(), ErrPinConflict)

	p = fullPolicy()
	p.Pins = append(p.Pins, p.Pins...)
	require.NoError(t, p.Check(), "the same pin twice says the same")
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte("{}"))
	f.Add(fullPolicy().JSON())
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePolicy(b)
		if err != nil {
			return
		}
		again, err := ParsePolicy(p.JSON())
		require.NoError(t, err)
		require.Equal(t, p.JSON(), again.JSON())
	})
}
