#!/usr/bin/env python3
"""Read every vector of docs/spec/vectors/bundle a second time, without the project's code.

A good bundle must lead to its statement, field by field; a bad one must be refused by
its rule and with its exit status. Of recorded/, each bundle must be accepted with the
file of its name. The reader is scripts/bundle, written from
docs/spec/bundle.md: Python's standard library only, signatures of all four kinds included.
Usage: scripts/check_bundles.py [directory [name …]]
"""
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from bundle import signature  # noqa: E402
from bundle.verdict import Case  # noqa: E402
from bundle.words import nanos  # noqa: E402

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "docs" / "spec" / "vectors" / "bundle"

# Rules that this reader has no code for. A vector of one of them would be counted, not judged.
NOT_READ = {
    "time-stamps.head": "RFC 3161 needs X.509", "time-stamps.token": "RFC 3161 needs X.509",
    "checkpoints.form": "signed notes of witnesses", "checkpoints.head": "signed notes of witnesses",
    "checkpoints.number": "signed notes of witnesses",
}


def judge(case, directory):
    def file(name): return (directory / name).read_bytes()
    return Case(file(case["bundle"]), file(case["anchor"]), [file(p) for p in case.get("proofs", [])], case.get("policy"),
                case.get("presented", []), nanos(case["now"]) if "now" in case else 0).judge()


def differences(case, verdict):
    """What is wrong with a verdict on a case, in words."""
    rule = case.get("seen") or case.get("rule")
    if verdict.rules() != ([rule] if rule else []):
        yield f"expected {rule or 'no refusal'}, got {', '.join(verdict.rules()) or 'no refusal'}"
    if verdict.exit() != case["exit"]:
        yield f"expected exit {case['exit']}, got {verdict.exit()}"
    if not rule:
        want, got = case["statement"], verdict.statement or {}
        for name in sorted(want.keys() | got.keys()):
            if want.get(name) != got.get(name):
                yield f"{name}: expected {want.get(name)!r}, got {got.get(name)!r}"


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sm3(file):
    return subprocess.run(["openssl", "dgst", "-sm3", "-r", file], check=True, capture_output=True, text=True).stdout.split()[0]


def recorded(directory):
    """Bundles that real nodes made: how many there are, and what is wrong with them."""
    wrong, bundles = [], [f for f in sorted(directory.glob("*.ink")) if f.name != "anchor.ink"]
    for f in bundles:
        files = [t for t in [f.with_suffix(".txt")] if t.exists()]
        presented = [{"name": t.name, "size": t.stat().st_size, "sha256": sha256(t), "sm3": sm3(t)} for t in files]
        v = Case(f.read_bytes(), (directory / "anchor.ink").read_bytes(), presented=presented).judge()
        if v.exit() != (0 if files else 6) or v.statement is None:
            wrong.append(f"recorded/{f.name}: expected it to be accepted, got exit {v.exit()}, {', '.join(v.rules())}")
    return len(bundles) - len(wrong), wrong


def unread(directory, cases):
    named = {name for c in cases for name in [c["bundle"], c["anchor"], *c.get("proofs", [])]} | {"cases.json", "recorded"}
    there = {f.name for f in directory.iterdir()}
    return [f"{name}: nobody checks this file" for name in sorted(there - named)] + [f"{name}: missing" for name in sorted(named - there)]


def run(directory, only=()):
    """Checks all cases; gives how many passed, what is wrong, and a line on what was done."""
    if not (directory / "cases.json").exists():
        return 0, ["cases.json: missing"], "none"
    cases = json.loads((directory / "cases.json").read_text(encoding="utf-8"))
    wrong = unread(directory, cases) if not only else []
    count, begun = collections.Counter(), time.process_time()
    for case in cases:
        if only and case["name"] not in only:
            continue
        if case.get("rule") in NOT_READ:
            count["not read"] += 1
            continue
        try:
            found = list(differences(case, judge(case, directory)))
        except Exception as e:  # noqa: BLE001: a reader that stumbles is a vector that fails
            found = [f"{type(e).__name__}: {e}"]
        wrong += [f"{case['name']}: {why}" for why in found]
        count["bad" if case.get("rule") else "good"] += not found
        count["fields"] += len(case.get("statement", ()))
    if not only:
        count["recorded"], more = recorded(directory / "recorded")
        wrong += more
    rules = len({c["rule"] for c in cases if c.get("rule") and c["rule"] not in NOT_READ})
    seconds, checked = time.process_time() - begun, signature.valid.cache_info().currsize
    about = (f"{count['good']} good ones with {count['fields']} fields of their statements, {count['recorded']} recorded ones, "
             f"{count['bad']} bad ones by {rules} rules, {count['not read']} not read, {checked} signatures, {seconds:.1f} s")
    return count["good"] + count["bad"] + count["recorded"], wrong, about


def main():
    passed, wrong, about = run(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS, sys.argv[2:])
    for w in wrong:
        print(w)
    print(f"bundles: {passed} passed, {len(wrong)} failed: {about}")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
