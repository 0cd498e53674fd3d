package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// decodePolicy reads the members into their places.
func decodePolicy(b []byte) (f policyFile, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err = d.Decode(&f)
	var other *json.UnmarshalTypeError
	switch {
	case err == nil:
		return f, nil
	case errors.As(err, &other):
		zh, en := jsonType(other.Type)
		gotZh, got := jsonValue(other.Value)
		if other.Field == "" {
			return f, notPolicy("应为对象，实为%[1]s", "expected an object, got %[2]s", gotZh, got)
		}
		return f, notPolicy("%[1]s：应为%[2]s，实为%[3]s", "%[1]s: expected %[4]s, got %[5]s", other.Field, zh, gotZh, en, got)
	}
	if key, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return f, notPolicy("未知的键 %s；各键见 docs/spec/bundle.md 第 12 节", "unknown key %s: the keys are in docs/spec/bundle.md §12", key)
	}
	return f, notPolicy("无法读取%.0s", "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// jsonType is what a member is to be.
func jsonType(t reflect.Type) (zh, en string) {
	switch t.Kind() {
	case reflect.Uint64:
		return "不小于 0 的整数", "a whole number from 0 on"
	case reflect.Int:
		return "整数", "a whole number"
	case reflect.String:
		return "文本", "a text"
	case reflect.Slice:
		return "列表", "a list"
	}
	return "对象", "an object"
}

// jsonValue is what came, by encoding/json's name for it: "string", "number -1".
func jsonValue(name string) (zh, en string) {
	kind, what, _ := strings.Cut(name, " ")
	switch kind {
	case "string":
		return "文本", "a text"
	case "array":
		return "列表", "a list"
	case "object":
		return "对象", "an object"
	case "bool":
		return "真假值", "true or false"
	case "number":
		return strings.TrimSpace("数字 " + what), strings.TrimSpace("the number " + what)
	}
	return name, name
}

// form checks what encoding/json would let pass.
type form struct {
	*json.Decoder
	b []byte
}

// checkPolicyForm refuses duplicate keys, keys in another case, null, bytes that are no
// UTF-8, trailing data, deep nesting.
func checkPolicyForm(b []byte) error {
	if len(b) > MaxPolicyBytes {
		return notPolicy("应至多 %d 字节，实为 %d 字节", "expected at most %d bytes, got %d", MaxPolicyBytes, len(b))
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return notPolicy("应为 JSON 对象，实为空文件", "expected a JSON object, got an empty file")
	}
	if !utf8.Valid(b) {
		return notPolicy("应为 UTF-8 文本，实非", "expected UTF-8, got other bytes")
	}
	f := form{json.NewDecoder(bytes.NewReader(b)), b}
	if err := f.value(0); err != nil {
		return err
	}
	if _, err := f.Token(); !errors.Is(err, io.EOF) {
		return f.refuse("对象之后不应再有内容", "expected nothing after the object, got more")
	}
	return nil
}

// refuse says where.
func (f *form) refuse(zh, en string) error {
	before := f.b[:min(int(f.InputOffset()), len(f.b))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return notPolicy("第 %d 行第 %d 列：%[3]s", "line %d, column %d: %[4]s", line, column, zh, en)
}

func (f *form) value(depth int) error {
	t, err := f.Token()
	if err != nil {
		return f.broken(err)
	}
	open, ok := t.(json.Delim)
	switch {
	case t == nil:
		return f.refuse("应有值，实为 null", "expected a value, got null")
	case !ok && depth == 0:
		return f.refuse("应为对象，实为其他值", "expected an object, got another value")
	case !ok:
		return nil
	case depth == maxPolicyDepth:
		return f.refuse(fmt.Sprintf("应至多 %d 层，实有更多", maxPolicyDepth), fmt.Sprintf("expected at most %d levels, got more", maxPolicyDepth))
	}
	keys := map[string]bool{}
	for f.More() {
		if open == '{' {
			if err := f.key(keys); err != nil {
				return err
			}
		}
		if err := f.value(depth + 1); err != nil {
			return err
		}
	}
	if _, err = f.Token(); err != nil {
		return f.broken(err)
	}
	return nil
}

// key reads a key. Ours have lower-case letters and _ only; encoding/json would take
// any case, also letters that fold to them.
func (f *form) key(seen map[string]bool) error {
	t, err := f.Token()
	if err != nil {
		return f.broken(err)
	}
	key, ok := t.(string)
	if !ok || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return f.refuse(fmt.Sprintf("未知的键 %q", key), fmt.Sprintf("unknown key %q", key))
	}
	if seen[key] {
		return f.refuse(fmt.Sprintf("键 %q 重复", key), fmt.Sprintf("the key %q stands there twice", key))
	}
	seen[key] = true
	return nil
}

// broken says of bytes that they are no JSON.
func (f *form) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return f.refuse("文件在 JSON 完结之前终止", "expected more JSON, got the end of the file")
	}
	return f.refuse("应为 JSON，实为其他字符", "expected JSON, got other characters")
}
