"""What the headers say of the chain's state: ICS-23 and heads, bundle.md §4."""
from reference import Bad, H, take_varint, varint

from .authority import last_era
from .wire import canonical, hash_, many, need, octets, one, u32, u64

LEAF_OP = [u32(1, "hash"), u32(2, "prehash_key"), u32(3, "prehash_value"), u32(4, "length"), octets(5, "prefix", 64)]
INNER_OP = [u32(1, "hash"), octets(2, "prefix", 128), octets(3, "suffix", 128)]
EXISTENCE = [octets(1, "key", 1024), octets(2, "value", 65_536), one(3, "leaf", LEAF_OP), many(4, "path", INNER_OP, 1 << 15)]
PROOF = [one(1, "existence", EXISTENCE)]

HEAD, CERTIFICATE, EVIDENCE, KEY, ENTERPRISE, APPLICATIONS = 1, 2, 3, 4, 5, 6
KINDS = {  # store, key before the id, value behind the version
    HEAD: ("inkhead", b"\x01", [u64(2, "size"), hash_(3, "root"), u64(4, "last_height")]),
    CERTIFICATE: ("inklog", b"\x10", [u64(2, "state"), u64(3, "event_count"), u64(4, "last_event_index"), u64(5, "evidence_seq")]),
    EVIDENCE: ("inklog", b"\x11", [u64(2, "event_count"), u64(3, "last_event_index")]),
    KEY: ("inklog", b"\x12", [u64(2, "state"), u64(3, "since"), u64(4, "event_count"), u64(5, "last_event_index")]),
    ENTERPRISE: ("inklog", b"\x20", [u64(2, "count"), hash_(3, "acc")]),
    APPLICATIONS: ("inklog", b"\x22", [u64(2, "count"), hash_(3, "acc")]),
}


# --- ICS-23
def zigzags(b):
    """Three zigzag varints at the front, none negative, and what follows; None if there are none."""
    numbers = []
    try:
        for _ in range(3):
            n, b = take_varint(b)
            if n & 1:
                return None, b
            numbers.append(n >> 1)
    except Bad:
        return None, b
    return numbers, b


def iavl_leaf(prefix):
    numbers, rest = zigzags(prefix)
    return numbers is not None and numbers[:2] == [0, 1] and not rest


def iavl_inner(step, prefix, suffix):
    numbers, rest = zigzags(prefix)
    if numbers is None or numbers[0] < step or numbers[1] < 2 or len(prefix) - len(rest) > 11:
        return False
    left = rest == b"\x20" and len(suffix) == 33 and suffix[0] == 0x20
    right = len(rest) == 34 and rest[0] == 0x20 and rest[-1] == 0x20 and not suffix
    return left or right


def simple_leaf(prefix):
    return prefix == b"\0"


def simple_inner(_, prefix, suffix):
    return prefix == b"\1" and len(suffix) == 32 or len(prefix) == 33 and prefix[0] == 1 and not suffix


def has_first(message):
    """Says whether a message begins with field 1 of bytes, whole."""
    try:
        size, rest = take_varint(message[1:])
    except Bad:
        return False
    return message[:1] == b"\x0a" and size <= len(rest)


def existence(proof, leaf_form, inner_form):
    """Checks the form of a proof; gives its key, value and the root it leads to."""
    need(has_first(proof), "ics23.existence")
    p = canonical(PROOF, proof)["existence"]
    need(p["key"] and p["value"], "ics23.empty")
    leaf = p["leaf"] or canonical(LEAF_OP, b"")
    need((leaf["hash"], leaf["prehash_key"], leaf["prehash_value"], leaf["length"]) == (1, 0, 1, 1), "ics23.leaf-spec")
    need(leaf_form(leaf["prefix"]), "ics23.leaf-prefix")
    need(len(p["path"]) <= 64, "ics23.steps")
    child = H(leaf["prefix"], varint(len(p["key"])), p["key"], b"\x20", H(p["value"]))
    for i, step in enumerate(p["path"]):
        need(step["hash"] == 1, "ics23.inner-spec")
        need(inner_form(i + 1, step["prefix"], step["suffix"]), "ics23.inner-prefix")
        child = H(step["prefix"], child, step["suffix"])
    return p["key"], p["value"], child


# --- states
def prove(state, headers):
    """The proven value of a State, with its kind, id, height and the header that proves it."""
    kind, id_, height = state["kind"], state["id"], state["height"]
    need(height + 1 in headers, "state.height")
    need(kind in KINDS and (kind not in (HEAD, APPLICATIONS) or id_ == 0), "state.kind")
    header, (store, prefix, fields) = headers[height + 1], KINDS[kind]
    key, value, tree_root = existence(state["value_proof"], iavl_leaf, iavl_inner)
    name, store_root, app_hash = existence(state["store_proof"], simple_leaf, simple_inner)
    need(key == (prefix if kind == HEAD else prefix + id_.to_bytes(8, "big")), "state.key")
    need(name == store.encode(), "state.store")
    need(store_root == tree_root, "state.root")
    need(app_hash == header["app_hash"], "state.app-hash")
    need(len(value) <= 256, "format.limit")
    m = canonical([u64(1, "version")] + fields, value)
    return {**m, "kind": kind, "id": id_, "height": height, "header": header}


def check_head(head, eras, pins):
    need(head["last_height"] <= head["height"], "head.last-height")
    height = head["header"]["height"]
    era = last_era(eras, height)
    later = [e["log_size"] for e in eras if e["initial_height"] > height]
    need(head["size"] > era["log_size"] and all(head["size"] <= size for size in later), "era.size")
    for p in pins:
        if p["height"] and p["time"]:
            need((height > p["height"]) == (head["header"]["time"] > p["time"]), "pins.time")
        if p["height"] and p["size"] != head["size"]:
            need((height > p["height"]) == (head["size"] > p["size"]), "pins.height")


def prove_all(states, authority):
    """Heads, and the other values."""
    values = []
    for s in states:
        values.append(prove(s, authority.headers))
        if s["kind"] == HEAD:
            check_head(values[-1], authority.eras, authority.pins)
    heads = [v for v in values if v["kind"] == HEAD]
    heads.sort(key=lambda h: h["height"])
    for a, b in zip(heads, heads[1:]):
        same = (a["size"], a["last_height"]) == (b["size"], b["last_height"])
        grown = b["size"] > a["size"] and b["last_height"] > a["height"]
        need(same or grown or a["height"] == b["height"], "head.order")
    others = [v for v in values if v["kind"] != HEAD]
    need({v["height"] for v in others} <= {h["height"] for h in heads}, "state.head")
    return heads, others
