"""One log: consistency, inclusion and pins, bundle.md §5 to §7."""
import reference
from reference import Bad, H, node, parse_entry, split

from .authority import last_era
from .wire import NotMade, Refused, can, need, of_format

def leads(size, index, leaf, path, root):
    """Inclusion, RFC 9162 2.1.3."""
    try:
        reference.verify(root, size, index, leaf, path)
        return True
    except Bad:
        return False


def roots_of(m, n, proof, whole, known):
    """The roots of the first m and of all n leaves by a proof, taken from its end (RFC 9162
    2.1.4, the recursion that makes a proof run backwards)."""
    if m == n:
        if whole:
            return known, known
        h = proof.pop()
        return h, h
    h, k = proof.pop(), split(n)
    if m <= k:
        old, new = roots_of(m, k, proof, whole, known)
        return old, node(new, h)
    old, new = roots_of(m - k, n - k, proof, False, known)
    return node(h, old), node(h, new)


def consistent(m, old, n, new, path):
    proof = list(path)
    try:
        return roots_of(m, n, proof, True, old) == (old, new) and not proof
    except IndexError:
        return False


def check_consistency(heads, eras, pins, bundle, proofs):
    """Holds heads, starts of eras and pins against each other. NotMade without a proof for a pin."""
    subject, sizes = bundle["subject"], [h["size"] for h in heads]
    if not sizes:
        return
    points = [(h["size"], h["root"], "head") for h in heads]
    points += [(e["log_size"], e["log_root"], "era") for e in eras[1:] if min(sizes) < e["log_size"] <= max(sizes)]
    below = sorted((p for p in pins if p["size"] <= subject), key=lambda p: p["size"])[-1:] if subject else pins
    check_line(points + [(p["size"], p["root"], "pin") for p in below], proofs)
    above = [(p["size"], p["root"], "pin") for p in pins if subject and p["size"] > subject]
    own = own_size(bundle)
    others = [(h["size"], h["root"], "head") for h in heads if h["size"] != own]
    if above and others:
        check_line(above + others, proofs)


def own_size(bundle):
    """The size of the head that the subject says to stand under."""
    for p in bundle["entries"]:
        try:
            if Entry(p["entry"]).seq == bundle["subject"]:
                return p["size"]
        except Refused:
            pass
    return 0


def check_line(points, proofs):
    """Each point is the beginning of the next."""
    points.sort(key=lambda p: p[0])
    for (m, old, x), (n, new, y) in zip(points, points[1:]):
        era, pin = "era" in (x, y), "pin" in (x, y)
        if m == n:
            need(old == new, "era.start" if era else "consistency.root")
            continue
        if m == 0:
            continue
        paths = [c["path"] for c in proofs if (c["from"], c["to"]) == (m, n)]
        if not paths and pin:
            raise NotMade("pins.missing")
        if not any(consistent(m, old, n, new, path) for path in paths):
            raise Refused("pins.consistency" if pin else "era.start" if era else "consistency.proof" if paths else "consistency.missing")


# --- entries
class Entry:
    """An entry with its body, and the head that it stands under."""

    def __init__(self, b):
        try:
            envelope, self.kind, _, self.body = parse_entry(b, codes=False)
        except Bad as e:
            raise of_format(e) from e
        self.seq, self.height, self.time, self.event_no = (envelope[k] for k in ("seq", "height", "block_time", "event_no"))
        self.tx_hash, self.msg_index = envelope.get("tx_hash"), envelope["msg_index"]
        self.number = next(n for n, (name, _) in reference.KINDS.items() if name == self.kind)
        self.leaf = H(b"\0ink/entry/v1", b)
        self.head = None

    def stand(self, size, path, heads):
        head = next((h for h in heads if h["size"] == size), None)    # heads are in the order of heights
        need(head, "inclusion.head")
        need(leads(size, self.seq, self.leaf, path, head["root"]), "inclusion.path")
        need(self.height <= head["last_height"], "entry.height")
        need(self.time < head["header"]["time"], "entry.time")
        self.head = head

    def about(self):
        """What the entry is an event of: (kind, id), or None."""
        if self.kind in ("opening", "item_disclosure"):
            return "evidence", self.body["evidence_seq"]
        if self.kind == "certificate_applied":
            return "certificate", self.seq
        if self.kind.startswith("certificate_"):
            return "certificate", self.body["cert_seq"]
        if self.kind in ("key_bound", "key_retired"):
            return "key", self.body["key_id"]
        return None


def read_entries(bundle, heads):
    entries = []
    for p in bundle["entries"]:
        e = Entry(p["entry"])
        need(not entries or e.seq > entries[-1].seq, "entries.order")
        e.stand(p["size"], p["path"], heads)
        entries.append(e)
    for e in entries:
        for h in heads:
            need((h["size"] > e.seq) == (e.height <= h["last_height"]), "entry.height")
            need(h["size"] <= e.seq or e.time < h["header"]["time"], "entry.time")
    need(not bundle["subject"] or any(e.seq == bundle["subject"] for e in entries), "entries.subject")
    return entries


def proven_time(seq, heads):
    return min(h["header"]["time"] for h in heads if h["size"] > seq)


def check_origin(e, eras):
    """Holds the subject against the head that its own block left. NotMade without that head."""
    can(e.head["last_height"] == e.height == e.head["height"], "origin.height")
    era = last_era(eras, e.height)
    need(era is not None and era is last_era(eras, e.head["header"]["height"]) and e.seq >= era["log_size"], "origin.era")


# --- pins
def check_pins(pins, heads, subject, inclusions):
    """Seeks the subject in each longer pinned log. NotMade without a proof."""
    for p in pins:
        need(all(h["root"] == p["root"] for h in heads if h["size"] == p["size"]), "pins.root")
    for p in pins:
        if subject is None or p["size"] <= subject.seq:
            continue
        shown = [i["path"] for i in inclusions if (i["seq"], i["size"]) == (subject.seq, p["size"])]
        same = any(h["size"] == p["size"] for h in heads) and subject.head["size"] <= p["size"]
        if not same and not any(leads(p["size"], subject.seq, subject.leaf, path, p["root"]) for path in shown):
            raise Refused("pins.inclusion") if shown else NotMade("pins.missing")
