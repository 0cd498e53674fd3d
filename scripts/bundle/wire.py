"""The bytes: canonical protobuf (evidence-format.md §0) and the messages of bundle.md §1."""
from typing import NamedTuple

from reference import Bad, H, check_text, take_varint, varint


class Refused(Exception):
    """A broken rule, by its code in bundle.md, and its exit status if that is not the rule's usual one."""

    def __init__(self, rule, exit_status=None):
        super().__init__(rule)
        self.rule, self.exit_status = rule, exit_status


class NotMade(Exception):
    """A check that cannot be made, and the rule that says so."""

    def __init__(self, rule):
        super().__init__(rule)
        self.rule = rule


def need(condition, rule):
    if not condition:
        raise Refused(rule)


def can(condition, rule):
    if not condition:
        raise NotMade(rule)


class Field(NamedTuple):
    number: int
    name: str
    kind: str              # u64, u63, u32, u31, hash, hash?, text, bytes, path, message
    limit: int = 0         # bytes, or hashes of a path, or bytes of a message if above 0
    message: list = None   # the fields of an embedded message
    repeated: int = 0      # how many at most; 0: not repeated
    required: bool = False


NUMBERS = {"u64": 64, "u63": 63, "u32": 32, "u31": 31}                 # 63 and 31 where CometBFT signs its numbers


def u64(n, name): return Field(n, name, "u64")
def u63(n, name): return Field(n, name, "u63")
def u32(n, name): return Field(n, name, "u32")
def hash_(n, name): return Field(n, name, "hash", required=True)
def maybe_hash(n, name): return Field(n, name, "hash?")
def text(n, name, limit): return Field(n, name, "text", limit)
def octets(n, name, limit, repeated=0): return Field(n, name, "bytes", limit, repeated=repeated)
def path(n, name, limit=64): return Field(n, name, "path", limit)
def one(n, name, message, required=False, limit=0): return Field(n, name, "message", limit, message, 0, required)
def many(n, name, message, at_most): return Field(n, name, "message", 0, message, at_most)


KIB = 1 << 10
VERSION = u64(1, "version")

BLOCK_ID = [octets(1, "hash", 64), u32(2, "parts_total"), octets(3, "parts_hash", 64)]
HEADER_HASHES = ["last_commit_hash", "data_hash", "validators_hash", "next_validators_hash", "consensus_hash", "app_hash",
                 "last_results_hash", "evidence_hash", "proposer_address"]
HEADER = [u64(1, "block_version"), u64(2, "app_version"), text(3, "chain_id", 64), u63(4, "height"), u63(5, "time"),
          one(6, "last_block_id", BLOCK_ID, required=True)] + [octets(7 + i, name, 64) for i, name in enumerate(HEADER_HASHES)]
SIGNATURE = [u32(1, "flag"), octets(2, "address", 64), u63(3, "time"), octets(4, "signature", 4096)]
COMMIT = [Field(1, "round", "u31"), one(2, "block_id", BLOCK_ID, required=True), many(3, "signatures", SIGNATURE, 256)]
BLOCK = [one(1, "header", HEADER, required=True, limit=4096), one(2, "commit", COMMIT, required=True)]
VALIDATOR = [u32(1, "key_type"), octets(2, "key", 2048), u64(3, "power")]
SET = [many(1, "validators", VALIDATOR, 256)]
STATE = [u63(1, "height"), u32(2, "kind"), u64(3, "id"), octets(4, "value_proof", 32 * KIB), octets(5, "store_proof", 32 * KIB)]
ENTRY = [octets(1, "entry", 16 * KIB), u64(2, "size"), path(3, "path")]
INCLUSION = [u64(1, "seq"), u64(2, "size"), path(3, "path")]
CONSISTENCY = [u64(1, "from"), u64(2, "to"), path(3, "path", 128)]
SUBMISSION = [octets(1, "tx", 2 * KIB * KIB), u64(2, "account_number")]
CONTENT = [octets(1, "public", 8 * KIB), hash_(2, "nonce"), maybe_hash(3, "private_digest"), octets(4, "private", 64 * KIB),
           maybe_hash(5, "private_nonce")]
SHOWN = [u64(1, "index"), hash_(2, "salt"), u64(3, "size"), hash_(4, "sha256"), hash_(5, "sm3"), text(6, "label", 1024), path(7, "path")]
LIST = [u32(1, "kind"), u64(2, "id"), u64(3, "from"), u64(4, "to"), octets(5, "entries", 16 * KIB, 100_000), u64(6, "size"), path(7, "path")]
TOKEN = [u64(1, "size"), octets(2, "der", 64 * KIB)]
BUNDLE = [VERSION, hash_(2, "log_id"), u64(3, "subject"), many(4, "blocks", BLOCK, 4160), many(5, "sets", SET, 4097),
          many(6, "states", STATE, 10_000), many(7, "entries", ENTRY, 100_000), many(8, "inclusions", INCLUSION, 4096),
          many(9, "consistency", CONSISTENCY, 4096), one(10, "submission", SUBMISSION), one(11, "content", CONTENT),
          many(12, "items", SHOWN, 500_000), many(13, "lists", LIST, 16), many(14, "tokens", TOKEN, 16),
          octets(15, "checkpoints", 64 * KIB, repeated=16)]

ERA = [text(1, "chain_id", 64), u64(2, "initial_height"), many(3, "validators", VALIDATOR, 256), u64(4, "log_size"), hash_(5, "log_root")]
KEY = [u32(1, "key_type"), octets(2, "key", 2048)]
INSTITUTION = [u64(1, "id"), text(2, "name", 1024), u32(3, "kind"), many(4, "keys", KEY, 4096)]
ANCHOR = [VERSION, hash_(2, "log_id"), many(3, "eras", ERA, 64), many(4, "institutions", INSTITUTION, 4096)]
PROOFS = [VERSION, hash_(2, "log_id"), many(3, "inclusions", INCLUSION, 4096), many(4, "consistency", CONSISTENCY, 4096)]


# --- writing, as far as hashes and signatures need it
def number(n, v): return varint(n << 3) + varint(v) if v else b""
def joined(n, b): return varint(n << 3 | 2) + varint(len(b)) + b
def octet(n, b): return joined(n, b) if b else b""


def encode(fields, m):
    out = b""
    for f in fields:
        for v in m[f.name] if f.repeated else [m[f.name]]:
            if f.kind in NUMBERS:
                out += number(f.number, v)
            elif f.kind == "message":
                out += b"" if v is None else joined(f.number, encode(f.message, v))
            else:
                v = v if isinstance(v, bytes) else b"".join(v) if f.kind == "path" else v.encode() if v else b""
                out += joined(f.number, v) if f.repeated or f.required else octet(f.number, v)
    return out


# --- reading
def decode(fields, b):
    """Reads a message. Absent fields are 0, empty or None; Bad names the first thing wrong."""
    known = {f.number: f for f in fields}
    m = {f.name: [] if f.repeated or f.kind == "path" else 0 if f.kind in NUMBERS else None if f.kind in ("message", "hash", "hash?")
         else "" if f.kind == "text" else b"" for f in fields}
    last, seen = 0, set()
    required = [f for f in fields if f.required and f.kind == "message"]
    while b:
        tag, b = take_varint(b)
        n, wire = tag >> 3, tag & 7
        refuse_if(n == 0, "trailing")
        refuse_if(n < last, "field_order")
        refuse_if(any(f.number < n and f.name not in seen for f in required), "missing")
        refuse_if(n not in known, "unknown_field")
        f = known[n]
        refuse_if(n == last and not f.repeated, "duplicate_field")
        refuse_if(wire != (0 if f.kind in NUMBERS else 2), "wire_type")
        last = n
        v, b = take_varint(b)
        if wire == 2:
            refuse_if(v > len(b), "truncated")
            v, b = b[:v], b[v:]
        v = value(f, v)
        if f.repeated:
            refuse_if(len(m[f.name]) == f.repeated, "limit")
            m[f.name].append(v)
        else:
            m[f.name] = v
        seen.add(f.name)
    refuse_if(any(f.required and f.name not in seen for f in fields) or "version" in m and "version" not in seen, "missing")
    return m


def refuse_if(condition, reason):
    if condition:
        raise Bad(reason)


def either(content):
    """Private part and its nonce, or the digest alone."""
    shown = bool(content["private"]), content["private_nonce"] is not None, content["private_digest"] is not None
    return shown in ((True, True, False), (False, False, True))


def value(f, v):
    if f.kind in NUMBERS:
        refuse_if(v >> NUMBERS[f.kind], "varint_overflow")
        refuse_if(v == 0, "explicit_default")
        refuse_if(f.name == "version" and v != 1, "version")
        return v
    if f.kind == "message":
        refuse_if(f.limit and len(v) > f.limit, "limit")
        m = decode(f.message, v)
        refuse_if(f.message is CONTENT and not either(m), "value")
        return m
    if f.kind in ("hash", "hash?"):
        refuse_if(len(v) != 32, "length")
        refuse_if(f.kind == "hash?" and v == bytes(32), "explicit_default")
        return v
    refuse_if(not v and not f.repeated, "explicit_default")
    if f.kind == "path":
        refuse_if(len(v) % 32, "length")
        refuse_if(len(v) > 32 * f.limit, "limit")
        return [v[i:i + 32] for i in range(0, len(v), 32)]
    refuse_if(len(v) > f.limit, "limit")
    if f.kind == "text":
        check_text(v, f.limit)
        return v.decode()
    return v


def canonical(fields, b):
    """Reads a message, and refuses by the codes of the format."""
    try:
        m = decode(fields, b)
        refuse_if(encode(fields, m) != b, "not_canonical")
    except Bad as e:
        raise of_format(e) from e
    return m


def of_format(bad):
    return Refused("format." + {"recipe": "value"}.get(bad.reason, bad.reason.replace("_", "-")))


def read(magic, fields, file):
    """A whole file: 8 bytes of magic, then one message."""
    need(len(file) <= 64 * KIB * KIB, "format.limit")
    need(file[:8] == magic, "format.magic")
    return canonical(fields, file[8:])


def read_bundle(file):
    b = read(b"INKBNDL1", BUNDLE, file)
    need(all(b["checkpoints"]), "format.limit")
    return b


def read_anchor(file):
    a = read(b"INKANCH1", ANCHOR, file)
    eras = a["eras"]
    need(eras and all(e["chain_id"] and e["initial_height"] and e["validators"] for e in eras), "format.missing")
    need(eras[0]["log_size"] == 0 and eras[0]["log_root"] == H(), "format.value")
    need(len({e["chain_id"] for e in eras}) == len(eras), "format.value")
    need(all(x["initial_height"] < y["initial_height"] and x["log_size"] <= y["log_size"] for x, y in zip(eras, eras[1:])), "format.value")
    return a


def read_proofs(file):
    return read(b"INKPRFS1", PROOFS, file)
