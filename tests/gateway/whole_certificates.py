"""A whole certificate, changed in one place: what is read of it, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

from gateway.mapping import map_document
from gateway.rules import load_rules

RULES = load_rules()
SAMPLES = Path(__file__).parents[2] / "mappings" / "certificates"
SECRET = "hemligheten"


def sample(version=2, case="full", kind="lisjp"):
    return (SAMPLES / kind / f"{version}" / "samples" / f"{case}.xml").read_text("utf-8")


def changed(old, new, version=2, case="full", kind="lisjp"):
    """A sample with the first of something written otherwise."""
    text = sample(version, case, kind)
    assert old in text
    return text.replace(old, new, 1)


def read(text):
    return RULES.reader.read_file(text.encode())


def mapped(text):
    """The document of a certificate, whether or not its form's rules accept it."""
    source = read(text)
    return map_document(source, RULES.mappings[source.kind])


def sets_of(text):
    return RULES.select(mapped(text))
