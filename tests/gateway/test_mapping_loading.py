"""A mistake in a mapping file or a code table stops the start, and the text says where it is."""

from __future__ import annotations

import json

import orjson
import pytest
from small_mappings import (
    GRADES,
    IDS,
    KIND,
    PART,
    certificate,
    concept_map,
    load,
    mapped,
    naming_system,
    observation,
    written,
)

from gateway.errors import ConfigurationError

RIGHT = {"valueString": {"from": "29.1"}}


def refusal(folder):
    with pytest.raises(ConfigurationError) as refused:
        load(folder)
    return str(refused.value)


def test_a_right_mapping_is_loaded_under_its_type_and_version(tmp_path):
    mapping = load(written(tmp_path, {"prov": observation(RIGHT)}))

    assert (mapping.kind, mapping.title, mapping.sections) == (KIND, "Provintyg", {"prov": "Prov"})


MISTAKES = {
    "a word that is none": (observation({"valueString": {"frm": "29.1"}}), "valueString.Take.from: Field required"),
    "a conversion that is none": (
        observation({"valueString": {"from": "29.1", "as": "datum"}}),
        "resources.prov.set.valueString",
    ),
    "a table that is not there": (
        observation({"code": {"from": "1.1", "table": "okänd"}}),
        "there is no ConceptMap okänd",
    ),
    "a system that is not there": (
        observation({"code.coding[0].system": {"from": "6.2.codeSystem", "as": "system", "among": ["okänt"]}}),
        "there is no NamingSystem okänt",
    ),
    "among what is no system": (
        observation({"valueString": {"from": "29.1", "among": ["id"]}}),
        "among has to stand beside as: system",
    ),
    "a section that is not there": ({**observation(RIGHT), "section": "okänt"}, "there is no section okänt"),
    "a rule that is not there": (
        observation(RIGHT | {"focus": {"reference": "okänd"}}),
        "prov.focus: there is no rule okänd",
    ),
    "references to a rule that is not there": (
        observation(RIGHT | {"focus": {"references": "okänd"}}),
        "prov.focus: there is no rule okänd before it",
    ),
    "references to itself": (
        observation(RIGHT | {"focus": {"references": "prov"}}),
        "prov.focus: there is no rule prov before it",
    ),
    "references as one of a list": (
        observation(RIGHT | {"focus[0]": {"references": "prov"}}),
        "prov.focus[0]: references make a whole element",
    ),
    "references below another element": (
        observation(RIGHT | {"component.focus": {"references": "prov"}}),
        "prov.component.focus: references make a whole element",
    ),
    "an element path that is none": (
        observation({"value String": {"from": "29.1"}}),
        "value String is no element path",
    ),
    "each of a question that no form numbers so": (
        observation(RIGHT, each="9" * 5000),
        "each has to name a question",
    ),
    "each of a span that no form has": (observation(RIGHT, each=f"1-{'9' * 5000}"), "each has to name a question"),
    "an answer that no certificate has": (observation(RIGHT, each=f"32[{'9' * 5000}]"), "each has to name a question"),
    "a position that is none": (observation({"note[x].text": {"from": "29.1"}}), "note[x].text is no element path"),
    "each that is no question": (observation(RIGHT, each="32-"), "each has to name a question"),
    "an answer before the first": (observation(RIGHT, each="32[0]"), "each has to name a question"),
    "a rule without a source": (observation({"status": "final"}), "takes nothing from the certificate"),
    "an element below a value": (observation({"code": "x", "code.text": {"from": "1.1"}}), "stands below a value"),
    "a value above an element": (
        observation({"code.text": {"from": "1.1"}, "code": "x"}),
        "stands in another rule's place",
    ),
    "a line about what is not made": (observation(RIGHT, text=["{valueStrng}"]), "the text names valueStrng"),
    "a line about part of a name": (observation(RIGHT, text=["{value}"]), "the text names value,"),
    "a line with a hole that is no path": (
        observation(RIGHT, text=["{valueString.}"]),
        "valueString. is no element path",
    ),
    "./ where nothing repeats": (
        observation({"valueString": {"from": "./1"}}),
        "./ has to stand below something that repeats",
    ),
    "otherwise ./ where nothing repeats": (
        observation({"valueString": {"from": "29.1", "otherwise": "./1"}}),
        "./ has to stand below something that repeats",
    ),
    "otherwise beside a table": (
        observation({"code": {"from": "1.1", "otherwise": "1.2", "table": "grad"}}),
        "prov.code: otherwise names a text, and cannot stand beside a table",
    ),
    "a word too many": (observation({"valueString": {"from": "29.1", "to": "x"}}), "valueString"),
    "a number as a source": (observation({"valueString": {"from": 29.1}}), "resources.prov.set.valueString"),
    "each inside each": (
        observation({"a": {"each": "relation", "set": {"b": {"each": "relation", "set": {}}}}}),
        "resources.prov.set.a",
    ),
}


@pytest.mark.parametrize(("rule", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_rule_stops_the_start_with_file_and_place(tmp_path, rule, told):
    text = refusal(written(tmp_path, {"prov": rule}))

    assert "prov/1/mapping.yaml" in text
    assert "prov" in text
    assert told in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"certificate": "ANNAT"}, "the folder's"),
        ({"major": 2}, "the folder's"),
        ({"major": "1"}, "major"),
        ({"include": ["okänd"]}, "there is no part okänd"),
        ({"include": []}, "exactly one part with a Composition"),
        ({"include": ["del", "del"]}, "exactly one part with a Composition"),
        ({"ignored": {}}, "ignored"),
    ],
    ids=["type", "version", "version as text", "part", "no part", "two Compositions", "word"],
)
def test_a_mistake_in_the_mapping_itself_stops_the_start(tmp_path, words, told):
    text = refusal(written(tmp_path, {"prov": observation(RIGHT)}, **words))

    assert "prov/1/mapping.yaml" in text
    assert told in text


def test_a_reference_of_the_composition_has_to_lead_somewhere(tmp_path):
    part = {**PART, "composition": {"set": {**PART["composition"]["set"], "subject": {"reference": "patient"}}}}

    assert "composition.subject: there is no rule patient" in refusal(written(tmp_path, {}, part=part))


def test_a_file_that_is_no_yaml_stops_the_start(tmp_path):
    folder = written(tmp_path, {"prov": observation(RIGHT)})
    (folder / "certificates/prov/1/mapping.yaml").write_text("sections: [", "utf-8")

    assert "mapping.yaml" in refusal(folder)


TOO_LARGE = {
    "just too large": f"{2**53}",
    "just too small": f"-{2**53}",
    "past what a machine counts in": f"{10**30}",
    "past what Python reads": "1" + "0" * 5000,
    "past what Python writes": "0x" + "f" * 5000,
}


@pytest.mark.parametrize("number", TOO_LARGE.values(), ids=TOO_LARGE)
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("resources.prov.set.valueInteger", "resources:\n  prov:\n    set:\n      valueInteger: {}\n"),
        ("resources.prov.text.1", "resources:\n  prov:\n    text:\n      [en, {}]\n"),
        ("resources.prov", "resources:\n  prov:\n    set: {{}}\n    ? {}\n    : en\n"),
    ],
    ids=["an element", "in a list", "a key"],
)
def test_a_number_that_cannot_be_written_is_told_with_file_line_and_place(tmp_path, number, place, said):
    folder = written(tmp_path, {"prov": observation(RIGHT)})
    file = folder / "certificates" / "parts" / "del.yaml"
    file.write_text(said.format(number), "utf-8")

    assert refusal(folder) == f"{file}:4: {place}: has to be a whole number within ±{2**53 - 1}"


@pytest.mark.parametrize("itself", ["    a: &a [*a]\n", "    a: &a {b: *a}\n"], ids=["a list", "a mapping"])
def test_a_number_that_cannot_be_written_is_told_though_something_beside_it_holds_itself(tmp_path, itself):
    folder = written(tmp_path, {"prov": observation(RIGHT)})
    file = folder / "certificates" / "parts" / "del.yaml"
    file.write_text(f"resources:\n  prov:\n{itself}    b: {2**53}\n", "utf-8")

    assert refusal(folder) == f"{file}:4: resources.prov.b: has to be a whole number within ±{2**53 - 1}"


def test_the_largest_numbers_that_can_be_written_may_stand_in_a_rule(tmp_path):
    rules = {"prov": observation(RIGHT | {"a": 2**53 - 1, "b": 1 - 2**53})}

    [one] = mapped(tmp_path, rules, certificate({"29": [{"29.1": "Rörmokare"}]})).resources

    assert orjson.loads(orjson.dumps(one.resource))["a"] == 2**53 - 1


def test_a_list_position_may_be_left_out_between_others(tmp_path):
    rule = observation({"note[3].text": {"from": "1.1"}, "note[1].text": {"from": "1.2"}})

    assert load(written(tmp_path, {"prov": rule})).rules


ELEMENT = {"code": "A", "target": [{"code": "a", "display": "A"}]}


def with_target(words):
    return {"code": "A", "target": [ELEMENT["target"][0] | words]}


TABLES = {
    "two targets for a code": ([concept_map("grad", ("KV", "A", "en"), ("KV", "A", "två"))], "A has two targets"),
    "a target without display": (
        [
            {
                **GRADES,
                "group": [{"source": "KV", "target": "urn:x", "element": [{"code": "A", "target": [{"code": "a"}]}]}],
            }
        ],
        "'display' is missing",
    ),
    "a group without source": (
        [{**GRADES, "group": [{"target": "urn:x", "element": [ELEMENT]}]}],
        "'source' is missing",
    ),
    "a code that is a number": (
        [{**GRADES, "group": [{"source": "KV", "target": "urn:x", "element": [with_target({"code": 10**30})]}]}],
        "have to be texts",
    ),
    "a display that is a number": (
        [{**GRADES, "group": [{"source": "KV", "target": "urn:x", "element": [with_target({"display": 7})]}]}],
        "have to be texts",
    ),
    "no group": ([{"resourceType": "ConceptMap", "name": "grad"}], "'group' is missing"),
    "no name": ([{**GRADES, "name": ""}], "has to be a ConceptMap with a name"),
    "the same name twice": ([GRADES, GRADES], "another ConceptMap has the name grad too"),
    "a system with two meanings": ([IDS, naming_system("annat", "urn:annat", "1.2.3")], "1.2.3 is named in another"),
    "no preferred name": ([{**IDS, "uniqueId": [{"value": "1.2.3"}]}], "has no preferred uniqueId"),
    "no names": ([{"resourceType": "NamingSystem", "name": "id"}], "has no preferred uniqueId"),
}


@pytest.mark.parametrize(("tables", "told"), TABLES.values(), ids=TABLES)
def test_a_mistake_in_a_code_table_stops_the_start_with_its_file(tmp_path, tables, told):
    text = refusal(written(tmp_path, {"prov": observation(RIGHT)}, tables=tables))

    assert f"{tables[-1]['resourceType']}-{len(tables) - 1}.json" in text
    assert told in text


def test_the_same_row_twice_is_no_contradiction(tmp_path):
    row = ("KV", "A", "en")
    tables = [concept_map("grad", row, row), IDS, naming_system("id_igen", "urn:oid:1.2.3", "1.2.333")]

    assert load(written(tmp_path, {"prov": observation(RIGHT)}, tables=tables))


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff", b"[]", json.dumps(IDS).encode()],
    ids=["cut off", "no UTF-8", "a list", "another resource"],
)
def test_a_code_table_that_is_no_concept_map_stops_the_start(tmp_path, content):
    folder = written(tmp_path, {"prov": observation(RIGHT)})
    (folder / "tables" / "ConceptMap-x.json").write_bytes(content)

    assert "ConceptMap-x.json" in refusal(folder)
