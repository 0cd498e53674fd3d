"""A second reader of bundles, written from docs/spec/bundle.md.

wire: the bytes of the messages · signature, mldsa: signatures · authority: sets,
headers, commits, the walk · state: ICS-23, heads · log: consistency, inclusion, pins ·
people: who signed, the submission · content: opening, items, what is presented ·
history: statuses and lists · verdict: all of it in order, and the statement.

Python's standard library only. It is meant to be read beside the text: no streaming,
no care for speed.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "docs" / "spec"))
