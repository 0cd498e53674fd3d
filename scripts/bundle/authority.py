"""From the anchor's validators to each header: bundle.md §3."""
from reference import H, root

from .signature import ED25519, ML_DSA_65, raw_address, valid
from .wire import joined, need, number, octet

BILLION = 10 ** 9
ABSENT, FOR_BLOCK, NIL = 1, 2, 3


def tree(leaves):
    return root([H(b"\0", leaf) for leaf in leaves])


# --- sets
def check_set(validators):
    """Checks a set, and gives its hash."""
    need(validators, "set.empty")
    for v in validators:
        need(v["key_type"] in (ED25519, ML_DSA_65), "set.key-type")
        need(len(v["key"]) == (32 if v["key_type"] == ED25519 else 1952), "set.key-length")
        need(v["power"] >= 1, "set.power")
    need(len({raw_address(v["key_type"], v["key"]) for v in validators}) == len(validators), "set.duplicate")
    need(sum(v["power"] for v in validators) < 2 ** 60, "set.power")
    return tree(joined(1, octet(v["key_type"], v["key"])) + number(2, v["power"]) for v in validators)


# --- headers
def timestamp(t):
    return number(1, t // BILLION) + number(2, t % BILLION)


def block_id(b):
    return octet(1, b["hash"]) + joined(2, number(1, b["parts_total"]) + octet(2, b["parts_hash"]))


def header_hash(h):
    hashes = ["last_commit_hash", "data_hash", "validators_hash", "next_validators_hash", "consensus_hash", "app_hash",
              "last_results_hash", "evidence_hash", "proposer_address"]
    return tree([number(1, h["block_version"]) + number(2, h["app_version"]), octet(1, h["chain_id"].encode()), number(1, h["height"]),
                 timestamp(h["time"]), block_id(h["last_block_id"])] + [octet(1, h[name]) for name in hashes])


# --- commits
def sign_bytes(header, commit, vote):
    v = b"\x08\x02\x11" + header["height"].to_bytes(8, "little")
    if commit["round"]:
        v += b"\x19" + commit["round"].to_bytes(8, "little")
    v += joined(4, block_id(commit["block_id"])) + joined(5, timestamp(vote["time"])) + octet(6, header["chain_id"].encode())
    return length_prefixed(v)


def length_prefixed(v):
    return joined(0, v)[1:]


def check_commit(header, commit, validators):
    """Gives the places whose signatures count; more than two thirds of the power."""
    need(commit["block_id"]["hash"] == header_hash(header), "commit.block-id")
    need(len(commit["signatures"]) == len(validators), "commit.places")
    for vote, v in zip(commit["signatures"], validators):
        need(vote["flag"] in (ABSENT, FOR_BLOCK, NIL), "commit.flag")
        if vote["flag"] == ABSENT:
            need(not vote["address"] and not vote["time"] and not vote["signature"], "commit.absent")
        else:
            need(vote["address"] == raw_address(v["key_type"], v["key"]), "commit.address")
    signed = [vote["flag"] == FOR_BLOCK and valid(v["key_type"], v["key"], sign_bytes(header, commit, vote), vote["signature"])
              for vote, v in zip(commit["signatures"], validators)]
    power = sum(v["power"] for v, s in zip(validators, signed) if s)
    need(3 * power > 2 * sum(v["power"] for v in validators), "commit.power")
    return signed


# --- the walk
def last_era(eras, height):
    """The last era that has begun at a height; None before the first."""
    return max((e for e in eras if e["initial_height"] <= height), key=lambda e: e["initial_height"], default=None)


def chain_id_at(eras, height):
    era = last_era(eras, height)
    return era["chain_id"] if era else ""


class Authority:
    """Accepted headers by height, each with the set that signed it and who of it did."""

    def __init__(self, bundle, anchor, pins):
        self.eras, self.pins = anchor["eras"], pins
        self.sets = {check_set(s): s for s in [s["validators"] for s in bundle["sets"]] + [e["validators"] for e in self.eras]}
        self.headers, self.signers = {}, {}
        self.walk(bundle["blocks"])

    def walk(self, blocks):
        at, height, time = None, -1, -1
        for b in blocks:
            h = b["header"]
            self.check_header(h, height, time)
            start, from_pin = self.start(max(height, 0), h["height"])
            at = start or at
            need(h["validators_hash"] == at, "pins.set" if from_pin else "chain.set")
            need(at in self.sets, "chain.set-missing")
            signed = check_commit(h, b["commit"], self.sets[at])
            at, height, time = h["next_validators_hash"], h["height"], h["time"]
            self.headers[height], self.signers[height] = h, list(zip(self.sets[h["validators_hash"]], signed))

    def check_header(self, h, height, time):
        need(h["height"] > height, "blocks.order")
        need(h["time"] > time, "header.time")
        need(h["block_version"] == 11, "header.version")
        era = last_era(self.eras, h["height"])
        need(era, "era.height")
        need(h["chain_id"] == era["chain_id"], "era.chain-id")

    def start(self, last, height):
        """The hash of the set that the walk starts anew from, and whether that is a pin's."""
        starts = [(e["initial_height"], True, check_set(e["validators"])) for e in self.eras if last < e["initial_height"] <= height]
        starts += [(p["height"] + 1, False, p["next_validators_hash"]) for p in self.pins
                   if p["next_validators_hash"] and last <= p["height"] < height]
        _, era, at = max(starts, default=(0, True, None))
        return at, not era
