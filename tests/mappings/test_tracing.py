"""The trace tells of each value where it came from, also where a set has moved it or made it."""

from __future__ import annotations

import pytest
from outcomes import MAPPINGS, outcome_of

FULL = outcome_of((MAPPINGS / "certificates" / "lisjp" / "1" / "samples" / "full.xml").read_bytes())
ROWS = FULL.trace
HEADER = "lisjp/1/mapping.yaml: "


def row(set_name, resource, path, withheld=()):
    [found] = [
        one
        for one in ROWS
        if (one["set"], one["path"], one["withheld"]) == (set_name, path, list(withheld))
        and one["resource"].startswith(resource)
    ]
    return found


BAS, WHOLE = "arbetsgivaruppgift-bas", "sjukskrivningsunderlag"
ORIGINS = {
    "the Bundle's id": (BAS, "Bundle", "id", ["intygs-id/root", "intygs-id/extension"], "Bundle.id"),
    "the Bundle's time": (BAS, "Bundle", "timestamp", ["signeringstidpunkt"], "Bundle.timestamp"),
    "the Bundle's kind": (BAS, "Bundle", "type", [], "Bundle.type"),
    "the certificate's type": (
        BAS,
        "Composition",
        "type.coding[0].code",
        ["typ/code", "typ/codeSystem"],
        "type.coding[0]",
    ),
    "the set's name": (
        BAS,
        "Composition",
        "type.coding[1].code",
        [],
        f"{BAS}/set.yaml: Composition.type.coding[1].code",
    ),
    "the set's relation": (
        BAS,
        "Composition",
        "relatesTo[0].code",
        [],
        f"{BAS}/set.yaml: Composition.relatesTo[0].code",
    ),
    "an agent that moved": (
        BAS,
        "Provenance",
        "agent[1].type.coding[0].code",
        [],
        "provenance.agent[2].type.coding[0].code",
    ),
    "the certificate's author": (
        WHOLE,
        "Composition",
        "author[0].reference",
        ["intygs-id/root", "intygs-id/extension"],
        "composition.author[0].reference",
    ),
    "the set's author": (
        BAS,
        "Composition",
        "author[0].reference",
        ["intygs-id/root", "intygs-id/extension"],
        f"{BAS}/set.yaml: Composition.author[0].reference",
    ),
    "a section's title": (BAS, "Composition", "section[0].title", [], f"{HEADER}sections"),
    "a section's text": (
        BAS,
        "Composition",
        "section[0].text.div",
        ["28.1.code [1]", "28.1.codeSystem [1]"],
        "section[0].text.div",
    ),
    "the first day": (
        BAS,
        "Composition",
        "event[0].period.start",
        [f"32.2.start [{n}]" for n in range(1, 5)],
        "event[0].period.start",
    ),
}


@pytest.mark.parametrize(("name", "resource", "path", "sources", "rule"), ORIGINS.values(), ids=ORIGINS)
def test_a_value_is_told_with_its_sources_and_its_rule(name, resource, path, sources, rule):
    told = row(name, resource, path)

    assert told["sources"] == sources
    assert told["rule"].endswith(rule)


def test_the_introduction_is_told_with_the_people_it_names_and_no_others():
    sources = row(BAS, "Composition", "text.div")["sources"]

    assert {"patient/fornamn", "patient/efternamn", "signeringstidpunkt"} <= set(sources)
    assert not any(source.startswith(("skapadAv/fullstandigtNamn", "6.", "32.")) for source in sources)


def test_a_withheld_sections_text_comes_from_the_set_alone():
    withheld = [
        one
        for one in ROWS
        if one["withheld"] and one["path"].endswith("div") and "uppges inte diagnos" in str(one["value"])
    ]

    assert [one["sources"] for one in withheld] == [[]]


def test_a_held_set_has_nothing_to_tell():
    sample = (MAPPINGS / "certificates" / "lisjp" / "1" / "samples" / "full.xml").read_text("utf-8")
    outcome = outcome_of(sample.replace("</c:enhet>", '<f:mer xmlns:f="urn:x"/></c:enhet>').encode())

    assert outcome.document.unmapped
    assert outcome.trace == []
