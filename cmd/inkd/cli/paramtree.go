package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// decodeTree reads a JSON object; numbers stay as they are written.
func decodeTree(b []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("expected one JSON object, got more behind it")
	}
	if tree == nil {
		return nil, errors.New("expected a JSON object, got null")
	}
	return tree, nil
}

// setField changes a field that is there, at a path of names and indexes with dots.
func setField(tree map[string]any, path, text string) error {
	var at any = tree
	steps := strings.Split(path, ".")
	for i, step := range steps {
		inner, set := enter(at, step)
		if set == nil {
			return fmt.Errorf("expected a field of the present parameters, got %q", strings.Join(steps[:i+1], "."))
		}
		if i < len(steps)-1 {
			at = inner
			continue
		}
		value, err := valueLike(inner, text)
		if err != nil {
			return err
		}
		set(value)
	}
	return nil
}

// enter is what stands at one step, and how to replace it; set is nil if there is
// no such step.
func enter(at any, step string) (inner any, set func(any)) {
	switch x := at.(type) {
	case map[string]any:
		if _, ok := x[step]; ok {
			return x[step], func(v any) { x[step] = v }
		}
	case []any:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(x) {
			return x[i], func(v any) { x[i] = v }
		}
	}
	return nil, nil
}

// valueLike reads a value of the kind that stands there: texts and large numbers
// are strings in protobuf JSON, the rest is JSON.
func valueLike(old any, text string) (any, error) {
	if _, isText := old.(string); isText {
		return text, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("expected JSON like %s, got %q", compact(old), text)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("expected JSON like %s, got %q", compact(old), text)
	}
	if old != nil && fmt.Sprintf("%T", v) != fmt.Sprintf("%T", old) {
		return nil, fmt.Errorf("expected JSON like %s, got %s", compact(old), text)
	}
	return v, nil
}

// flat lists the values of a tree by their paths; lists of plain values are one.
func flat(path string, v any, into map[string]string) {
	switch x := v.(type) {
	case map[string]any:
		for k, inner := range x {
			flat(strings.TrimPrefix(path+"."+k, "."), inner, into)
		}
		return
	case []any:
		if len(x) > 0 {
			if _, nested := x[0].(map[string]any); nested {
				for i, inner := range x {
					flat(fmt.Sprintf("%s.%d", path, i), inner, into)
				}
				return
			}
		}
	}
	into[path] = compact(v)
}

// leaves are the paths of all fields.
func leaves(tree map[string]any) []string {
	values := map[string]string{}
	flat("", tree, values)
	return sortedKeys(values)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// differences lists what changes, by path.
func differences(before, after map[string]any) []string {
	old, now := map[string]string{}, map[string]string{}
	flat("", before, old)
	flat("", after, now)
	all := map[string]string{}
	for k := range old {
		all[k] = ""
	}
	for k := range now {
		all[k] = ""
	}
	var out []string
	for _, k := range sortedKeys(all) {
		if old[k] != now[k] {
			out = append(out, fmt.Sprintf("%s: %s → %s", k, orNone(old[k]), orNone(now[k])))
		}
	}
	return out
}

func orNone(text string) string {
	if text == "" {
		return "∅"
	}
	return text
}

// compact is a value as people read it: a text without quotes.
func compact(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
