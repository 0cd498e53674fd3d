"""The evidence format once more, as a program to be read beside the text.

Written from evidence-format.md alone, with Python's standard library and by the
shortest way: recursive definitions, no streaming, no care for speed. It is what
scripts/check_vectors.py compares the vectors with. SM3 is not in the standard
library, so digests come in as bytes.
"""
import hashlib
import hmac
import re
import unicodedata

class Bad(Exception):
    """A refusal: the reason as named in the vectors, and details to compare."""

    def __init__(self, reason, **detail):
        super().__init__(reason)
        self.reason, self.detail = reason, detail

def need(condition, reason):
    if not condition:
        raise Bad(reason)

def H(*parts): return hashlib.sha256(b"".join(parts)).digest()
def mac(key, *parts): return hmac.new(key, b"".join(parts), hashlib.sha256).digest()
def be(n, size): return n.to_bytes(size, "big")
def salt(secret, i): return mac(secret, b"ink/salt/v1", be(i, 8))
def node(l, r): return H(b"\1", l, r)

# --- tree, by the recursive definitions of RFC 6962
def split(n): return 1 << ((n - 1).bit_length() - 1)

def root(d):
    if len(d) < 2:
        return d[0] if d else H()
    k = split(len(d))
    return node(root(d[:k]), root(d[k:]))

def path(m, d):
    if len(d) < 2:
        return []
    k = split(len(d))
    return path(m, d[:k]) + [root(d[k:])] if m < k else path(m - k, d[k:]) + [root(d[:k])]

def edge(d):
    if not d:
        return b""
    k = 1 << (len(d).bit_length() - 1)
    return root(d[:k]) + edge(d[k:])

def root_by_path(m, n, leaf, p):
    if n == 1:
        need(not p, "path_too_long")
        return leaf
    need(p, "path_too_short")
    k = split(n)
    return node(root_by_path(m, k, leaf, p[:-1]), p[-1]) if m < k else node(p[-1], root_by_path(m - k, n - k, leaf, p[:-1]))

def verify(want, n, m, leaf, p):
    need(m < n, "index_range")
    need(len(p) <= 64, "path_limit")
    need(root_by_path(m, n, leaf, p) == want, "root_mismatch")

def leaf_bytes(s, size, sha, sm, label):
    check_text(label, 1024)
    return b"ink/item/v1" + s + be(size, 8) + sha + sm + be(len(label), 2) + label

# --- canonical protobuf
BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}

def check_text(b, limit):
    need(len(b) <= limit, "limit")
    try:
        s = b.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Bad("text")
    need(not any(ord(c) < 0x20 or ord(c) == 0xFEFF or ord(c) in BIDI for c in s), "text")

def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])

def take_varint(b):
    n = 0
    for i, c in enumerate(b):
        need(i < 9 or c <= 1, "varint_overflow")
        n |= (c & 0x7F) << 7 * i
        if c < 0x80:
            need(c or not i, "long_varint")
            return n, b[i + 1:]
    raise Bad("truncated")

# A message is a list of (number, name, kind): u64, u32, hash, hash? (zero is
# absent), text, raw, hashes (repeated), or a list, which is a repeated message.
FIELD = [(1, "name", "text"), (2, "description", "text"), (3, "example", "text")]
PUBLIC = [(1, "version", "u64"), (2, "root", "hash"), (3, "items", "u64"), (4, "header_items", "u32"), (5, "total_size", "u64"), (6, "recipe", "u32"),
          (7, "recipe_version", "u32"), (8, "produced_from", "u64"), (9, "produced_to", "u64")]
PRIVATE = [(1, "version", "u64"), (2, "title", "text"), (3, "summary", "text"), (4, "source", "text"), (5, "fields", FIELD), (6, "file_name", "text"),
           (7, "tool", "text"), (8, "platform", "text"), (9, "note", "text")]
CERTIFICATE = [(1, "version", "u64"), (2, "cert_seq", "u64"), (3, "evidence_seq", "u64"), (4, "enterprise_id", "u64"), (5, "holder", "text"), (6, "uscc", "text"),
               (7, "category", "u32"), (8, "root", "hash?"), (9, "items", "u64"), (10, "header_items", "u32"), (11, "total_size", "u64"), (12, "title", "text"),
               (13, "source", "text"), (14, "produced_from", "u64"), (15, "produced_to", "u64")]
OPENING = [(1, "version", "u64"), (2, "log_id", "hash"), (3, "chain_id", "text"), (4, "enterprise_id", "u64"), (5, "kind", "u32"), (6, "category", "u32"),
           (7, "secret", "hash"), (8, "public", "raw"), (9, "private", "raw"), (10, "commitment", "hash"), (11, "request_id", "hash?"), (12, "request_text", "text"),
           (13, "created", "u64")]
ITEM = [(1, "size", "u64"), (2, "sha256", "hash"), (3, "sm3", "hash"), (4, "label", "text")]
REVIEW = [(1, "version", "u64"), (2, "log_id", "hash"), (3, "enterprise_id", "u64"), (4, "kind", "u32"), (5, "evidence_seq", "u64"), (6, "public", "raw"),
          (7, "nonce", "hash"), (8, "private", "raw"), (9, "nonce_p", "hash"), (10, "commitment", "hash"), (11, "shown", "u64")]
SHOWN = [(1, "index", "u64"), (2, "salt", "hash"), (3, "size", "u64"), (4, "sha256", "hash"), (5, "sm3", "hash"), (6, "label", "text"), (7, "path", "raw")]

def encode(spec, m):
    out = b""
    for num, name, kind in spec:
        v = m.get(name)
        if isinstance(kind, list):
            for e in v or []:
                body = encode(kind, e)
                out += varint(num << 3 | 2) + varint(len(body)) + body
        elif kind == "hashes":
            out += b"".join(varint(num << 3 | 2) + varint(32) + h for h in v or [])
        elif kind in ("u64", "u32"):
            out += varint(num << 3) + varint(v) if v else b""
        elif kind == "hash" or (v and v != bytes(32)):
            out += varint(num << 3 | 2) + varint(len(v)) + v
    return out

def decode(spec, b, limit):
    need(len(b) <= limit, "limit")
    kinds = {num: (name, kind) for num, name, kind in spec}
    m, last, whole = {}, 0, b
    while b:
        tag, b = take_varint(b)
        num, wire = tag >> 3, tag & 7
        need(num, "trailing")
        need(num >= last, "field_order")
        need(num in kinds, "unknown_field")
        name, kind = kinds[num]
        need(num != last or isinstance(kind, list) or kind == "hashes", "duplicate_field")
        last = num
        need(wire == (0 if kind in ("u64", "u32") else 2), "wire_type")
        v, b = take_varint(b)
        if wire == 2:
            need(v <= len(b), "truncated")
            v, b = b[:v], b[v:]
        if isinstance(kind, list):
            m.setdefault(name, []).append(decode(kind, v, limit))
            need(kind is not FIELD or "name" in m[name][-1], "missing")
            continue
        need(kind not in ("hash", "hash?", "hashes") or len(v) == 32, "length")
        if kind == "hashes":
            m.setdefault(name, []).append(v)
            continue
        need(v and (kind != "hash?" or v != bytes(32)), "explicit_default")
        need(kind != "u32" or v < 1 << 32, "varint_overflow")
        if kind == "text":
            check_text(v, limit)
        need(name != "version" or v == 1, "version")
        m[name] = v
    for num, name, kind in spec:
        need(name in m or (kind != "hash" and name != "version"), "missing")
        if kind in ("u64", "u32"):
            m.setdefault(name, 0)
    need(whole == encode(spec, m), "not_canonical")
    return m

def parse_public(b):
    p = decode(PUBLIC, b, 8 << 10)
    r, n, h = p["recipe"], p["items"], p["header_items"]
    need(1 <= r <= 6, "recipe")
    need(n, "missing")
    need(n < 1 << 40, "limit")
    need((r != 1 or n == 1) and (r == 4 or h == 0) and h <= 1 and h <= n, "value")
    need(p["recipe_version"] == 1, "version")
    need(not p["produced_to"] or p["produced_from"] <= p["produced_to"], "value")
    return p

def parse_certificate(b):
    c = decode(CERTIFICATE, b, 16 << 10)
    need(c["items"] < 1 << 40, "limit")
    need(c["header_items"] <= min(1, c["items"]), "value")
    need(not c["produced_to"] or c["produced_from"] <= c["produced_to"], "value")
    if "uscc" in c:
        check_uscc(c["uscc"].decode())
    return c

# --- entries: an envelope, then one body whose field number is its kind (entries.md)
ENTRY = [(1, "version", "u64"), (2, "seq", "u64"), (3, "height", "u64"), (4, "block_time", "u64"), (5, "tx_hash", "hash?"), (6, "msg_index", "u32"),
         (7, "event_no", "u64")]
DISCLOSED = [(1, "index", "u64"), (2, "salt", "hash"), (3, "size", "u64"), (4, "sha256", "hash"), (5, "sm3", "hash"), (6, "label", "text"), (7, "path", "hashes")]
REASON = ("reason", range(1, 14))
KINDS = {
    16: ("record", [("kind", range(1, 5)), "enterprise_id", "enterprise_seq", ("prev_acc", "hash"), ("category", "u32"), "user_id", "key_id", ("commitment", "hash")]),
    17: ("opening", ["evidence_seq", ("public", "raw"), ("nonce", "hash"), ("private_digest", "hash"), "user_id", "officer_id"]),
    18: ("item_disclosure", ["evidence_seq", ("items", DISCLOSED)]),
    19: ("certificate_applied", ["evidence_seq", "enterprise_id", "user_id", "application_seq", ("prev_acc", "hash"), ("consent_to_publish", range(2)),
                                 ("decline_item", range(2)), "previous"]),
    20: ("certificate_initial_review", ["cert_seq", "officer_id"]),
    21: ("certificate_final_review", ["cert_seq", "officer_id"]),
    22: ("certificate_issued", ["cert_seq", "evidence_seq", "opening_seq", "officer_id", "key_id", ("fields_commitment", "hash")]),
    23: ("certificate_rejected", ["cert_seq", "officer_id", REASON]),
    24: ("certificate_revoked", ["cert_seq", "officer_id", REASON]),
    32: ("qualification_decided", ["qualification_id", "enterprise_id", "officer_id", ("approved", range(2)), ("reason", range(14)), ("categories", "raw"),
                                   ("form_commitment", "hash"), ("template_version", "u32")]),
    33: ("qualification_revoked", ["qualification_id", "enterprise_id", "officer_id", REASON]),
    34: ("enterprise_certified", ["enterprise_id", ("name", "text"), ("uscc", "text"), "administrator", "officer_id", ("dossier_commitment", "hash")]),
    37: ("enterprise_suspended", ["enterprise_id", "officer_id", ("reason", range(14)), ("lifted", range(2))]),
    39: ("member_granted", ["enterprise_id", "user_id", ("rights", "raw"), "granted_by"]),
    40: ("member_removed", ["enterprise_id", "user_id", "removed_by"]),
    41: ("key_bound", ["key_id", "user_id", "officer_id", "institution_id", ("key_type", range(1, 5)), ("public_key", "raw"), ("custody", range(1, 4)),
                       "bound_by", ("person_commitment", "hash?"), ("agreement_version", "u32")]),
    42: ("key_retired", ["key_id", ("reason", range(1, 14))]),
    44: ("institution_admitted", ["institution_id", ("name", "text"), ("kind", range(1, 7)), ("uscc", "text")]),
    46: ("institution_removed", ["institution_id", ("reason", range(1, 14))]),
    47: ("validator_key_bound", ["institution_id", ("key_type", range(1, 5)), ("public_key", "raw"), "power"]),
    48: ("officer_appointed", ["officer_id", "institution_id", ("roles", "raw"), "key_id", "enrol_cap"]),
    49: ("officer_dismissed", ["officer_id", "institution_id", ("reason", range(1, 14))]),
    53: ("parameters_changed", [("module", "text"), ("message", "raw")]),
    54: ("software_upgrade", [("stage", range(1, 4)), ("name", "text"), "upgrade_height", "log_size", ("log_root", "hash?")]),
    55: ("misbehaviour", ["institution_id", ("address", "raw"), ("kind", range(1, 3)), "offence_height", "offence_time", ("power_removed", range(2))]),
    61: ("institution_digest", ["institution_id", ("topic", range(1, 5)), ("digest", "hash")]),
    63: ("era", [("old_chain_id", "text"), "last_height", ("header_hash", "hash"), "log_size", ("root", "hash"), ("minutes_digest", "hash")]),
    64: ("institution_power", ["institution_id", "power", ("reason", range(14))]),
}
KEY_BYTES = {1: 32, 2: 33, 3: 33, 4: 1952}

def body_spec(fields):
    """Field numbers count from 1; a range is a u64 with those values."""
    named = [f if isinstance(f, tuple) else (f, "u64") for f in fields]
    return [(i + 1, name, "u64" if isinstance(kind, range) else kind) for i, (name, kind) in enumerate(named)], dict(f for f in named if isinstance(f[1], range))

def parse_entry(b, codes=True):
    """The envelope, and kind, fields and values of the body; without codes by its form only."""
    need(len(b) <= 16 << 10, "limit")
    at, rest = 0, b
    while True:
        need(rest, "missing")
        tag, after = take_varint(rest)
        if tag >> 3 >= 16:
            break
        v, after = take_varint(after)
        rest = after[v:] if tag & 7 == 2 else after
        at = len(b) - len(rest)
    e = decode(ENTRY, b[:at], 16 << 10)
    need(not codes or e.get("tx_hash") or not e["msg_index"], "value")
    need(tag >> 3 in KINDS, "unknown_field")
    size, body = take_varint(after)
    need(size <= len(body), "truncated")
    need(tag & 7 == 2 and size == len(body), "trailing")
    return e, *parse_body(tag >> 3, body, codes)

def parse_body(number, b, codes):
    kind, fields = KINDS[number]
    spec, ranges = body_spec(fields)
    m = decode(spec, b, 16 << 10)
    if codes:
        check_codes(kind, m, ranges)
    return kind, spec, m

def check_codes(kind, m, ranges):
    for name, values in ranges.items():
        need(m[name] in values, "value")
    if kind in ("key_bound", "validator_key_bound"):
        need(len(m.get("public_key", b"")) == KEY_BYTES[m["key_type"]], "length")
    if kind == "key_bound":
        need("person_commitment" in m or m["institution_id"], "missing")
    if kind == "opening":
        parse_public(m.get("public", b""))
    for name in ("categories", "rights"):
        rest = m.get(name, b"")
        while rest:
            v, rest = take_varint(rest)
            need(v < 1 << 32, "varint_overflow")
    if kind == "qualification_decided":
        need((m["reason"] > 0) != m["approved"], "value")
    if kind == "enterprise_suspended":
        need((m["reason"] > 0) != m["lifted"], "value")
    if kind == "officer_appointed":
        need(all(1 <= r <= 8 for r in m.get("roles", b"")), "value")
    if kind == "parameters_changed":
        need(1 <= len(m.get("module", b"")) <= 128 and 1 <= len(m.get("message", b"")) <= 8192, "length")
    if kind == "software_upgrade":
        need(1 <= len(m.get("name", b"")) <= 128, "length")
        need(m["stage"] == 3 and "log_root" in m or m["stage"] < 3 and "log_root" not in m and not m["log_size"], "value")
    if kind == "misbehaviour":
        need(len(m.get("address", b"")) == 20, "length")
    if kind == "institution_power":
        need(not m["power"] or not m["reason"], "value")

def commitment(log_id, enterprise, kind, nonce, public, d):
    return H(b"ink/commit/v1", log_id, be(enterprise, 8), be(kind, 4), nonce, H(public), d)

def check_opening(m, nonce, nonce_p):
    decode(PRIVATE, m["private"], 64 << 10)
    p = parse_public(m["public"])
    d = H(b"ink/private/v1", nonce_p, m["private"])
    need(m["commitment"] == commitment(m["log_id"], m["enterprise_id"], m["kind"], nonce, m["public"], d), "commitment")
    return p

# --- recipes
def cut(recipe, b):
    if recipe == "file":
        return [b]
    need(b, "empty")
    if recipe == "lines":
        return re.findall(rb"[^\n]*\n|[^\n]+", b)
    need(recipe == "csv", "recipe")
    if b[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Bad("csv_line", line="1")
    items, item, quoted, line, opened = [], bytearray(), False, 1, 0
    for c in b:
        if c == 0:
            raise Bad("csv_line", line=str(line))
        item.append(c)
        if c == 0x22:
            quoted, opened = not quoted, line
        elif c == 0x0A:
            line += 1
            if not quoted:
                items, item = items + [bytes(item)], bytearray()
    if quoted:
        raise Bad("csv_line", line=str(opened))
    return items + ([bytes(item)] if item else [])

def bad_name(b):
    try:
        check_text(b, 1 << 20)
    except Bad:
        return True
    return any(c == "\\" or 0x7F <= ord(c) <= 0x9F for c in b.decode())

def order(paths):
    good, refused, seen = [], set(), set()
    for p in paths:
        parts = p.split(b"/")
        wrong = [i for i, part in enumerate(parts) if bad_name(part)]
        refused.add(b"/".join(parts[:wrong[0] + 1])) if wrong else good.append(p)
    for p in sorted(good):
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", p.decode()).casefold())
        refused.add(p) if key in seen else seen.add(key)
    if refused:
        raise Bad("dir_refused", refused=[p.hex() for p in sorted(refused)])
    return sorted(good)

# --- numbers
def check_digit(kind, digits):
    p = 10
    for c in "12"[kind == "ZS"] + digits:
        p = ((p + int(c)) % 10 or 10) * 2 % 11
    return str((11 - p) % 10)

def check_uscc(s):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(s) != 18:
        raise Bad("uscc", position="0")
    for i, c in enumerate(s):
        if c not in alphabet:
            raise Bad("uscc", position=str(i + 1), got=f"'{c}'")
    want = alphabet[-sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(s[:17])) % 31]
    if s[17] != want:
        raise Bad("uscc", position="18", expected=f"check character '{want}'", got=f"'{s[17]}'")

# --- files: magic, frames, trailer
def frame(b):
    need(len(b) >= 4 and len(b) >= 4 + int.from_bytes(b[:4], "big"), "file_truncated")
    n = 4 + int.from_bytes(b[:4], "big")
    return b[4:n], b[n:]

def read_file(b, magic, spec, count, item_spec):
    need(b[:8] == magic, "file_magic")
    sound = len(b) >= 32 and H(b[:-32]) == b[-32:]
    try:
        head, rest = frame(b[8:])
        m, items = decode(spec, head, 128 << 10), []
        n = count(m)
        for _ in range(n):
            body, rest = frame(rest[:-32] if sound else rest)
            rest += b[-32:] if sound else b""
            items.append(decode(item_spec, body, 4 << 10) if sound else None)
        need(len(rest) >= 32, "file_truncated")
        need(len(rest) == 32, "file_trailing")
    except Bad as e:
        raise e if sound or e.reason in ("file_truncated", "file_trailing") else Bad("file_corrupt")
    need(sound, "file_corrupt")
    return m, items
