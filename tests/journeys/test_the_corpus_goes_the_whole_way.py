from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lxml import etree
from worlds import ORGANISATIONS, consent_of

from gateway.rules import load_rules
from gateway.sandbox.story import enveloped

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
RULES = load_rules()
DERIVED = [f"DERIVED-v2/register-{kind.type.lower()}-v2.0.xml" for kind in RULES.mappings if kind.major == 2]


def _valid() -> list[str]:
    if not CORPUS.is_dir():
        return []
    types = {kind.type for kind, form in RULES.forms.items() if form.kind in RULES.mappings}
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t") if row["type"].upper() in types]
    return [row["file"] for row in rows if (row["xsd"], row["schematron"]) == ("ok", "ok")] + DERIVED


def _as_sent(content: bytes) -> tuple[bytes, str]:
    """The message in an envelope, without what a file has around it, and the person it is about."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    return enveloped(etree.tostring(root)), root.findtext(".//{*}person-id/{*}extension")


def _sets_of(content: bytes) -> dict[str, list[str]]:
    """The sets that a certificate of this type gives each kind of recipient."""
    form = RULES.forms[RULES.reader.read_file(content).kind]
    made = [one for one in RULES.definitions if form.kind.type in one.certificates]
    return {kind: sorted(one.name for one in made if kind in one.recipients) for kind in ORGANISATIONS}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public test messages is not here")
@pytest.mark.parametrize("file", _valid(), ids=lambda file: file.partition("/")[2][:8])
def test_a_certificate_that_the_official_rules_accept_reaches_all_that_the_person_agrees_to(world, file):
    content, person = _as_sent((CORPUS / file).read_bytes())
    for one in RULES.definitions:
        assert world.give(consent_of("", one.name, person=person)).status_code == 201

    assert b">OK<" in world.post(content).content
    world.deliver()

    assert {kind: sorted(agency.sets) for kind, agency in world.agencies.items()} == _sets_of(content)
