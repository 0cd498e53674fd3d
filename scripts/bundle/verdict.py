"""All checks in their order, the exit status and the statement: bundle.md §2, statement.md."""
from reference import H

from . import content, people
from .authority import Authority, chain_id_at
from .history import Statuses, check_age, check_list
from .log import check_consistency, check_origin, check_pins, proven_time, read_entries
from .state import CERTIFICATE, ENTERPRISE, EVIDENCE, KEY, prove_all
from .wire import NotMade, Refused, can, need, read_anchor, read_bundle, read_proofs
from .words import at, filled, nanos, number

REQUIRED = {"format", "log", "authority", "state", "consistency", "pins", "inclusion", "origin", "opening", "presented", "certificate-status", "lists"}
EXIT = {"format.magic": 5, "format.version": 5, "format.unknown-field": 5, "proofs.log-id": 4, "set.key-type": 5, "header.version": 5,
        "state.kind": 5, "list.kind": 5, "filter.unknown": 64, "presented.not-found": 3, "presented.size": 3, "presented.label": 3}
WORST_FIRST = [1, 2, 64, 4, 5, 3, 6, 0]


class Verdict:
    """What was found: rules of failed checks and of checks not made that count, exit status, statement."""

    def __init__(self, policy):
        self.policy = policy
        self.required = set(policy["require"] if "require" in policy else REQUIRED) | {"filter", "institutions", "status-age", "presented"}
        self.failed, self.missed, self.exits, self.statement = [], [], {0}, None
        self.made = set()

    def check(self, code, f, *args):
        """Makes a check, which ends with the first thing it finds. Gives what f gives, None if it did not pass."""
        self.made.add(code)
        try:
            return f(*args)
        except Refused as e:
            self.failed.append(e.rule)
            self.exits.add(4 if code == "log" else e.exit_status or EXIT.get(e.rule, 2))
        except NotMade as e:
            if code in self.required or e.rule == "pins.missing":
                self.missed.append(e.rule)
                self.exits.add(4 if e.rule == "pins.missing" else 5)
        return None

    def rules(self):
        return self.failed or self.missed

    def exit(self):
        return min(self.exits, key=WORST_FIRST.index)

    def sound(self):
        return not 4 in self.exits and all(EXIT.get(rule) == 3 for rule in self.failed)


class Case:
    """A bundle with the user's anchor, policy, separate proofs and what is presented."""

    def __init__(self, bundle, anchor, proofs=(), policy=None, presented=(), now=0):
        self.files, self.presented, self.now = (bundle, anchor, proofs), presented, now
        policy = dict(policy or {})
        self.pins = [{"size": p["size"], "root": bytes.fromhex(p["root"]), "height": p.get("height", 0), "time": nanos(p["time"]) if "time" in p else 0,
                      "next_validators_hash": bytes.fromhex(p.get("next_validators_hash", ""))} for p in policy.get("pins", [])]
        self.verdict = Verdict(policy)
        self.said, self.heads, self.matched = {}, [], []

    def judge(self):
        v = self.verdict
        for code, f in (("format", self.read), ("log", self.check_log), ("proofs", self.check_proofs), ("authority", self.check_authority),
                        ("state", self.check_states), ("consistency", self.check_consistency), ("inclusion", self.check_entries),
                        ("pins", self.check_pins), ("keys", self.check_keys)):
            v.check(code, f)
            if v.failed:
                return v
        self.statuses = Statuses(self.values, self.entries, self.subject)
        if self.subject:
            self.said["origin_proven"] = bool(v.check("origin", self.check_origin))
        if self.record:
            self.judge_record()
        self.judge_presented()
        self.judge_history()
        self.judge_policy()
        self.judge_rest()
        v.statement = self.statement() if self.heads and v.sound() else None
        if not self.matched:
            v.exits.add(6)
        return v

    # --- the checks that all others rest on
    def read(self):
        self.bundle = read_bundle(self.files[0])

    def check_log(self):
        self.anchor = read_anchor(self.files[1])
        self.eras = self.anchor["eras"]
        need(self.bundle["log_id"] == self.anchor["log_id"], "log.id")

    def check_proofs(self):
        proofs = [self.bundle]
        for file in self.files[2]:
            proofs.append(read_proofs(file))
            need(proofs[-1]["log_id"] == self.bundle["log_id"], "proofs.log-id")
        self.inclusions = [i for p in proofs for i in p["inclusions"]]
        self.consistency = [c for p in proofs for c in p["consistency"]]

    def check_authority(self):
        self.authority = Authority(self.bundle, self.anchor, self.pins)

    def check_states(self):
        self.heads, self.values = prove_all(self.bundle["states"], self.authority)

    def check_consistency(self):
        check_consistency(self.heads, self.eras, self.pins, self.bundle, self.consistency)

    def check_entries(self):
        self.entries = read_entries(self.bundle, self.heads)
        self.subject = next((e for e in self.entries if e.seq == self.bundle["subject"] and e.seq), None)
        self.record = self.subject if self.subject and self.subject.kind == "record" else None

    def check_pins(self):
        check_pins(self.pins, self.heads, self.subject, self.inclusions)

    def check_keys(self):
        try:
            self.institutions = people.Institutions(self.anchor)
        except Refused as e:
            raise Refused(e.rule, 4) from e                           # the anchor contradicts itself
        self.institutions.learn(self.entries)
        used = [v for signers in self.authority.signers.values() for v, _ in signers]
        can(all(self.institutions.of(v) is not None for v in used), "keys.unmapped")

    # --- those that the bundle gives occasion for
    def check_origin(self):
        check_origin(self.subject, self.eras)
        return True

    def judge_record(self):
        v, r = self.verdict, self.record
        v.check("submission", self.check_submission)
        self.opened = v.check("opening", content.open_content, self.bundle, r, self.entries)
        if self.opened:
            public, private = self.opened
            self.said.update(content.statement(public, private))
            self.said["items_shown"] = len(self.bundle["items"])
            v.check("items", content.check_items, self.bundle["items"], public)

    def check_submission(self):
        bound = people.binding(self.record, self.entries)
        siblings = people.check_submission(self.bundle["submission"], self.record, bound, self.eras)
        self.said.update(submitter_signed=True, custody=bound.body["custody"], sibling_messages=siblings)

    def judge_presented(self):
        if self.presented:
            self.verdict.check("presented", self.match_all)

    def match_all(self):
        """Compares all that is presented; of several refusals what differs counts before what could not be compared, then the worst exit."""
        can(self.record and self.opened and self.bundle["items"], "presented.no-items")
        items, public, refused = self.bundle["items"], self.opened[0], []
        for p in self.presented:
            try:
                self.matched.append(content.match(p, items, public))
            except (Refused, NotMade) as e:
                refused.append(e)
        compared = {m["first_item"] + n for m in self.matched for n in range(m["items"])}
        self.said.update(matched=self.matched, items_matched=len(compared), counted=len(compared) == public["items"],
                         not_presented=content.not_presented(compared, items, public))
        if refused:
            raise min(refused, key=lambda e: len(WORST_FIRST) if isinstance(e, NotMade) else WORST_FIRST.index(EXIT.get(e.rule, 2)))

    def judge_history(self):
        v = self.verdict
        if self.statuses.certificates():
            v.check("certificate-status", lambda: [self.statuses.check_certificate(i, self.record) for i in self.statuses.certificates()])
        if self.record:
            v.check("later-events", self.statuses.check_later, self.record)
            v.check("key-status", self.statuses.check_key, self.record)
        self.lists = []
        if self.bundle["lists"]:
            self.lists = v.check("lists", lambda: [check_list(x, self.statuses, self.heads) for x in self.bundle["lists"]])

    def judge_policy(self):
        v = self.verdict
        if v.policy.get("interested"):
            v.check("filter", people.check_filter, self.institutions, v.policy)
        if v.policy.get("required_institutions") or v.policy.get("min_institutions"):
            v.check("institutions", self.check_institutions)

    def check_institutions(self):
        """Every header counts that a head rests on."""
        can(self.heads, "institutions.none")
        for height in sorted({h["header"]["height"] for h in self.heads}):
            people.check_signers(self.institutions, self.verdict.policy, self.authority.signers[height])

    def judge_rest(self):
        """Leaving something out does not satisfy a demand for it."""
        v = self.verdict
        if v.policy.get("max_status_age_seconds"):
            times = [x["header"]["time"] for x in self.told()] + [nanos(x["as_of"]) for x in self.lists or []]
            v.check("status-age", check_age, times, v.policy, self.now)
        for code in v.policy.get("require", []):
            if code not in v.made and (code != "presented" or self.presented):
                v.check(code, can, False, "policy.demanded")

    # --- the statement
    def told(self):
        """The status values of the certificates, the record and the submitter's key."""
        wanted = [(CERTIFICATE, i) for i in self.statuses.certificates()]
        if self.record:
            wanted += [(EVIDENCE, self.record.seq), (KEY, self.record.body["key_id"])]
        return [v for v in (self.statuses.of(*w) for w in wanted) if v]

    def statement(self):
        said = {"log_id": self.bundle["log_id"].hex(), "anchor_fingerprint": H(b"ink/anchor/v1", self.files[1][8:]).hex(), **self.said}
        if self.subject:
            said.update(self.about_subject())
        said["statuses"] = [self.statuses.statement(v) for v in self.told()]
        times = [v["header"]["time"] for v in self.told()] + [nanos(x["as_of"]) for x in self.lists if "total" in x]
        counter = self.record and self.statuses.of(ENTERPRISE, self.record.body["enterprise_id"])
        if counter:
            said["enterprise_count"] = counter["count"]
            times.append(counter["header"]["time"])
        said.update(as_of=at(max(times)) if times else 0, lists=self.lists)
        return {"origin_proven": False, "submitter_signed": False, "counted": False, **filled(said)}

    def about_subject(self):
        e = self.subject
        out = {"seq": e.seq, "entry_kind": e.number, "entry_hash": e.leaf.hex(), "chain_id": chain_id_at(self.eras, e.height),
               "height": e.height, "tx_hash": (e.tx_hash or b"").hex(), "block_stamp": at(e.time), "proven_time": at(proven_time(e.seq, self.heads))}
        if self.record:
            out.update({k: e.body[k] for k in ("enterprise_id", "enterprise_seq", "category", "user_id", "key_id")}, record_kind=e.body["kind"],
                       commitment=e.body["commitment"].hex(), number=number("CZ", e))
            for c in self.entries:
                if c.kind == "enterprise_certified" and c.body["enterprise_id"] == e.body["enterprise_id"] and c.seq < e.seq:
                    out.update(enterprise_name=c.body["name"].decode(), enterprise_uscc=c.body["uscc"].decode(), enterprise_entry=c.seq)
        return out
