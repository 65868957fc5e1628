"""What a rule takes from the source: from, table, as, required."""

from __future__ import annotations

import pytest
from small_mappings import (
    GRADES,
    IDS,
    certificate,
    concept_map,
    load,
    made,
    mapped,
    naming_system,
    observation,
    origins,
    written,
)

from gateway.errors import ConfigurationError


def test_from_takes_a_part_of_an_answer_as_it_stands(tmp_path):
    rules = {"yrke": observation({"status": "final", "valueString": {"from": "29.1"}})}

    document = mapped(tmp_path, rules, certificate({"29": [{"29.1": " Rörmokare\n & mer "}]}))

    assert made(document) == [{"status": "final", "valueString": " Rörmokare\n & mer "}]
    assert origins(document) == {"valueString": ("29.1",)}
    assert document.unmapped == document.problems == ()


def test_from_takes_a_path_of_the_certificate(tmp_path):
    rules = {"person": {"resource": "Patient", "set": {"name[0].family": {"from": "patient/efternamn"}}}}

    document = mapped(tmp_path, rules, certificate(header={"patient/efternamn": "Provsson"}))

    assert made(document) == [{"name": [{"family": "Provsson"}]}]
    assert origins(document) == {"name[0].family": ("patient/efternamn",)}


OTHERWISE = {
    "the first alone": ({"29.1": "a"}, "a", "29.1"),
    "the second alone": ({"29.2": "b"}, "b", "29.2"),
    "both": ({"29.1": "a", "29.2": "b"}, "a", "29.1"),
}


@pytest.mark.parametrize(("said", "value", "source"), OTHERWISE.values(), ids=OTHERWISE)
def test_otherwise_names_what_is_taken_where_the_first_is_not_there(tmp_path, said, value, source):
    rules = {"yrke": observation({"valueString": {"from": "29.1", "otherwise": "29.2"}})}

    document = mapped(tmp_path, rules, certificate({"29": [said]}))

    assert made(document) == [{"valueString": value}]
    assert origins(document) == {"valueString": (source,)}
    assert document.unmapped == tuple(said.keys() - {source})


def test_where_neither_is_there_it_is_the_first_that_is_missing(tmp_path):
    elements = {"valueString": {"from": "29.1", "otherwise": "29.2", "required": True}, "code.text": {"from": "29.3"}}

    document = mapped(tmp_path, {"yrke": observation(elements)}, certificate({"29": [{"29.3": "Rörmokare"}]}))

    assert [problem.place for problem in document.problems] == ["29.1"]


def test_a_resource_of_which_the_certificate_says_nothing_is_not_made(tmp_path):
    rules = {"yrke": observation({"status": "final", "valueString": {"from": "29.1", "required": True}})}

    document = mapped(tmp_path, rules, certificate())

    assert made(document) == []
    assert document.problems == ()


def test_what_is_required_and_missing_is_a_problem_where_the_resource_is_made(tmp_path):
    elements = {"valueString": {"from": "29.1"}, "valueDateTime": {"from": "29.2", "required": True}}

    document = mapped(tmp_path, {"yrke": observation(elements)}, certificate({"29": [{"29.1": "Rörmokare"}]}))

    assert [problem.place for problem in document.problems] == ["29.2"]
    assert "saknas" in document.problems[0].reason


def test_a_table_gives_a_coding_with_the_tables_own_display(tmp_path):
    rules = {"grad": observation({"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}})}
    answer = {"32.1.code": " HALV ", "32.1.codeSystem": "KV", "32.1.displayName": "påhittat"}

    document = mapped(
        tmp_path,
        rules,
        certificate({"32": [answer]}),
        tables=[GRADES],
        ignore={"*.displayName": "tabellens egen visas"},
    )

    assert made(document) == [
        {"valueCodeableConcept": {"coding": [{"system": "urn:x", "code": "halv", "display": "50"}]}}
    ]
    assert set(origins(document).values()) == {("32.1.code", "32.1.codeSystem")}
    assert document.ignored == {"32.1.displayName": "tabellens egen visas"}


@pytest.mark.parametrize(("display", "noted"), [("påhittat", True), ("50 procent", True), (" 50\n", False)])
def test_a_display_that_is_not_the_tables_is_noted_once_by_its_place_alone(tmp_path, display, noted):
    rules = {
        name: observation({"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}})
        for name in ("grad", "samma_grad")
    }
    answer = {"32.1.code": "HALV", "32.1.codeSystem": "KV", "32.1.displayName": display}

    document = mapped(tmp_path, rules, certificate({"32": [answer]}), tables=[GRADES])

    assert [note.place for note in document.notes] == ["32.1.displayName"] * noted
    assert not any("påhittat" in note.reason for note in document.notes)
    assert document.problems == ()


def test_a_table_with_a_conversion_gives_the_code_alone(tmp_path):
    grades = {
        **GRADES,
        "group": [{**GRADES["group"][0], "element": [{"code": "HALV", "target": [{"code": "50", "display": "50 %"}]}]}],
    }
    rules = {"grad": observation({"valueQuantity.value": {"from": "32.1", "table": "grad", "as": "integer"}})}

    document = mapped(
        tmp_path, rules, certificate({"32": [{"32.1.code": "HALV", "32.1.codeSystem": "KV"}]}), tables=[grades]
    )

    assert made(document) == [{"valueQuantity": {"value": 50}}]
    assert origins(document) == {"valueQuantity.value": ("32.1.code", "32.1.codeSystem")}


@pytest.mark.parametrize(
    ("answer", "place", "reason"),
    [
        ({"32.1.code": "HEMLIG", "32.1.codeSystem": "KV"}, "32.1.code", "kodtabellen grad"),
        ({"32.1.code": "HALV", "32.1.codeSystem": "HEMLIG"}, "32.1.code", "kodtabellen grad"),
        ({"32.1.code": "halv", "32.1.codeSystem": "KV"}, "32.1.code", "kodtabellen grad"),
    ],
    ids=["code", "system", "case"],
)
def test_a_code_that_the_table_does_not_know_is_reported_without_it(tmp_path, answer, place, reason):
    rules = {"grad": observation({"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}})}

    document = mapped(tmp_path, rules, certificate({"32": [answer]}), tables=[GRADES])

    [problem] = document.problems
    assert problem.place == place
    assert reason in problem.reason
    assert not {"HEMLIG", "halv", "HALV"} & set(str(problem).split())
    assert made(document) == []
    assert "32.1.code" in document.unmapped


CASELESS = {
    "url": "https://example.org/fhir/sjukskrivning/StructureDefinition/skiftlage-saknar-betydelse",
    "valueBoolean": True,
}


@pytest.mark.parametrize("code", ["HALV", "halv", "Halv"])
def test_a_table_may_say_that_its_codes_count_alike_in_capitals_and_small_letters(tmp_path, code):
    rules = {"grad": observation({"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}})}
    answer = {"32.1.code": code, "32.1.codeSystem": "KV"}

    document = mapped(tmp_path, rules, certificate({"32": [answer]}), tables=[GRADES | {"extension": [CASELESS]}])

    assert document.problems == ()
    assert made(document)[0]["valueCodeableConcept"]["coding"][0]["code"] == "halv"


def test_a_code_in_small_letters_stops_the_start_where_case_does_not_count(tmp_path):
    table = concept_map("grad", ("KV", "halv", "50")) | {"extension": [CASELESS]}

    with pytest.raises(ConfigurationError, match="halv has to stand in capitals"):
        load(written(tmp_path, {"grad": observation({"valueString": {"from": "32.1"}})}, tables=[table]))


def test_a_code_without_its_system_is_not_taken(tmp_path):
    elements = {"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}, "valueString": {"from": "32.3"}}

    document = mapped(
        tmp_path,
        {"grad": observation(elements)},
        certificate({"32": [{"32.1.code": "HALV", "32.3": "x"}]}),
        tables=[GRADES],
    )

    assert made(document) == [{"valueString": "x"}]
    assert [problem.place for problem in document.problems] == ["32.1.code"]
    assert document.unmapped == ("32.1.code",)


def test_a_code_that_need_not_be_there_may_be_missing_with_its_system(tmp_path):
    elements = {"valueCodeableConcept.coding[0]": {"from": "32.1", "table": "grad"}, "valueString": {"from": "32.3"}}

    document = mapped(tmp_path, {"grad": observation(elements)}, certificate({"32": [{"32.3": "x"}]}), tables=[GRADES])

    assert document.problems == document.unmapped == ()


@pytest.mark.parametrize(
    ("conversion", "text"),
    [("date", "2026-02-30 hemlig"), ("boolean", "hemlig"), ("integer", "hemlig"), ("system", "9.9.9.hemlig")],
)
def test_a_value_that_cannot_be_read_is_reported_without_it(tmp_path, conversion, text):
    rules = {"prov": observation({"value": {"from": "29.1", "as": conversion}})}

    document = mapped(tmp_path, rules, certificate({"29": [{"29.1": text}]}), tables=[IDS])

    [problem] = document.problems
    assert problem.place == "29.1"
    assert "hemlig" not in str(problem)
    assert document.unmapped == ("29.1",)


def test_system_gives_the_uri_that_any_name_of_the_system_stands_for(tmp_path):
    rules = {
        "person": {"resource": "Patient", "set": {"identifier[0].system": {"from": "patient/id/root", "as": "system"}}}
    }

    for name in ("1.2.3", "1.2.33", "urn:oid:1.2.3", " 1.2.3 "):
        document = mapped(tmp_path, rules, certificate(header={"patient/id/root": name}), tables=[IDS])
        assert made(document) == [{"identifier": [{"system": "urn:oid:1.2.3"}]}]


def test_a_system_that_is_not_among_those_named_is_not_understood(tmp_path):
    rules = {"prov": observation({"value": {"from": "6.2.codeSystem", "as": "system", "among": ["id"]}})}
    tables = [IDS, naming_system("status", "urn:status", "KV_STATUS")]

    taken, left = (
        mapped(tmp_path, rules, certificate({"6": [{"6.2.codeSystem": name}]}), tables=tables)
        for name in ("1.2.33", "KV_STATUS")
    )

    assert made(taken) == [{"value": "urn:oid:1.2.3"}]
    assert made(left) == []
    assert left.unmapped == ("6.2.codeSystem",)


def test_an_element_that_nothing_was_taken_for_is_left_out_with_its_constants(tmp_path):
    elements = {
        "telecom[0].system": "phone",
        "telecom[0].value": {"from": "telefon"},
        "name": {"from": "namn"},
        "active": True,
    }

    document = mapped(
        tmp_path, {"enhet": {"resource": "Organization", "set": elements}}, certificate(header={"namn": "X"})
    )

    assert made(document) == [{"name": "X", "active": True}]
