package vectors

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// sorted orders cases that came from a map.
func sorted(v []vector) []vector {
	slices.SortStableFunc(v, func(a, b vector) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	return v
}

// raw writes one field of any encoding; only numbers below 16 fit.
func raw(num, wire byte, rest ...byte) []byte { return append([]byte{num<<3 | wire}, rest...) }

func rawHash(num byte, n int) []byte {
	return append(raw(num, 2, byte(n)), slices.Repeat([]byte{0xAB}, n)...)
}

func publicVector(p format.Public) vector {
	return vector{"root": hash(p.Root), "items": num(p.Items), "header_items": num(p.HeaderItems), "total_size": num(p.TotalSize),
		"recipe": num(p.Recipe), "recipe_version": num(p.RecipeVersion), "produced_from": num(p.ProducedFrom), "produced_to": num(p.ProducedTo),
		"count": num(p.Count())}
}

func publics(t *testing.T) []vector {
	var out []vector
	for name, p := range map[string]format.Public{
		"empty file":         {Root: filled(1), Items: 1, Recipe: format.RecipeFile, RecipeVersion: 1},
		"table with header":  {Root: filled(2), Items: 301, HeaderItems: 1, TotalSize: 12345, Recipe: format.RecipeCSV, RecipeVersion: 1, ProducedFrom: 1_700_000_000_000_000_000, ProducedTo: 1_700_000_000_000_000_001},
		"only a header":      {Root: filled(2), Items: 1, HeaderItems: 1, TotalSize: 4, Recipe: format.RecipeCSV, RecipeVersion: 1},
		"largest":            {Root: filled(255), Items: format.MaxItems, TotalSize: 1<<64 - 1, Recipe: format.RecipeSecretPoints, RecipeVersion: 1, ProducedFrom: 1<<64 - 1, ProducedTo: 1<<64 - 1},
		"period open to now": {Root: filled(3), Items: 2, TotalSize: 1, Recipe: format.RecipeDir, RecipeVersion: 1, ProducedFrom: 1},
	} {
		v := publicVector(p)
		v["name"], v["bytes"] = name, hx(must(p.Bytes()))
		out = append(out, v)
	}
	out = sorted(out)
	version, root, items, recipe, rv := raw(1, 0, 1), rawHash(2, 32), raw(3, 0, 2), raw(6, 0, 3), raw(7, 0, 1)
	good := slices.Concat(version, root, items, recipe, rv)
	with := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	for _, c := range []struct {
		name, reason string
		b            []byte
	}{
		{"empty", "missing", nil},
		{"no version", "missing", good[2:]},
		{"version 2", "version", with(raw(1, 0, 2), good[2:])},
		{"unknown field", "unknown_field", with(good, raw(10, 0, 1))},
		{"unknown field 16", "unknown_field", with(good, []byte{0x80, 0x01, 1})},
		{"duplicate field", "duplicate_field", with(version, root, items, items, recipe, rv)},
		{"misordered fields", "field_order", with(version, items, root, recipe, rv)},
		{"long varint", "long_varint", with(version, root, raw(3, 0, 0x82, 0), recipe, rv)},
		{"long tag", "long_varint", with(version, root, []byte{0x98, 0, 2}, recipe, rv)},
		{"long length", "long_varint", with(version, []byte{0x12, 0xA0, 0}, root[2:], items, recipe, rv)},
		{"varint of 2^64", "varint_overflow", with(version, root, raw(3, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2), recipe, rv)},
		{"explicit zero", "explicit_default", with(version, root, items, raw(4, 0, 0), recipe, rv)},
		{"trailing zero", "trailing", with(good, []byte{0})},
		{"half a tag behind", "truncated", with(good, []byte{0xFF})},
		{"cut", "truncated", good[:len(good)-1]},
		{"cut root", "truncated", good[:20]},
		{"wire type", "wire_type", with(version, root, raw(3, 2, 1, 2), recipe, rv)},
		{"group", "wire_type", with(version, root, raw(3, 3), recipe, rv)},
		{"root of 31 bytes", "length", with(version, rawHash(2, 31), items, recipe, rv)},
		{"root of 33 bytes", "length", with(version, rawHash(2, 33), items, recipe, rv)},
		{"no root", "missing", with(version, items, recipe, rv)},
		{"no items", "missing", with(version, root, recipe, rv)},
		{"2^40 items", "limit", with(version, root, raw(3, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20), recipe, rv)},
		{"two header rows", "value", with(version, root, items, raw(4, 0, 2), raw(6, 0, 4), rv)},
		{"header row of lines", "value", with(version, root, items, raw(4, 0, 1), recipe, rv)},
		{"two files", "value", with(version, root, items, raw(6, 0, 1), rv)},
		{"no recipe", "recipe", with(version, root, items, rv)},
		{"recipe 7", "recipe", with(version, root, items, raw(6, 0, 7), rv)},
		{"recipe version 2", "version", with(version, root, items, recipe, raw(7, 0, 2))},
		{"period backwards", "value", with(good, raw(8, 0, 2), raw(9, 0, 1))},
		{"8 KiB + 1", "limit", with(good, make([]byte, format.MaxPublicBytes+1-len(good)))},
	} {
		_, err := format.ParsePublic(c.b)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(c.b)}))
	}
	return out
}

func privateVector(p format.Private) vector {
	fields := [][]string{}
	for _, f := range p.Fields {
		fields = append(fields, []string{f.Name, f.Description, f.Example})
	}
	return vector{"title": p.Title, "summary": p.Summary, "source": p.Source, "fields": fields,
		"file_name": p.FileName, "tool": p.Tool, "platform": p.Platform, "note": p.Note}
}

func examplePrivate() format.Private {
	return format.Private{Title: "气象观测数据", Summary: "逐时", Source: "自行采集", FileName: "a.csv", Tool: "inkd", Platform: "linux", Note: "n",
		Fields: []format.Field{{Name: "时间", Description: "UTC+8", Example: "2026-01-01"}, {Name: "温度", Example: "21.5"}}}
}

func privates(t *testing.T) []vector {
	var out []vector
	for name, p := range map[string]format.Private{
		"empty": {}, "everything": examplePrivate(),
	} {
		v := privateVector(p)
		v["name"], v["bytes"] = name, hx(must(p.Bytes()))
		out = append(out, v)
	}
	limit := must(format.Private{Note: strings.Repeat("x", format.MaxPrivateBytes-6)}.Bytes())
	require.Len(t, limit, format.MaxPrivateBytes)
	out = append(sorted(out), vector{"name": "at the limit", "bytes": hx(limit)})
	version, title := raw(1, 0, 1), raw(2, 2, 1, 'x')
	for _, c := range []struct {
		name, reason string
		b            []byte
	}{
		{"limit + 1", "limit", slices.Concat(version, []byte{0x4A, 0xFB, 0xFF, 0x03}, slices.Repeat([]byte{'x'}, format.MaxPrivateBytes-5))},
		{"empty title", "explicit_default", slices.Concat(version, raw(2, 2, 0))},
		{"title after a field", "field_order", slices.Concat(version, raw(5, 2, 3, 0x0A, 1, 'a'), title)},
		{"title twice", "duplicate_field", slices.Concat(version, title, title)},
		{"field without a name", "missing", slices.Concat(version, raw(5, 2, 3, 0x12, 1, 'd'))},
		{"empty field", "missing", slices.Concat(version, raw(5, 2, 0))},
		{"unknown field in a field", "unknown_field", slices.Concat(version, raw(5, 2, 6, 0x0A, 1, 'a', 0x22, 1, 'b'))},
		{"bidi control", "text", slices.Concat(version, raw(2, 2, 3, 0xE2, 0x80, 0xAE))},
		{"line feed", "text", slices.Concat(version, raw(3, 2, 1, '\n'))},
		{"not UTF-8", "text", slices.Concat(version, raw(3, 2, 1, 0xFF))},
		{"unknown field", "unknown_field", slices.Concat(version, raw(10, 2, 1, 'x'))},
	} {
		_, err := format.ParsePrivate(c.b)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(c.b)}))
	}
	return out
}

// deposit is the commitment of the table of n rows, as a vector and as values.
func deposit(n int) (v vector, public, private []byte, d format.Hash) {
	s := secret()
	_, its, leaves := table(n)
	p := format.Public{Root: format.TreeRoot(leaves), Items: uint64(n), Recipe: format.RecipeCSV, RecipeVersion: 1, ProducedFrom: 1_767_196_800_000_000_000}
	for _, it := range its {
		p.TotalSize += it.Size
	}
	public, private = must(p.Bytes()), must(examplePrivate().Bytes())
	d = format.PrivateDigest(s.PrivateNonce(), private)
	c := format.Commitment(filled(0x10), 77, 1, s.Nonce(), public, d)
	v = vector{"name": "n = " + num(n), "log_id": hash(filled(0x10)), "enterprise_id": "77", "kind": "1", "nonce": hash(s.Nonce()), "nonce_p": hash(s.PrivateNonce()),
		"public": hx(public), "private": hx(private), "d": hash(d), "commitment": hash(c)}
	return v, public, private, d
}

func commitments(t *testing.T) []vector {
	var out []vector
	for _, n := range sizes {
		v, _, _, _ := deposit(n)
		out = append(out, v)
	}
	s := secret()
	swapped := hash(format.PrivateDigest(s.Nonce(), must(examplePrivate().Bytes())))
	otherPublic, _, _, _ := deposit(5)
	for name, change := range map[string]vector{
		"another enterprise": {"enterprise_id": "78"},
		"another kind":       {"kind": "2"},
		"another log":        {"log_id": hash(filled(0x11))},
		"another nonce":      {"nonce": hash(filled(0x12))},
		"swapped nonces":     {"nonce": hash(s.PrivateNonce()), "nonce_p": hash(s.Nonce()), "d": swapped},
		"other public part":  {"public": otherPublic["public"]},
		"other private part": {"private": "0801", "d": hash(format.PrivateDigest(s.PrivateNonce(), []byte{8, 1}))},
	} {
		v, _, _, _ := deposit(3)
		for k, x := range change {
			v[k] = x
		}
		out = append(out, bad(t, "bad: "+name, "commitment", checkOpening(t, v), v))
	}
	return append(out[:len(sizes):len(sizes)], sorted(out[len(sizes):])...)
}

func checkOpening(t *testing.T, v vector) error {
	t.Helper()
	h := func(k string) format.Hash { return format.Hash(unhex(t, v[k].(string))) }
	id, kind := uint64(77), uint32(1)
	if v["enterprise_id"] == "78" {
		id = 78
	}
	if v["kind"] == "2" {
		kind = 2
	}
	_, err := format.CheckOpening(h("commitment"), h("log_id"), id, kind, h("nonce"), unhex(t, v["public"].(string)), h("d"))
	return err
}

func certificates(t *testing.T) []vector {
	var out []vector
	for name, c := range map[string]format.CertificateFields{
		"everything": {CertSeq: 900, EvidenceSeq: 42, EnterpriseID: 77, Holder: "某某数据有限公司", USCC: "91350100M000100Y43", Category: 3, Root: filled(0x20),
			Items: 301, HeaderItems: 1, TotalSize: 12345, Title: "气象观测数据", Source: "自行采集", ProducedFrom: 1, ProducedTo: 2},
		"trade secret": {CertSeq: 901, EvidenceSeq: 43, EnterpriseID: 77, Holder: "某某数据有限公司", USCC: "91350100M000100Y43"},
	} {
		out = append(out, vector{"name": name, "cert_seq": num(c.CertSeq), "evidence_seq": num(c.EvidenceSeq), "enterprise_id": num(c.EnterpriseID),
			"holder": c.Holder, "uscc": c.USCC, "category": num(c.Category), "root": hash(c.Root), "items": num(c.Items), "header_items": num(c.HeaderItems),
			"total_size": num(c.TotalSize), "title": c.Title, "source": c.Source, "produced_from": num(c.ProducedFrom), "produced_to": num(c.ProducedTo),
			"bytes": hx(must(c.Bytes())), "nonce_c": hash(filled(0x33)), "f": hash(must(c.Commitment(filled(0x33))))})
	}
	out = sorted(out)
	version := raw(1, 0, 1)
	for _, c := range []struct {
		name, reason string
		b            []byte
	}{
		{"root of zeros", "explicit_default", slices.Concat(version, raw(8, 2, 32), make([]byte, 32))},
		{"unknown field 16", "unknown_field", slices.Concat(version, []byte{0x80, 0x01, 1})},
		{"more header rows than rows", "value", slices.Concat(version, raw(10, 0, 1))},
		{"2^40 items", "limit", slices.Concat(version, raw(9, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20))},
		{"16 KiB + 1", "limit", slices.Concat(version, make([]byte, format.MaxCertificateBytes-1))},
	} {
		_, err := format.ParseCertificateFields(c.b)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(c.b)}))
	}
	require.NotEqual(t, out[0]["f"], out[1]["f"])
	return out
}
