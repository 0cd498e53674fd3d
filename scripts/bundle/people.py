"""Who signed: institutions and the submitter, bundle.md §8."""
from reference import H

from .authority import chain_id_at
from .signature import ED25519, ML_DSA_65, SECP256K1, SECP256R1, bech32, low_s, raw_address, valid
from .wire import Refused, can, canonical, many, need, number, octet, octets, one, text, u32, u64


class Institutions:
    """Names and keys of institutions, from the anchor and from proven entries."""

    def __init__(self, anchor):
        self.names = {i["id"]: i["name"] for i in anchor["institutions"]}
        self.keys = {}
        for i in anchor["institutions"]:
            for k in i["keys"]:
                self.bind(k["key_type"], k["key"], i["id"])

    def bind(self, key_type, key, institution):
        need(self.keys.setdefault((key_type, key), institution) == institution, "keys.conflict")

    def learn(self, entries):
        for e in entries:
            if e.kind == "validator_key_bound":
                self.bind(e.body["key_type"], e.body["public_key"], e.body["institution_id"])
            if e.kind == "institution_admitted":
                name = e.body.get("name", b"").decode()
                need(self.names.setdefault(e.body["institution_id"], name) == name, "keys.name")

    def of(self, validator):
        return self.keys.get((validator["key_type"], validator["key"]))

    def named(self, who):
        """Ids of a name or id."""
        return {i for i, name in self.names.items() if who in (name, str(i))}


def check_filter(institutions, policy):
    need(all(institutions.named(w) for w in policy["interested"]), "filter.unknown")


def check_signers(institutions, policy, signers):
    """The institutions that a policy asks for, among the signers of a header."""
    need(all(institutions.named(w) for w in policy.get("required_institutions", [])), "filter.unknown")
    signed = {institutions.of(v) for v, s in signers if s} - {None}
    need(all(institutions.named(w) & signed for w in policy.get("required_institutions", [])), "institutions.required")
    need(len(signed) >= policy.get("min_institutions", 0), "institutions.number")


# --- the submission
ANY = [text(1, "type_url", 256), octets(2, "value", 1 << 21)]
TX = [octets(1, "body", 1 << 21), octets(2, "auth_info", 1 << 21), octets(3, "signature", 1 << 21)]
BODY = [many(1, "messages", ANY, 1 << 16), u64(3, "timeout_height")]
SINGLE = [u32(1, "mode")]
MODE_INFO = [one(1, "single", SINGLE)]
SIGNER = [one(1, "public_key", ANY), one(2, "mode_info", MODE_INFO), u64(3, "sequence")]
FEE = [u64(2, "gas_limit")]
AUTH_INFO = [many(1, "signers", SIGNER, 1 << 16), one(2, "fee", FEE)]
RECORD = [text(1, "submitter", 128), u64(2, "enterprise_id"), u32(3, "kind"), u32(4, "category"), octets(5, "commitment", 32), octets(6, "request_id", 32)]
PUBLIC_KEY = [octets(1, "key", 1952)]
KEY_NAMES = {ED25519: "ed25519", SECP256K1: "secp256k1", SECP256R1: "secp256r1", ML_DSA_65: "mldsa65"}


def read_message(fields, b, rule="submission.encoding"):
    try:
        return canonical(fields, b)
    except Refused as e:
        raise Refused(rule) from e


def binding(record, entries):
    """The last key_bound entry before the record of its key and user."""
    ids = record.body["key_id"], record.body["user_id"]
    bound = [e for e in entries if e.kind == "key_bound" and e.seq < record.seq and (e.body["key_id"], e.body["user_id"]) == ids]
    return bound[-1] if bound else None


def check_submission(s, record, bound, eras):
    """Gives how many other messages the transaction has."""
    can(s is not None, "submission.none")
    can(bound is not None, "submission.key")
    key_type, key = bound.body["key_type"], bound.body["public_key"]
    can(key_type in KEY_NAMES, "submission.key-type")
    need(H(s["tx"]) == record.tx_hash, "submission.hash")
    tx = read_message(TX, s["tx"])
    body, auth = read_message(BODY, tx["body"]), read_message(AUTH_INFO, tx["auth_info"])
    check_message(body["messages"], record, key_type, key)
    check_signer(auth["signers"], key_type, key)
    need(s["account_number"] == record.body["key_id"], "submission.account")
    document = octet(1, tx["body"]) + octet(2, tx["auth_info"]) + octet(3, chain_id_at(eras, record.height).encode()) + number(4, s["account_number"])
    need(valid(key_type, key, document, tx["signature"]), "submission.signature")
    need(key_type not in (SECP256K1, SECP256R1) or low_s(key_type, tx["signature"]), "submission.low-s")
    return len(body["messages"]) - 1


def check_message(messages, record, key_type, key):
    need(record.msg_index < len(messages) and messages[record.msg_index]["type_url"] == "/ink.evidence.v1.MsgSubmitRecord", "submission.message")
    m, r = read_message(RECORD, messages[record.msg_index]["value"]), record.body
    need(all(m[name] == r[name] for name in ("enterprise_id", "kind", "category", "commitment")), "submission.fields")
    need(key_type == SECP256K1 or m["submitter"] == bech32("ink", raw_address(key_type, key)), "submission.signer")


def check_signer(signers, key_type, key):
    need(len(signers) == 1, "submission.signer")
    single = (signers[0]["mode_info"] or {}).get("single")
    need(single is not None and single["mode"] == 1, "submission.mode")
    shown = signers[0]["public_key"]
    if shown is not None:
        need(shown["type_url"] == f"/cosmos.crypto.{KEY_NAMES[key_type]}.PubKey", "submission.signer")
        need(read_message(PUBLIC_KEY, shown["value"], "submission.signer")["key"] == key, "submission.signer")
