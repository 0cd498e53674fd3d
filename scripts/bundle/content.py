"""What is opened, and what is presented: bundle.md §9."""
from reference import Bad, H, commitment, decode, leaf_bytes, parse_public, root, PRIVATE

from .log import leads
from .wire import can, need, of_format
from .words import at

FILE, DIRECTORY, LINES, CSV = 1, 2, 3, 4
RECIPES = {FILE: "file", DIRECTORY: "dir", LINES: "lines", CSV: "csv", 5: "api", 6: "secret-points"}


def open_content(bundle, record, entries):
    """The public part and, if shown, the private one. NotMade if nothing opens the record."""
    c = bundle["content"]
    if c is not None:
        private = c["private"]
        digest = H(b"ink/private/v1", c["private_nonce"], private) if private else c["private_digest"]
        public, nonce = c["public"], c["nonce"]
    else:
        o = next((e.body for e in entries if e.kind == "opening" and e.body["evidence_seq"] == record.seq), None)
        can(o is not None, "opening.none")
        public, nonce, digest, private = o["public"], o["nonce"], o["private_digest"], b""
    try:
        opened = parse_public(public), decode(PRIVATE, private, 64 << 10) if private else {}
    except Bad as e:
        raise of_format(e) from e
    need(commitment(bundle["log_id"], record.body["enterprise_id"], record.body["kind"], nonce, public, digest) == record.body["commitment"],
         "opening.commitment")
    return opened


def item_leaf(item):
    return H(b"\0", leaf_bytes(item["salt"], item["size"], item["sha256"], item["sm3"], item["label"].encode()))


def statement(public, private):
    name = RECIPES[public["recipe"]] + (f"/{public['header_items']}" if public["recipe"] == CSV else "")
    return {"root": public["root"].hex(), "items": public["items"], "count": public["items"] - public["header_items"], "total_size": public["total_size"],
            "recipe": name, "title": private.get("title", b"").decode(), "claimed_from": claimed(public["produced_from"]), "claimed_to": claimed(public["produced_to"])}


def claimed(nanos):
    return at(nanos) if nanos else 0


def check_items(items, public):
    """Says whether these are all items, so that their number is recomputed."""
    can(items, "items.none")
    complete = len(items) == public["items"] and not items[0]["path"]
    for n, i in enumerate(items):
        need(n == 0 or i["index"] > items[n - 1]["index"], "items.order")
        need(public["recipe"] == DIRECTORY or not i["label"], "items.label")
        if complete:
            need(i["index"] == n and not i["path"], "items.order")
        else:
            need(leads(public["items"], i["index"], item_leaf(i), i["path"], public["root"]), "items.path")
    if complete:
        need(root([item_leaf(i) for i in items]) == public["root"], "items.root")
        need(sum(i["size"] for i in items) == public["total_size"], "items.total-size")
    return complete


# --- what is presented
SAME, NEAR, OTHER = 2, 1, 0


def compare(item, digest):
    """Near is one digest of two, or both with another size: neither the item nor another file."""
    sha, sm = item["sha256"].hex() == digest["sha256"], item["sm3"].hex() == digest["sm3"]
    return SAME if sha and sm and item["size"] == digest["size"] else NEAR if sha or sm else OTHER


def match(presented, items, public):
    """What a presented file is among the items."""
    parts, label = presented.get("parts", []), presented.get("label", "")
    out = {k: presented[k] for k in ("name", "size", "sha256", "sm3")}
    if public["recipe"] in (LINES, CSV) and len(parts) == public["items"] and not label:
        how = [compare(i, parts[i["index"]]) for i in items]
        need(NEAR not in how, "presented.one-digest")
        need(OTHER not in how, "presented.not-found")
        need(presented["size"] == public["total_size"], "presented.size")
        can(len(items) == public["items"], "presented.partly")
        return {**out, "first_item": items[0]["index"], "items": len(items), "of": public["items"]}
    found = [i for i in items if compare(i, presented) == SAME]
    named = [i for i in found if label in ("", i["label"])]
    need(named or not any(compare(i, presented) == NEAR for i in items), "presented.one-digest")
    need(found, "presented.not-found")
    need(named, "presented.label")
    found = named
    out.update(first_item=found[0]["index"], items=1, of=public["items"])
    return {**out, "label": found[0]["label"]} if found[0]["label"] else out


def not_presented(compared, items, public):
    """Labels of a directory's items that are shown and were not presented, the first hundred."""
    if public["recipe"] != DIRECTORY or not compared:
        return []
    return [i["label"] for i in items if i["index"] not in compared][:100]
