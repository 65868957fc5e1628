"""The code tables are FHIR, and none of them contradicts another."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B.conceptmap import ConceptMap
from fhir.resources.R4B.namingsystem import NamingSystem
from outcomes import MAPPINGS

from gateway.mapping.tables import load_tables
from gateway.telling import RELATES

FOLDER = MAPPINGS / "code_tables"
FILES = sorted(FOLDER.glob("*.json"))
KINDS = {"ConceptMap": ConceptMap, "NamingSystem": NamingSystem}
OF_OTHERS = {"http://hl7.org/fhir/document-relationship-type", "http://unitsofmeasure.org"}
"""Target systems of FHIR itself: no Swedish name leads to them."""
SAME = {"equal", "equivalent"}
WRITTEN = {"uri": "{}", "oid": "urn:oid:{}"}
TABLES = load_tables(FOLDER)


def _rows():
    """Every row of every ConceptMap: (source system, code), (target system, code), display, equivalence."""
    for file in FOLDER.glob("ConceptMap-*.json"):
        for group in json.loads(file.read_bytes())["group"]:
            for element in group["element"]:
                for target in element["target"]:
                    source = (TABLES.systems.get(group["source"]), element["code"])
                    yield source, (group["target"], target["code"]), target["display"], target["equivalence"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_code_table_is_valid_fhir_and_its_file_bears_its_name(file):
    content = json.loads(file.read_bytes())

    KINDS[content["resourceType"]].model_validate(content)

    assert file.name == f"{content['resourceType']}-{content['name']}.json"


def test_every_system_that_a_table_reads_and_writes_has_a_naming_system():
    for source, (system, code), _, _ in _rows():
        assert source[0] is not None, code
        assert system in OF_OTHERS or TABLES.systems.get(system) == system, system


def test_tables_that_share_a_code_say_the_same_of_it():
    read, shown = {}, {}
    for source, target, display, equivalence in _rows():
        assert read.setdefault(source, (target, display)) == (target, display)
        if equivalence in SAME:
            assert shown.setdefault(target, display) == display


def test_an_equal_code_is_the_code_itself():
    assert all(source[1] == target[1] for source, target, _, equivalence in _rows() if equivalence == "equal")


def test_a_table_writes_under_the_only_uri_that_its_system_has():
    """One whose URI can be chosen is written by `as: system`; a table's target stands in its file."""
    assert [system for _, (system, _), _, _ in _rows() if _uris(system) > {system}] == []


def _uris(system):
    """Every URI that a system can be emitted under."""
    every = [json.loads(file.read_bytes())["uniqueId"] for file in FOLDER.glob("NamingSystem-*.json")]
    own = [one for ids in every if system in {one["value"] for one in ids} for one in ids]
    return {WRITTEN[one["type"]].format(one["value"]) for one in own if one["type"] in WRITTEN}


@pytest.mark.parametrize(
    ("written", "emitted"),
    [
        ("1.2.752.129.2.1.4.1", "urn:oid:1.2.752.29.4.19"),
        ("urn:oid:1.2.752.129.2.1.3.1", "http://electronichealth.se/identifier/personnummer"),
        ("1.2.752.116.1.3.2.3.6", "urn:oid:1.2.752.116.1.3.2.1.4"),
        ("1.2.752.116.2.1.1.1", "http://snomed.info/sct"),
        ("FKMU_0001", "https://example.org/fhir/sjukskrivning/CodeSystem/KV_FKMU_0001"),
        ("769bb12b-bd9f-4203-a5cd-fd14f2eb3b80", "urn:uuid:769bb12b-bd9f-4203-a5cd-fd14f2eb3b80"),
    ],
)
def test_however_a_system_is_written_it_has_one_canonical_uri(written, emitted):
    assert TABLES.systems[written] == emitted


@pytest.mark.parametrize(
    ("table", "system", "code", "emitted"),
    [
        ("part", "769bb12b-bd9f-4203-a5cd-fd14f2eb3b80", "FK", "FKASSA"),
        ("intygsstatus", "9871cd17-8755-4ed9-b894-ff3729e775a4", "RECEIV", "RECEIV"),
        ("intygshandelse", "dfd7bbad-dbe5-4a2f-ba25-f7b9b2cc6b14", "NYFRFM", "NYFRFM"),
        ("amne", "ffa59d8f-8d7e-46ae-ac9e-31804e8e8499", "KOMPLT", "KOMPLT"),
    ],
)
def test_what_messages_about_certificates_say_in_codes_has_a_table(table, system, code, emitted):
    assert TABLES.concepts[table][system, code].code == emitted


def test_a_set_says_of_a_relation_what_its_code_table_does():
    rows = [
        (source[1], target[1])
        for source, target, *_ in _rows()
        if target[0] == "http://hl7.org/fhir/document-relationship-type"
    ]

    assert dict(rows) == RELATES
