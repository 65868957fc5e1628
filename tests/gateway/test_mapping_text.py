"""The rest of the language: text, ignore, include, sections and ids."""

from __future__ import annotations

import uuid

from small_mappings import PART, certificate, mapped, observation, told


def test_a_line_of_text_is_told_where_all_its_elements_are_there(tmp_path):
    lines = ["Är <det> {valueBoolean}: {note[0].text}", "Yrke & arbete: {valueString}", "Bara text"]
    elements = {
        "valueBoolean": {"from": "33.1", "as": "boolean"},
        "note[0].text": {"from": "33.2"},
        "valueString": {"from": "29.1"},
    }

    document = mapped(
        tmp_path,
        {"prov": observation(elements, text=lines)},
        certificate({"33": [{"33.1": "true", "33.2": "<b>rad\n& rad</b>"}]}),
    )

    assert told(document) == ["Är &lt;det&gt; ja: &lt;b&gt;rad<br/>&amp; rad&lt;/b&gt;", "Bara text"]
    assert document.resources[0].narrative[0].elements == ("valueBoolean", "note.text")


def test_a_line_tells_no_as_no_and_a_number_as_it_is(tmp_path):
    elements = {"valueBoolean": {"from": "33.1", "as": "boolean"}, "valueInteger": {"from": "33.2", "as": "integer"}}

    document = mapped(
        tmp_path,
        {"prov": observation(elements, text=["{valueBoolean} {valueInteger}"])},
        certificate({"33": [{"33.1": "0", "33.2": "07"}]}),
    )

    assert told(document) == ["nej 7"]


def test_a_line_tells_a_decimal_as_swedish_does(tmp_path):
    elements = {"valueDecimal": {"from": "33.1", "as": "decimal"}}

    document = mapped(
        tmp_path, {"prov": observation(elements, text=["{valueDecimal} %"])}, certificate({"33": [{"33.1": "37.5"}]})
    )

    assert told(document) == ["37,5 %"]


def test_a_line_is_told_of_a_list_only_as_far_as_the_list_goes(tmp_path):
    elements = {"telecom[0].value": {"from": "a"}, "telecom[1].value": {"from": "b"}, "name": {"from": "c"}}
    rule = {
        "resource": "Organization",
        "set": elements,
        "text": ["{telecom[0].value}", "{telecom[1].value}", "{name.x}"],
    }

    document = mapped(tmp_path, {"enhet": rule}, certificate(header={"b": "två", "c": "namn"}))

    assert told(document) == ["två"]


def test_ignore_leaves_a_node_out_with_its_reason(tmp_path):
    source = certificate(header={"a/b": "1", "a": "2", "ab": "3", "x/a/b": "4"}, repeats={"a/c": [{"a/c/d": "5"}]})

    document = mapped(tmp_path, {}, source, ignore={"a/*": "därför", "ab": "av annat skäl"})

    assert document.ignored == {"a/b": "därför", "ab": "av annat skäl", "a/c/d [1]": "därför"}
    assert document.unmapped == ("a", "x/a/b")


def test_ignore_is_not_asked_about_a_node_that_was_taken(tmp_path):
    rules = {"person": {"resource": "Patient", "set": {"name": {"from": "namn"}}}}

    document = mapped(tmp_path, rules, certificate(header={"namn": "X"}), ignore={"*": "allt"})

    assert document.ignored == {}


def test_include_begins_with_the_rules_of_the_part(tmp_path):
    part = {
        "composition": PART["composition"],
        "resources": {"person": {"resource": "Patient", "set": {"name": {"from": "namn"}}}},
        "ignore": {"version": "delen säger det"},
    }
    rules = {"prov": observation({"valueString": {"from": "29.1"}})}

    document = mapped(
        tmp_path, rules, certificate({"29": [{"29.1": "x"}]}, header={"namn": "X", "version": "1"}), part=part
    )

    assert [one.rule for one in document.resources] == ["person", "prov"]
    assert document.ignored == {"version": "delen säger det"}


def test_a_section_labels_its_resources_and_people_have_no_label(tmp_path):
    rules = {
        "person": {"resource": "Patient", "set": {"name": {"from": "namn"}}},
        "prov": observation({"valueString": {"from": "namn"}}),
    }

    person, prov = mapped(tmp_path, rules, certificate(header={"namn": "X"})).resources

    assert "meta" not in person.resource
    assert person.section is None
    assert prov.resource["meta"]["security"][0]["code"] == prov.section == "prov"


def test_ids_follow_from_the_certificate_and_the_rule(tmp_path):
    rules = {"grad": observation({"valueString": {"from": "32.1"}}, each="32")}
    answers = {"32": [{"32.1": "a"}, {"32.1": "b"}]}

    def ids(**more):
        return [one.resource["id"] for one in mapped(tmp_path, rules, certificate(answers, **more)).resources]

    assert ids() == ids()
    assert all(uuid.UUID(one).version == 5 for one in ids())
    assert len({*ids(), *ids(extension="ett annat")}) == 4


def test_a_certificate_that_says_nothing_gives_an_empty_composition(tmp_path):
    source = certificate()
    source.root.values.clear()

    document = mapped(tmp_path, {}, source)

    assert document.composition.resource == {"resourceType": "Composition"}
