"""Each word of the mapping language does what it says."""

from __future__ import annotations

import uuid

import pytest
from small_mappings import GRADES, IDS, PART, certificate, made, mapped, observation, origins, told


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


def test_an_element_left_out_of_a_list_moves_the_rest_with_their_trace_and_references(tmp_path):
    elements = {
        "agent[0].role": {"from": "a"},
        "agent[0].who": {"reference": "composition"},
        "agent[1].role": {"from": "b"},
        "agent[1].who": {"reference": "prov"},
        "note[0].text": {"from": "c"},
    }
    rules = {"prov": {"resource": "Provenance", "set": elements}}

    document = mapped(tmp_path, rules, certificate(header={"b": "två", "c": "tre"}))

    [one] = document.resources
    assert [agent.get("role") for agent in one.resource["agent"]] == ["två"]
    assert origins(document) == {"agent[0].role": ("b",), "note[0].text": ("c",)}
    assert [(one_.element, one_.position) for one_ in one.references] == [("agent", 0)]


def test_a_list_of_which_nothing_is_said_is_left_out(tmp_path):
    elements = {
        "name": {"from": "namn"},
        "telecom[0].value": {"from": "telefon"},
        "telecom[1].value": {"from": "epost"},
    }

    document = mapped(
        tmp_path, {"enhet": {"resource": "Organization", "set": elements}}, certificate(header={"namn": "X"})
    )

    assert made(document) == [{"name": "X"}]


def test_each_makes_one_resource_an_answer_in_their_order(tmp_path):
    rules = {"grad": observation({"status": "final", "valueString": {"from": "32.1"}}, each="32")}

    document = mapped(tmp_path, rules, certificate({"32": [{"32.1": "först"}, {"32.1": "sedan"}]}))

    assert [one["valueString"] for one in made(document)] == ["först", "sedan"]
    assert [origin.sources for origin in document.origins if origin.path == "valueString"] == [
        ("32.1 [1]",),
        ("32.1 [2]",),
    ]
    assert document.unmapped == ()


def test_each_over_a_span_serves_every_question_in_it_and_no_other(tmp_path):
    elements = {"code.coding[0].code": {"from": "./@id"}, "valueString": {"from": "./1", "required": True}}
    rules = {"fraga": observation(elements, each="9001-9003")}
    answers = {question: [{f"{question}.1": question}] for question in ("9000", "9001", "9003", "9004", "x")}

    document = mapped(tmp_path, rules, certificate(answers))

    assert [one["valueString"] for one in made(document)] == ["9001", "9003"]
    assert [one["code"]["coding"][0]["code"] for one in made(document)] == ["9001", "9003"]
    assert document.unmapped == ("9000.1", "9004.1", "x.1 [1]")
    assert {node for sources in origins(document).values() for node in sources} >= {"9003/@id", "9003.1"}


def test_a_rule_after_one_that_repeats_reads_the_first_answer_again(tmp_path):
    rules = {
        "alla": observation({"valueString": {"from": "32.1"}}, each="32"),
        "en": observation({"valueString": {"from": "32.1"}}),
    }

    document = mapped(tmp_path, rules, certificate({"32": [{"32.1": "först"}, {"32.1": "sedan"}]}))

    assert [one["valueString"] for one in made(document)] == ["först", "sedan", "först"]


def test_when_makes_a_resource_only_for_the_values_it_names(tmp_path):
    rules = {
        "ja": observation({"valueString": {"from": "26.2"}}, when={"26.1": ["true", "1"]}),
    }

    def made_when(**said):
        return made(mapped(tmp_path, rules, certificate({"26": [{"26.2": "varför"} | said]})))

    assert made_when(**{"26.1": " true "}) == made_when(**{"26.1": "1"}) == [{"valueString": "varför"}]
    assert made_when(**{"26.1": "false"}) == made_when(**{"26.1": "True"}) == made_when() == []


def test_when_looks_at_the_answer_that_the_resource_is_made_from(tmp_path):
    rules = {"ja": observation({"valueString": {"from": "40.1"}}, each="40", when={"40.1": ["A"]})}

    document = mapped(tmp_path, rules, certificate({"40": [{"40.1": "B"}, {"40.1": "A"}]}))

    assert made(document) == [{"valueString": "A"}]
    assert document.unmapped == ("40.1 [1]",)


def test_each_inside_a_resource_makes_one_element_for_each_place(tmp_path):
    elements = {
        "name": {"from": "namn"},
        "code": {
            "each": "skapadAv/befattning",
            "set": {
                "coding[0].system": {"from": "./codeSystem", "as": "system"},
                "coding[0].code": {"from": "./code", "as": "code"},
                "text": {"from": "./displayName"},
                "use": "fast",
            },
        },
    }
    places = [
        {},
        {"skapadAv/befattning/code": " 1 ", "skapadAv/befattning/codeSystem": "1.2.3"},
        {"skapadAv/befattning/displayName": "Läkare"},
    ]

    document = mapped(
        tmp_path,
        {"roll": {"resource": "PractitionerRole", "set": elements}},
        certificate(header={"namn": "X"}, repeats={"skapadAv/befattning": places}),
        tables=[IDS],
    )

    assert made(document) == [
        {
            "name": "X",
            "code": [
                {"coding": [{"system": "urn:oid:1.2.3", "code": "1"}], "use": "fast"},
                {"text": "Läkare", "use": "fast"},
            ],
        }
    ]
    assert origins(document)["code[0].coding[0].code"] == ("skapadAv/befattning/code [2]",)
    assert origins(document)["code[1].text"] == ("skapadAv/befattning/displayName [3]",)


def test_each_inside_a_resource_looks_codes_up_in_tables_too(tmp_path):
    part = {
        **PART,
        "composition": {
            "set": {
                **PART["composition"]["set"],
                "relatesTo": {
                    "each": "relation",
                    "set": {
                        "code": {"from": "./typ", "table": "grad", "as": "code"},
                        "extra": {"from": "./typ", "table": "grad"},
                    },
                },
            }
        },
    }
    relation = {"relation/typ/code": "HALV", "relation/typ/codeSystem": "KV"}
    rules = {"person": {"resource": "Patient", "set": {"name": {"from": "namn"}}}}

    document = mapped(
        tmp_path, rules, certificate(repeats={"relation": [relation, relation]}), part=part, tables=[GRADES]
    )

    coding = {"system": "urn:x", "code": "halv", "display": "50"}
    assert document.composition.resource["relatesTo"] == [{"code": "halv", "extra": coding}] * 2
    assert ("relatesTo[1].extra.display", ("relation/typ/code [2]", "relation/typ/codeSystem [2]")) in {
        (origin.path, origin.sources) for origin in document.origins
    }


def test_a_reference_names_the_first_resource_of_a_rule(tmp_path):
    rules = {
        "grad": observation({"valueString": {"from": "32.1"}}, each="32"),
        "en": observation({"valueString": {"from": "29.1"}, "focus[0]": {"reference": "grad"}}),
    }

    document = mapped(tmp_path, rules, certificate({"32": [{"32.1": "a"}, {"32.1": "b"}], "29": [{"29.1": "c"}]}))

    first, _, last = document.resources
    assert last.resource["focus"] == [{"reference": f"urn:uuid:{first.resource['id']}"}]
    assert [(one.element, one.position, one.target) for one in last.references] == [
        ("focus", 0, f"urn:uuid:{first.resource['id']}")
    ]


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
