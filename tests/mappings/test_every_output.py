"""Rules for every output: of the samples, and of every valid message of the corpus."""

from __future__ import annotations

import functools
import html
import json
import os
import re
import subprocess
import sys

import pytest
from fhir.resources.R4B.bundle import Bundle
from lxml import etree
from outcomes import (
    CORPUS,
    MAPPINGS,
    REPOSITORY,
    RULES,
    SAMPLES,
    leaves_in,
    lines_of,
    name_of,
    narratives_of,
    outcome_of,
    real_messages,
    references_in,
    resources_of,
)

from gateway.documents import TermKind
from gateway.workbench.nodes import texts_of

REAL = real_messages()
FILES = [*SAMPLES, *REAL]
EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
RULE_FILES = [*MAPPINGS.glob("**/*.yaml"), *MAPPINGS.glob("code_tables/*.json")]
PROFILES = "https://example.org/fhir/sjukskrivning/StructureDefinition/"
RULE_TEXT = "\n".join(file.read_text("utf-8") for file in RULE_FILES)
OF_FHIR = {
    "Bundle", "Composition", "document", "generated", "transforms", "withheld", "Information Withheld", "R", "REDACTED",
    "urn:ietf:rfc:3986", EMPTY_REASON, "https://example.org/fhir/sjukskrivning/CodeSystem/sektion",
    "https://example.org/fhir/sjukskrivning/CodeSystem/informationsmangd",
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", f"{PROFILES}informationsmangd", f"{PROFILES}dokument",
}  # fmt: skip
"""What every set says, whatever the rules: that it is a document Bundle, restricted, and in part left out."""
OF_THE_NARRATIVE = {"Intyget", "undertecknat", "ja", "nej"}


def in_swedish(value):
    """A value as the narrative tells it: a decimal has a comma."""
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def without_markup(value):
    return "".join(etree.fromstring(value).itertext()) if value.startswith("<div") else value


def stands_in_the_rules(value):
    return value in RULE_TEXT or value.replace(PROFILES, "profile: ") in RULE_TEXT


every_file = pytest.mark.parametrize("file", FILES, ids=name_of)


@functools.cache
def outcome(file):
    return outcome_of(file.read_bytes())


@functools.cache
def traced(file):
    return outcome(file).trace


@pytest.mark.skipif(not REAL, reason="the corpus of real messages is not beside the repository")
def test_the_corpus_has_messages_to_judge_by():
    assert len(REAL) > 14
    assert all(file.exists() for file in REAL), CORPUS


@every_file
def test_all_sets_are_made_and_none_is_held_but_those_that_withhold_what_nobody_may(file):
    made = outcome(file)
    never = made.document.never_withheld.keys()

    assert {(one.name, one.problems) for one in made.sets if not one.hold and one.problems} == set()
    assert {one.hold for one in made.sets if not one.withheld & never} == {""}
    assert {one.hold for one in made.sets if one.withheld & never} <= {"cannot-be-withheld"}
    assert {one.name for one in made.sets} == {
        one.name for one in RULES.definitions if made.document.kind.type in one.certificates
    }


@every_file
def test_every_set_is_a_valid_bundle(file):
    for bundle in outcome(file).bundles:
        Bundle.model_validate(bundle)


@every_file
def test_the_composition_comes_first_and_is_the_only_one(file):
    for bundle in outcome(file).bundles:
        kinds = [resource["resourceType"] for resource in resources_of(bundle)]

        assert kinds.index("Composition") == 0
        assert kinds.count("Composition") == kinds.count("Patient") == 1


@every_file
def test_every_entry_is_named_by_its_own_id(file):
    for bundle in outcome(file).bundles:
        names = [entry["fullUrl"] for entry in bundle["entry"]]

        assert names == [f"urn:uuid:{resource['id']}" for resource in resources_of(bundle)]
        assert len(set(names)) == len(names)


@every_file
def test_every_reference_leads_to_an_entry(file):
    for bundle in outcome(file).bundles:
        assert set(references_in(bundle)) <= {entry["fullUrl"] for entry in bundle["entry"]}


@every_file
def test_every_entry_is_reached_from_the_composition_or_refers_to_it(file):
    for bundle in outcome(file).bundles:
        leads = {entry["fullUrl"]: set(references_in(entry["resource"])) for entry in bundle["entry"]}
        composition = bundle["entry"][0]["fullUrl"]
        reached, ahead = set(), {composition}
        while ahead:
            reached |= ahead
            ahead = set().union(*(leads[one] for one in ahead)) - reached

        assert all(one in reached or composition in leads[one] for one in leads)


@every_file
def test_every_resource_in_a_section_bears_the_sections_label(file):
    for bundle in outcome(file).bundles:
        by_name = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
        for section in resources_of(bundle)[0]["section"]:
            for entry in section.get("entry", ()):
                [label] = by_name[entry["reference"]]["meta"]["security"]
                assert label["code"] == section["code"]["coding"][0]["code"]


@every_file
def test_every_section_has_a_narrative_that_says_something(file):
    for bundle in outcome(file).bundles:
        for narrative in narratives_of(bundle):
            assert narrative.get("lang") == "sv"
            assert lines_of(narrative)
            assert all(line.strip() for line in lines_of(narrative))


@every_file
def test_every_resource_in_a_section_is_told_by_its_narrative(file):
    for bundle in outcome(file).bundles:
        sections = [section for section in resources_of(bundle)[0]["section"] if "entry" in section]
        for section in sections:
            assert section["text"]["div"].count("<p>") >= len(section["entry"])


@every_file
def test_a_withheld_section_says_so_and_holds_nothing(file):
    for one, bundle in zip(outcome(file).sets, outcome(file).bundles, strict=True):
        for section in resources_of(bundle)[0]["section"]:
            if section["code"]["coding"][0]["code"] in one.withheld:
                assert "entry" not in section
                assert section["emptyReason"]["coding"][0]["system"] == EMPTY_REASON


@every_file
def test_every_word_of_a_narrative_comes_from_the_source_or_the_rules(file):
    made = outcome(file)
    known = OF_THE_NARRATIVE | set(html.unescape(RULE_TEXT).replace('"', " ").split())
    known |= {word for _, text in texts_of(made.source.root) for word in text.split()} | set(made.source.root.places)

    for bundle in made.bundles:
        values = {word for value in leaves_in(bundle["entry"][1:]) for word in in_swedish(value).split()}
        date = resources_of(bundle)[0]["date"][:10]
        told = {word for narrative in narratives_of(bundle) for line in lines_of(narrative) for word in line.split()}
        assert {word for word in told if not known & {word, word.rstrip(":")}} - values <= {date}


@every_file
def test_no_text_of_a_resource_that_was_left_out_stands_in_the_bytes(file):
    made = outcome(file)
    for one, bundle in zip(made.sets, made.bundles, strict=True):
        ids = {resource["id"] for resource in resources_of(bundle)}
        gone = [mapped for mapped in made.document.resources if mapped.section and mapped.resource["id"] not in ids]
        texts = {term.text for mapped in gone for term in mapped.terms if term.kind is TermKind.TEXT}

        body = html.unescape("\n".join(map(str, leaves_in(bundle))).casefold())
        said = {text for text in texts if re.search(r"[^\W\d_]", text)}
        assert not {text for text in said if re.search(rf"\b{re.escape(text.casefold())}\b", body)}, one.name


@every_file
def test_every_value_has_a_rule(file):
    rows = traced(file)
    values = [value for bundle in outcome(file).bundles for value in leaves_in(bundle)]

    assert sorted(map(str, values)) == sorted(str(row["value"]) for row in rows)
    assert all(row["rule"] for row in rows)


@every_file
def test_every_source_of_a_value_is_a_node_of_the_certificate(file):
    nodes = {node for node, _ in texts_of(outcome(file).source.root)} | {
        f"{question}/@id" for question in outcome(file).source.root.places
    }

    assert {node for row in traced(file) for node in row["sources"]} <= nodes


@every_file
def test_every_value_without_a_source_is_stated_by_the_rules(file):
    kinds = {resource["resourceType"] for bundle in outcome(file).bundles for resource in resources_of(bundle)}
    stated = {str(row["value"]) for row in traced(file) if not row["sources"]} - OF_FHIR - kinds

    assert {value for value in map(without_markup, stated) if not stands_in_the_rules(value)} == set()


@every_file
def test_every_value_is_what_its_source_says_or_is_made_from_it_by_a_table(file):
    source = dict(texts_of(outcome(file).source.root))
    texts = {text.strip() for text in source.values()}
    for row in traced(file):
        if row["path"].endswith((".text", "valueString", "description", ".display", "family", "given[0]")):
            assert {row["value"].strip(), row["value"]} & (texts | OF_FHIR) or row["value"] in RULE_TEXT, row["path"]
        if row["path"].endswith(("valueDateTime", "effectivePeriod.start", "effectivePeriod.end")):
            assert row["value"] in texts, "a date is never touched"


@every_file
def test_every_node_of_the_certificate_is_accounted_for(file):
    document, nodes = outcome(file).document, {node for node, _ in texts_of(outcome(file).source.root)}
    taken = {node for origin in document.origins for node in origin.sources}

    assert document.unmapped == document.problems == ()
    assert all(document.ignored.values())
    assert nodes == (taken & nodes) | set(document.ignored)
    assert not taken & set(document.ignored)


@pytest.mark.parametrize("file", SAMPLES[:1], ids=name_of)
def test_another_process_gives_the_same_bytes(file):
    script = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from gateway.rules import load_rules\n"
        "rules = load_rules()\n"
        "source = rules.reader.read_file(open(sys.argv[1], 'rb').read())\n"
        "sets = rules.select(rules.understand(source, datetime(2026, 1, 15, tzinfo=UTC)))\n"
        "sys.stdout.buffer.write(b'\\n'.join(one.body for one in sets))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(file)],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )

    assert ran.stdout == b"\n".join(one.body for one in outcome(file).sets)


def test_the_same_certificate_gives_the_same_bytes_again():
    for file in SAMPLES:
        assert [one.body for one in outcome_of(file.read_bytes()).sets] == [one.body for one in outcome(file).sets]


def test_two_certificates_share_no_id():
    ids = [json.loads(one.body)["id"] for file in SAMPLES for one in outcome(file).sets]
    ids += {resource["id"] for file in SAMPLES for bundle in outcome(file).bundles for resource in resources_of(bundle)}

    assert len(set(ids)) == sum(len(outcome(file).sets) for file in SAMPLES) + sum(
        len({resource["id"] for bundle in outcome(file).bundles for resource in resources_of(bundle)})
        for file in SAMPLES
    )
