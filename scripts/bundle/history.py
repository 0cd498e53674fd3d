"""What became of it: statuses and lists, bundle.md §10 and §11."""
from reference import H

from .log import Entry
from .state import APPLICATIONS, CERTIFICATE, ENTERPRISE, EVIDENCE, KEY
from .wire import can, need
from .words import SECOND, at, filled, number

NAMES = {CERTIFICATE: "certificate", EVIDENCE: "evidence", KEY: "key"}
COMPROMISED = 3


class Statuses:
    """The values that count, and the events that the bundle shows."""

    def __init__(self, values, entries, subject):
        last = max([v["height"] for v in values] + [subject.height if subject else 0])
        self.values = {(v["kind"], v["id"]): v for v in values if v["height"] == last}
        self.entries = entries

    def of(self, kind, id_):
        return self.values.get((kind, id_))

    def certificates(self):
        return list(dict.fromkeys(e.about()[1] for e in self.entries if e.about() and e.about()[0] == "certificate"))

    def events(self, v):
        """The events of a status in the bundle, which do not contradict it."""
        events = [e for e in self.entries if e.about() == (NAMES[v["kind"]], v["id"])]
        for e in events:
            need(e.event_no <= v["event_count"] and e.seq <= v["last_event_index"], "status.contradicted")
            need(e.event_no != v["event_count"] or e.seq == v["last_event_index"], "status.last")
        numbers = [0] + [e.event_no for e in events]
        need(all(x < y for x, y in zip(numbers, numbers[1:])), "status.event-no")
        return events

    def statement(self, v):
        events = self.events(v)
        told = [filled({"seq": e.seq, "entry_kind": e.number, "block_stamp": at(e.time), "reason": reason(e)}) for e in events]
        out = {"kind": NAMES[v["kind"]], "id": v["id"], "state": v.get("state", 0), "event_count": v["event_count"],
               "as_of": at(v["header"]["time"]), "number": issued(events), "events": told, "complete": complete(events, v)}
        return filled(out, ("id", "event_count", "complete"))

    def row(self, e, place):
        """What an entry of a list says; the number of an application is that of its certificate."""
        out = {"place": e.body[place], "seq": e.seq, "block_stamp": at(e.time)}
        if e.kind == "record":
            return {**out, "number": number("CZ", e), "record_kind": e.body["kind"]}
        return filled({**out, "evidence_seq": e.body["evidence_seq"], "number": issued(x for x in self.entries if x.about() == ("certificate", e.seq))})

    def check_certificate(self, id_, record):
        v = self.of(CERTIFICATE, id_)
        can(v is not None, "certificate.status")
        applied = next((e for e in self.entries if e.seq == id_ and e.kind == "certificate_applied"), None)
        need(applied is None or applied.body["evidence_seq"] == v["evidence_seq"], "certificate.evidence")
        need(record is None or v["evidence_seq"] == record.seq, "certificate.other")
        need(complete(self.events(v), v), "status.gap")

    def check_later(self, record):
        v = self.of(EVIDENCE, record.seq)
        can(v is not None, "later-events.none")
        self.events(v)

    def check_key(self, record):
        v = self.of(KEY, record.body["key_id"])
        can(v is not None, "key-status.none")
        self.events(v)
        need(v["state"] != COMPROMISED or v["since"] > record.time, "key.compromised")


def reason(e):
    """The code of the reason of an event; kinds without one have none."""
    return e.body["reason"] if e.kind in ("certificate_rejected", "certificate_revoked", "key_retired") else 0


def issued(events):
    """The number of the certificate that one of its events issued."""
    return "".join(number("ZS", e) for e in events if e.kind == "certificate_issued")


def complete(events, v):
    return len(events) == v["event_count"]                            # they rise, and none is above it


def check_age(times, policy, now):
    can(now, "status.now")
    can(times, "status.none")
    need((now - min(times)) // SECOND <= policy["max_status_age_seconds"] and max(times) <= now + 600 * SECOND, "status.age")


# --- lists
RECORDS, OF_APPLICATIONS = 1, 2
OF_LIST = {RECORDS: ("enterprise", "record", "enterprise_seq", ENTERPRISE),
           OF_APPLICATIONS: ("applications", "certificate_applied", "application_seq", APPLICATIONS)}


def check_list(x, statuses, heads):
    """Gives what is stated about a list."""
    need(x["kind"] in OF_LIST and (x["kind"] == RECORDS or not x["id"]), "list.kind")
    name, kind, place, counter_kind = OF_LIST[x["kind"]]
    need(not x["to"] or x["to"] > x["from"], "list.period")
    entries = [Entry(b) for b in x["entries"]]
    need(entries, "list.empty")
    for e in entries:
        need(e.kind == kind, "list.entry-kind")
        need(x["kind"] != RECORDS or e.body["enterprise_id"] == x["id"], "list.other")
    for e, following in zip(entries, entries[1:]):
        need(following.body[place] == e.body[place] + 1, "list.gap")
        need(following.body["prev_acc"] == accumulated(e), "list.chain")
    counter = check_end(x, entries[-1], place, statuses.of(counter_kind, x["id"]), heads)
    first, last = entries[0], entries[-1]
    proof = counter or last.head
    need(first.time < x["from"] or first.body[place] == 1 and first.body["prev_acc"] == bytes(32), "list.start")
    need(counter is not None and proof["header"]["time"] >= x["to"] or x["to"] and last.time >= x["to"], "list.end")
    inside = [e for e in entries if x["from"] <= e.time and (not x["to"] or e.time < x["to"])]
    out = filled({"kind": name, "id": x["id"], "from": x["from"] and at(x["from"]), "to": x["to"] and at(x["to"]), "as_of": at(proof["header"]["time"]),
                  "first": inside[0].body[place] if inside else 0, "total": counter["count"] if counter else 0,
                  "rows": [statuses.row(e, place) for e in inside]})
    out["seqs"] = [e.seq for e in inside]
    if x["kind"] == OF_APPLICATIONS:
        decide(out, statuses)
    return out


def accumulated(e):
    return H(b"ink/acc/v1", e.body["prev_acc"], e.leaf)


def check_end(x, last, place, counter, heads):
    """The last entry stands under a head, or the counter, which is given then, closes the list."""
    if x["size"]:
        last.stand(x["size"], x["path"], heads)
        return None
    need(counter is not None, "list.unproven")
    need(counter["count"] == last.body[place], "list.count")
    need(counter["acc"] == accumulated(last), "list.counter")
    need(last.time < counter["header"]["time"], "entry.time")
    return counter


def decide(out, statuses):
    """Which applications have no decision: only if the status of each is proven."""
    values = [statuses.of(CERTIFICATE, seq) for seq in out["seqs"]]
    if None in values:
        return
    undecided = [v["id"] for v in values if 1 <= v["state"] <= 3]
    out.update(filled({"decisions_proven": True, "undecided": undecided, "as_of": at(values[0]["header"]["time"]) if values else 0}))
    for row, v in zip(out.get("rows", []), values):
        row.update(filled({"state": v["state"]}))
