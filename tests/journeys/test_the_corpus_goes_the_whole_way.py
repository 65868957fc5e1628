from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lxml import etree
from worlds import ORGANISATIONS, SETS, consent_of

from gateway.sandbox.story import enveloped

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
DERIVED = "DERIVED-v2/register-lisjp-v2.0.xml"


def _valid() -> list[str]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t") if row["type"] == "LISJP"]
    return [row["file"] for row in rows if (row["xsd"], row["schematron"]) == ("ok", "ok")] + [DERIVED]


def _as_sent(content: bytes) -> tuple[bytes, str]:
    """The message in an envelope, without what a file has around it, and the person it is about."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    return enveloped(etree.tostring(root)), root.findtext(".//{*}person-id/{*}extension")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public test messages is not here")
@pytest.mark.parametrize("file", _valid(), ids=lambda file: file.partition("/")[2][:8])
def test_a_certificate_that_the_official_rules_accept_reaches_all_that_the_person_agrees_to(world, file):
    content, person = _as_sent((CORPUS / file).read_bytes())
    for kind in ORGANISATIONS:
        assert world.give(consent_of(kind, person=person)).status_code == 201

    assert b">OK<" in world.post(content).content
    world.deliver()

    assert {kind: agency.sets for kind, agency in world.agencies.items()} == {
        kind: [name] for kind, name in SETS.items()
    }
