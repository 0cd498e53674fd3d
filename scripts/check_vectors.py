#!/usr/bin/env python3
"""Recompute every vector in docs/spec/vectors without the project's code.

Uses docs/spec/reference.py, which was written from the specification alone, and,
for SM3, the openssl program; for bundles, scripts/check_bundles.py. Prints
"N passed, N failed" and exits with 1 if a vector fails, a file is missing or there
is a file that nobody checks.
Usage: scripts/check_vectors.py [directory]
"""
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SPEC = pathlib.Path(__file__).resolve().parent.parent / "docs" / "spec"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SPEC))
import check_bundles  # noqa: E402
from reference import (  # noqa: E402
    CERTIFICATE, ITEM, OPENING, PRIVATE, PUBLIC, REVIEW, SHOWN, Bad, H, check_digit, check_opening, check_text, check_uscc, commitment,
    cut, decode, edge, encode, leaf_bytes, mac, need, order, parse_certificate, parse_entry, parse_public, path, read_file, root, salt, verify)

compared = 0

def eq(what, expected, got):
    global compared
    compared += 1
    assert expected == got, f"{what}: expected {expected!r}, got {got!r}"

def unhex(s):
    return bytes.fromhex(re.sub(r"\((..)\*(\d+)\)", lambda m: m[1] * int(m[2]), s))

# All SM3 inputs are collected in a first run, digested by one call
sm3_known, sm3_wanted = {}, {}

def sm3(data):
    sm3_wanted[data] = None
    return sm3_known.get(data, bytes(32))

def digest_all_sm3():
    with tempfile.TemporaryDirectory() as d:
        names = [pathlib.Path(d, str(i)) for i in range(len(sm3_wanted))]
        for name, data in zip(names, sm3_wanted):
            name.write_bytes(data)
        out = subprocess.run(["openssl", "dgst", "-sm3", "-r", *names], check=True, capture_output=True, text=True).stdout
    for data, line in zip(sm3_wanted, out.splitlines(), strict=True):
        sm3_known[data] = bytes.fromhex(line.split()[0])

# --- one checker per file of vectors
def salts(c):
    s = unhex(c["secret"])
    if "index" in c:
        return eq("salt", c["salt"], salt(s, int(c["index"])).hex())
    eq("nonce", c["nonce"], mac(s, b"ink/nonce/v1").hex())
    eq("nonce_p", c["nonce_p"], mac(s, b"ink/noncep/v1").hex())

def digests(c):
    b = unhex(c["data"])
    got = str(len(b)), hashlib.sha256(b).hexdigest(), sm3(b).hex()
    need(got == (c["size"], c["sha256"], c["sm3"]), "digests")
    eq("sha256", c["sha256"], got[1])

def items(c):
    b = leaf_bytes(unhex(c["salt"]), int(c["size"]), unhex(c["sha256"]), unhex(c["sm3"]), unhex(c["label"]))
    eq("leaf bytes", unhex(c["leaf_bytes"]), b)
    eq("leaf", c["leaf"], H(b"\0", b).hex())

def leaf_of(secret, i, row):
    return H(b"\0", leaf_bytes(salt(secret, i), len(row), hashlib.sha256(row).digest(), sm3(row), b""))

def trees(c):
    leaves = [leaf_of(unhex(c["secret"]), i, unhex(r)) for i, r in enumerate(c["rows"])]
    eq("leaves", c["leaves"], [l.hex() for l in leaves])
    eq("edge", c["edge"], edge(leaves).hex())
    eq("root", c["root"], root(leaves).hex())
    eq("paths", c["paths"], [[h.hex() for h in path(i, leaves)] for i in range(len(leaves))])

def inclusion(c):
    verify(unhex(c["root"]), int(c["size"]), int(c["index"]), unhex(c["leaf"]), [unhex(h) for h in c["path"]])
    eq("good", None, c.get("error"))

def text(c):
    check_text(unhex(c["bytes"]), int(c["limit"]))
    eq("good", None, c.get("error"))

def values(spec, c):
    """The message of a case: numbers are decimal, hashes hexadecimal, text is text."""
    def value(kind, v): return int(v) if kind in ("u64", "u32") else unhex(v) if "hash" in kind else v.encode()
    m = {"version": 1}
    for _, name, kind in spec[1:]:
        m[name] = [dict(zip(("name", "description", "example"), (x.encode() for x in f))) for f in c[name]] if isinstance(kind, list) else value(kind, c[name])
    return m

def public(c):
    p = parse_public(unhex(c["bytes"]))
    eq("bytes", unhex(c["bytes"]), encode(PUBLIC, values(PUBLIC, c)))
    eq("count", c["count"], str(p["items"] - p["header_items"]))

def private(c):
    m = decode(PRIVATE, unhex(c["bytes"]), 64 << 10)
    eq("decode, encode", unhex(c["bytes"]), encode(PRIVATE, m))
    if "title" in c:
        eq("bytes", unhex(c["bytes"]), encode(PRIVATE, values(PRIVATE, c)))

def commitments(c):
    d = H(b"ink/private/v1", unhex(c["nonce_p"]), unhex(c["private"]))
    eq("d", c["d"], d.hex())
    got = commitment(unhex(c["log_id"]), int(c["enterprise_id"]), int(c["kind"]), unhex(c["nonce"]), unhex(c["public"]), d)
    parse_public(unhex(c["public"]))
    need(c["commitment"] == got.hex(), "commitment")

def certificates(c):
    parse_certificate(unhex(c["bytes"]))
    b = encode(CERTIFICATE, values(CERTIFICATE, c))
    eq("bytes", unhex(c["bytes"]), b)
    eq("f", c["f"], H(b"ink/cert/v1", unhex(c["nonce_c"]), b).hex())

def cuts(c):
    name, _, h = c["recipe"].partition("/")
    got = cut(name, unhex(c["data"]))
    eq("items", [unhex(i) for i in c["items"]], got)
    eq("concatenation", unhex(c["data"]), b"".join(got))
    eq("count", c["count"], str(len(got) - int(h or 0)))

def dirs(c):
    eq("labels", [unhex(p) for p in c["labels"]] if "labels" in c else None, order([unhex(p) for p in c["paths"]]))

log_leaves, log_acc = [], [bytes(32)]

def log(c):
    if "entry" not in c:
        eq("root", c["root"], root([]).hex())
        return eq("acc", c["acc"], bytes(32).hex())
    if c["index"] == "0":
        log_leaves.clear()
        log_acc[:] = [bytes(32)]
    eq("index", c["index"], str(len(log_leaves)))
    eq("prev_edge", c["prev_edge"], edge(log_leaves).hex())
    leaf = H(b"\0ink/entry/v1", unhex(c["entry"]))
    eq("leaf", c["leaf"], leaf.hex())
    log_leaves.append(leaf)
    eq("edge", c["edge"], edge(log_leaves).hex())
    eq("root", c["root"], root(log_leaves).hex())
    eq("prev_acc", c["prev_acc"], log_acc[-1].hex())
    log_acc.append(H(b"ink/acc/v1", log_acc[-1], leaf))
    eq("acc", c["acc"], log_acc[-1].hex())

def entries(c):
    b = unhex(c["bytes"])
    try:
        e, kind, spec, m = parse_entry(b)
    except Bad as why:
        raise Bad("entry") from why
    eq("kind", c["kind"], kind)
    eq("leaf", c["leaf"], H(b"\0ink/entry/v1", b).hex())
    eq("event_no", c["event_no"], str(e["event_no"]))
    eq("names", sorted(c["body"]), sorted(name for _, name, _ in spec))
    for _, name, k in spec:
        v, want = m.get(name, b""), c["body"][name]
        eq(name, want, str(v) if k in ("u64", "u32") else v.decode() if k == "text" else [str(r) for r in v] if name == "roles" else v.hex())

def numbers(c):
    kind, seq, s = c["kind"], int(c["seq"]), c["number"]
    need(seq < 10 ** 12, "number")
    need(not re.fullmatch(r"CZ2020\d{8,9}", s), "number_legacy")
    need(re.fullmatch(r"(CZ|ZS)[0-9]{17}", s), "number")
    need(check_digit(s[:2], s[2:18]) == s[18], "number_check")
    at = datetime.datetime(1970, 1, 1, 8) + datetime.timedelta(seconds=int(c["block_time"]) // 10 ** 9)
    need(s[:18] == f"{kind}{at.year:04}{seq:012}", "number_entry")
    eq("good", None, c.get("error"))

def uscc(c):
    check_uscc(c["code"])
    eq("good", None, c.get("error"))

def requests(c):
    eq("request_id", c["request_id"], mac(unhex(c["key"]), b"ink/request/v1", unhex(c["text"])).hex())

def openings(c):
    m, its = read_file(unhex(c["bytes"]), b"INKOPEN1", OPENING, lambda m: parse_public(m["public"])["items"], ITEM)
    s = m["secret"]
    p = check_opening(m, mac(s, b"ink/nonce/v1"), mac(s, b"ink/noncep/v1"))
    leaves = [H(b"\0", leaf_bytes(salt(s, i), x["size"], x["sha256"], x["sm3"], x.get("label", b""))) for i, x in enumerate(its)]
    need(root(leaves) == p["root"] and sum(x["size"] for x in its) == p["total_size"], "file_content")
    for k, v in ("secret", s), ("commitment", m["commitment"]), ("root", p["root"]), ("request_id", m["request_id"]):
        eq(k, c[k], v.hex())
    eq("items, text", (c["items"], c["request_text"]), (str(len(its)), m["request_text"].decode()))

def reviews(c):
    m, shown = read_file(unhex(c["bytes"]), b"INKREVW1", REVIEW, lambda m: m["shown"], SHOWN)
    p = check_opening(m, m["nonce"], m["nonce_p"])
    for i, x in enumerate(shown):
        need(not i or x["index"] > shown[i - 1]["index"], "field_order")
        hs = [x.get("path", b"")[k:k + 32] for k in range(0, len(x.get("path", b"")), 32)]
        verify(p["root"], p["items"], x["index"], H(b"\0", leaf_bytes(x["salt"], x["size"], x["sha256"], x["sm3"], x.get("label", b""))), hs)
    for k, v in ("commitment", m["commitment"].hex()), ("root", p["root"].hex()), ("evidence_seq", str(m["evidence_seq"])), ("shown", str(len(shown))):
        eq(k, c[k], v)

CHECKS = {"salts": salts, "digests": digests, "items": items, "trees": trees, "inclusion": inclusion, "text": text, "public": public, "private": private,
          "commitments": commitments, "certificates": certificates, "file": cuts, "lines": cuts, "csv": cuts, "dir": dirs, "log": log, "entries": entries, "numbers": numbers,
          "uscc": uscc, "requests": requests, "openings": openings, "reviews": reviews}

def judge(check, c):
    """Returns what is wrong with a case, or None."""
    before = compared
    try:
        check(c)
    except Bad as e:
        if e.reason != c.get("error"):
            return f"expected {c.get('error', 'no error')}, got {e.reason}"
        return next((f"{k}: expected {c[k]}, got {v}" for k, v in e.detail.items() if c[k] != v), None)
    except (AssertionError, KeyError, ValueError) as e:
        return f"{type(e).__name__}: {e}"
    if "error" in c:
        return f"expected {c['error']}, got no error"
    return None if compared > before else "nothing was compared"

def run(directory):
    wrong, passed = [], 0
    for f in sorted(directory.iterdir()):
        if f.name == "bundle" and f.is_dir():
            continue  # check_bundles
        if f.suffix != ".json" or f.stem not in CHECKS:
            wrong.append(f"{f.name}: nobody checks this file")
            continue
        for c in json.loads(f.read_text(encoding="utf-8"))["cases"]:
            why = judge(CHECKS[f.stem], c)
            passed += why is None
            wrong += [f"{f.stem}: {c['name']}: {why}"] if why else []
    wrong += [f"{name}.json: missing" for name in CHECKS if not (directory / f"{name}.json").exists()]
    return passed, wrong

def main():
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else SPEC / "vectors"
    run(directory)  # collects what SM3 is needed of
    digest_all_sm3()
    passed, wrong = run(directory)
    bundles, wrong_bundles, about = check_bundles.run(directory / "bundle")
    passed, wrong = passed + bundles, wrong + [f"bundle: {w}" for w in wrong_bundles]
    print(f"bundles: {about}")
    for w in wrong:
        print(w)
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0

if __name__ == "__main__":
    sys.exit(main())
