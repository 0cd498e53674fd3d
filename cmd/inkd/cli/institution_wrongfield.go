package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// badField is a field of a JSON tree that could not be read.
type badField struct {
	path  string // names and indexes with dots
	value any
	cause error
	kind  string // what it could be, as far as that is known
}

// String says what was expected and what came.
func (f badField) String() string {
	got := compact(f.value)
	if text, ok := f.value.(string); ok {
		got = strconv.Quote(text)
	}
	if f.kind != "" {
		return fmt.Sprintf("%s: expected %s, got %s", f.path, f.kind, got)
	}
	return fmt.Sprintf("%s: expected another value, got %s (%s)", f.path, got, f.cause)
}

// wrongField finds the field that read refuses, since what reads protobuf JSON does
// not name it: it tries each one alone. If none is refused alone, it is the whole.
func wrongField(tree map[string]any, cause error, read func([]byte) error) badField {
	found := badField{path: "the fields", value: tree, cause: cause}
	var walk func(path []string, v any, alone func(any) any) bool
	walk = func(path []string, v any, alone func(any) any) bool {
		switch x := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				if walk(append(path, k), x[k], func(v any) any { return alone(map[string]any{k: v}) }) {
					return true
				}
			}
			if len(x) > 0 {
				return false
			}
		case []any:
			for i, inner := range x {
				if walk(append(path, strconv.Itoa(i)), inner, func(v any) any { return alone([]any{v}) }) {
					return true
				}
			}
			if len(x) > 0 {
				return false
			}
		}
		try := func(v any) error { return readAlone(read, alone(v)) }
		err := try(v)
		if err != nil && len(path) > 0 {
			found = badField{strings.Join(path, "."), v, err, kindOf(err, v, try)}
		}
		return err != nil
	}
	walk(nil, tree, func(v any) any { return v })
	return found
}

func readAlone(read func([]byte) error, v any) error {
	part, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return read(part)
}

// saidBy are errors that tell what was expected.
var saidBy = []struct {
	says *regexp.Regexp
	want string
}{
	{regexp.MustCompile(`unknown field`), "a field that there is"},
	{regexp.MustCompile(`unknown value .* for enum`), "one of the names of that enum"},
	{regexp.MustCompile(`base64`), "bytes in base64"},
	{regexp.MustCompile(`bad Duration`), "a duration like 3600s"},
	{regexp.MustCompile(`bad Timestamp`), "a time like 2026-01-31T00:00:00Z"},
}

var digits = regexp.MustCompile(`^-?[0-9]+$`)

// kindOf finds out what stands in a field: by the error, or by what else can be read
// there.
func kindOf(err error, got any, try func(any) error) string {
	for _, s := range saidBy {
		if s.says.MatchString(err.Error()) {
			return s.want
		}
	}
	reads := func(v any) bool { return try(v) == nil }
	switch {
	case reads(1) && reads(-1):
		return smaller(got) + "whole number"
	case reads(1) && strings.HasPrefix(fmt.Sprint(got), "-"):
		return "a whole number from 0"
	case reads(1):
		return smaller(got) + "whole number from 0"
	case reads(true):
		return "true or false"
	case reads(""):
		return "a text"
	case reads([]any{}):
		return "a list"
	case reads(map[string]any{}):
		return "an object"
	}
	return ""
}

// smaller begins what is expected instead of a number out of range.
func smaller(got any) string {
	if digits.MatchString(fmt.Sprint(got)) {
		return "a smaller "
	}
	return "a "
}

// plainJSON says of an error of encoding/json what was expected and what came.
func plainJSON(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind):
		want := map[string]string{"string": "a text", "slice": "a list"}[kind.Type.Kind().String()]
		if want == "" {
			want = kind.Type.String()
		}
		return fmt.Errorf("%s: expected %s, got %s", orWord(kind.Field, "the file"), want, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("expected JSON, got something else at byte %d", syntax.Offset)
	case strings.Contains(err.Error(), "EOF"):
		return errors.New("expected JSON, got the end of the file")
	}
	if _, name, ok := strings.Cut(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("expected title, document_digest, expires_at and messages, got a field %s", name)
	}
	return err
}

func orWord(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
