"""A set has what its allow-list names, and nothing else; what points at the rest goes with it."""

from __future__ import annotations

import pytest
from small_sets import (
    BAS,
    coded,
    composition_of,
    document,
    only_set,
    resources_of,
    with_section,
)

from gateway.information_sets.allowed import Allowed

RESOURCE = {
    "resourceType": "Observation",
    "id": "1",
    "meta": {"security": []},
    "code": {"coding": [{"system": "s", "code": "c"}, {"display": "d"}], "text": "t"},
    "note": [{"text": "n"}],
    "valueBoolean": False,
}

ALWAYS = {"resourceType": "Observation", "id": "1", "meta": {"security": []}}

TAKEN = {
    "nothing": ([], {}),
    "a whole element": (["code"], {"code": RESOURCE["code"]}),
    "an element that says no": (["valueBoolean"], {"valueBoolean": False}),
    "part of an element": (["code.text"], {"code": {"text": "t"}}),
    "part of each in a list": (["code.coding.code"], {"code": {"coding": [{"code": "c"}]}}),
    "two parts": (["code.coding.code", "code.text"], {"code": {"coding": [{"code": "c"}], "text": "t"}}),
    "an element and part of it": (["code", "code.text"], {"code": RESOURCE["code"]}),
    "part of an element and it": (["code.text", "code"], {"code": RESOURCE["code"]}),
    "part of an element and all above it": (["code.coding.code", "code"], {"code": RESOURCE["code"]}),
    "a part that is not there": (["code.id"], {}),
    "a part of what has no parts": (["valueBoolean.id"], {}),
    "a part of none in a list": (["note.authorString"], {}),
    "an element that is not there": (["status"], {}),
    "the beginning of a name": (["val", "valueBool", "cod"], {}),
    "more than a name": (["valueBooleans", "codes"], {}),
    "a name in another case": (["Code", "NOTE"], {}),
    "a name further in": (["text", "coding"], {}),
}


@pytest.mark.parametrize(("elements", "taken"), TAKEN.values(), ids=TAKEN)
def test_an_allow_list_takes_what_it_names(elements, taken):
    assert Allowed(elements).of(RESOURCE) == ALWAYS | taken


@pytest.mark.parametrize(
    ("elements", "element", "covered"),
    [
        (["code"], "code", True),
        (["code"], "code.coding.code", True),
        (["code.coding"], "code.coding.display", True),
        (["code.coding"], "code.text", False),
        (["code.coding"], "code", False),
        (["code"], "codes", False),
        ([], "code", False),
        ([], "id", True),
    ],
)
def test_an_allow_list_covers_an_element_only_where_all_of_it_is_taken(elements, element, covered):
    allowed = Allowed(elements)

    assert allowed.covers(element) is allowed.covers(element) is covered


def test_a_set_has_the_listed_resources_with_the_listed_elements(tmp_path):
    made = document(tmp_path, answers={"1": [{"1.1": "kvar", "1.2": "noten"}], "2": [{"2.1": "lumbago"}]})

    one = only_set(tmp_path, made)

    assert [resource["resourceType"] for resource in resources_of(one)] == [
        "Composition", "Patient", "Organization", "Provenance", "Observation",
    ]  # fmt: skip
    observation = resources_of(one)[-1]
    assert set(observation) == {"resourceType", "id", "meta", "status", "valueString"}
    assert resources_of(one)[1].keys() == {"resourceType", "id", "name"}
    assert b"lumbago" not in one.body
    assert b"noten" not in one.body


def test_a_line_that_tells_more_than_the_set_has_is_left_out(tmp_path):
    made = document(tmp_path, answers={"1": [{"1.1": "kvar", "1.2": "noten"}]})

    [section] = composition_of(only_set(tmp_path, made))["section"]

    assert section["text"]["div"].endswith("<p>kvar</p></div>")


def test_a_section_of_which_the_certificate_says_nothing_is_not_in_the_set(tmp_path):
    one = only_set(tmp_path, document(tmp_path), **with_section("bort", {"bort": ["valueString"]}))

    assert [section["title"] for section in composition_of(one)["section"]] == ["Kvar"]
    assert one.sections == {"kvar"}


ONLY = {
    "the value": ({"valueCodeableConcept.coding.code": ["studier"]}, 1),
    "one of the values": ({"valueCodeableConcept.coding.code": ["annat", "studier"]}, 2),
    "another value": ({"valueCodeableConcept.coding.code": ["hjalpmedel"]}, 0),
    "the value in another case": ({"valueCodeableConcept.coding.code": ["STUDIER"]}, 0),
    "the beginning of the value": ({"valueCodeableConcept.coding.code": ["stud"]}, 0),
    "no value": ({"valueCodeableConcept.coding.code": []}, 0),
    "two elements that both have it": (
        {"valueCodeableConcept.coding.code": ["studier"], "status": ["final"]},
        1,
    ),
    "two elements of which one has it": (
        {"valueCodeableConcept.coding.code": ["studier"], "status": ["amended"]},
        0,
    ),
    "an element that is not there": ({"valueString": ["studier"]}, 0),
    "an element above the value": ({"valueCodeableConcept": ["studier"]}, 0),
    "an element below the value": ({"status.final": ["final"]}, 0),
}


@pytest.mark.parametrize(("only", "count"), ONLY.values(), ids=ONLY)
def test_a_resource_is_taken_only_for_the_values_that_the_set_names(tmp_path, only, count):
    made = document(tmp_path, answers={"3": [coded("STUDIER"), coded("ANNAT")]})
    chosen = {"elements": ["valueCodeableConcept"], "only": only}

    one = only_set(tmp_path, made, **with_section("kod", {"kod": chosen}))

    taken = [resource for resource in resources_of(one) if "valueCodeableConcept" in resource]
    assert len(taken) == count
    assert ("kod" in one.sections) == bool(count)


def test_a_reference_to_what_was_left_out_goes_and_what_holds_it(tmp_path):
    made = document(tmp_path, removed="lumbago", answers={"3": [coded("STUDIER")]})

    one = only_set(tmp_path, made, **with_section("kod", {"kod": ["valueCodeableConcept", "focus", "performer"]}))

    by_type = {resource["resourceType"]: resource for resource in resources_of(one)}
    assert "focus" not in by_type["Observation"]
    assert "performer" not in by_type["Observation"]
    assert [agent["type"] for agent in by_type["Provenance"]["agent"]] == ["custodian"]


def test_a_reference_to_what_stays_stays(tmp_path):
    made = document(tmp_path, removed="lumbago", answers={"3": [coded("STUDIER")]})
    sections = with_section("kod", {"kod": ["valueCodeableConcept", "focus"]})["sections"]

    sections["bort"] = {"why": "det behövs", "take": {"bort": ["valueString"]}}
    one = only_set(tmp_path, made, sections=sections)

    by_id = {f"urn:uuid:{resource['id']}": resource for resource in resources_of(one)}
    [focused] = [resource for resource in by_id.values() if "focus" in resource]
    assert by_id[focused["focus"][0]["reference"]]["valueString"] == "lumbago"


def test_a_single_reference_to_what_was_left_out_goes_with_its_element(tmp_path):
    people = {**BAS["people"], "doctor": ["name"], "unit": ["name", "partOf"]}
    del people["provider"]

    one = only_set(tmp_path, document(tmp_path), people=people)

    assert "custodian" not in composition_of(one)
    [unit] = [resource for resource in resources_of(one) if resource["resourceType"] == "Organization"]
    assert "partOf" not in unit


def test_an_allow_list_that_empties_an_element_of_a_list_keeps_references_right(tmp_path):
    people = {**BAS["people"], "provenance": ["target", "recorded", "agent.who"]}

    one = only_set(tmp_path, document(tmp_path), people=people)

    [provenance] = [resource for resource in resources_of(one) if resource["resourceType"] == "Provenance"]
    [provider] = [resource for resource in resources_of(one) if resource["resourceType"] == "Organization"]
    assert provenance["agent"] == [{"who": {"reference": f"urn:uuid:{provider['id']}"}}]
