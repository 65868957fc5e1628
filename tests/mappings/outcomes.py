"""What becomes of a certificate in a file: its document, its sets, and where each value came from."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from gateway.rules import load_rules
from gateway.workbench.golden import samples_in
from gateway.workbench.tracing import trace_of
from gateway.workbench.trial import tried

if TYPE_CHECKING:
    from gateway.documents import Document, InformationSet, SourceDocument

REPOSITORY = Path(__file__).parents[2]
MAPPINGS = REPOSITORY / "mappings"
CORPUS = REPOSITORY.parent / "shared" / "corpus"
RULES = load_rules()
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
TAKEN_IN = {(kind.type, str(kind.major)) for kind, form in RULES.forms.items() if form.kind in RULES.mappings}
"""Type, in every name it goes by, and major version of the certificates that have both a form and a mapping."""
SAMPLES = samples_in(MAPPINGS / "certificates")
XHTML = "{http://www.w3.org/1999/xhtml}"


class Outcome(NamedTuple):
    source: SourceDocument
    document: Document
    sets: list[InformationSet]

    @property
    def bundles(self):
        return [json.loads(one.body) for one in self.sets]

    @property
    def trace(self):
        return trace_of(self.document, self.sets, RULES.mappings[self.document.kind])


def outcome_of(content):
    return Outcome(*tried(content, RULES, NOW))


def name_of(file):
    return "/".join(file.parts[-4:]) if MAPPINGS in file.parents else "/".join(file.parts[-2:])


def real_messages():
    """Every certificate of the corpus that is officially valid and that we take in."""
    if not (CORPUS / "INDEX.tsv").exists():
        return []
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.reader(index, delimiter="\t"))[1:]
    valid = [row for row in rows if row[3] == row[4] == "ok"]
    indexed = [CORPUS / row[0] for row in valid if (row[1].upper(), row[2].partition(".")[0]) in TAKEN_IN]
    return [*indexed, *sorted((CORPUS / "DERIVED-v2").glob("register-*.xml"))]


def resources_of(bundle):
    return [entry["resource"] for entry in bundle["entry"]]


def references_in(value):
    if isinstance(value, list):
        for one in value:
            yield from references_in(one)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references_in(one)


def leaves_in(value):
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves_in(one)
    else:
        yield value


def narratives_of(bundle):
    """The Composition's own text and its sections', parsed."""
    composition = resources_of(bundle)[0]
    for holder in (composition, *composition["section"]):
        yield etree.fromstring(holder["text"]["div"])


def lines_of(narrative):
    return ["\n".join(paragraph.itertext()) for paragraph in narrative.iter(f"{XHTML}p")]
