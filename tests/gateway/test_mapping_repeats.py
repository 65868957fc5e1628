"""Lists, resources for each answer, and what refers to them: whatever is left out moves the rest with its trace."""

from __future__ import annotations

import pytest
from small_mappings import GRADES, IDS, PART, certificate, made, mapped, observation, origins


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


def test_a_list_inside_a_list_moves_without_moving_what_is_outside_it(tmp_path):
    elements = {
        "entity[0].agent[0].role": {"from": "a"},
        "entity[0].agent[1].role": {"from": "b"},
        "entity[0].agent[1].who": {"reference": "composition"},
    }
    rules = {"prov": {"resource": "Provenance", "set": elements}}

    document = mapped(tmp_path, rules, certificate(header={"b": "två"}))

    assert origins(document) == {"entity[0].agent[0].role": ("b",)}
    assert [(one.element, one.position) for one in document.resources[0].references] == [("entity", 0)]


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


def test_each_may_be_one_of_the_answers_by_its_place(tmp_path):
    rules = {
        "andra": observation({"valueString": {"from": "4.1"}}, each="4[2]"),
        "femte": observation({"valueString": {"from": "4.1"}}, each="4[5]"),
    }

    document = mapped(tmp_path, rules, certificate({"4": [{"4.1": "a"}, {"4.1": "b"}, {"4.1": "c"}]}))

    assert made(document) == [{"valueString": "b"}]
    assert origins(document)["valueString"] == ("4.1 [2]",)
    assert document.unmapped == ("4.1 [1]", "4.1 [3]")


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


ANY_PART = {
    "one that has another number": ({"9001.7": "a"}, ["a"], (), []),
    "one beside a value of another kind": ({"9001.1.code": "A", "9001.2": "b"}, ["b"], ("9001.1.code",), []),
    "two": ({"9001.2": "a", "9001.1": "b"}, ["a"], ("9001.1",), []),
    "one that bears another question's number": ({"9001/9002.1": "a"}, [], ("9001/9002.1",), ["9001.1"]),
    "none": ({"9001/instans": "1"}, [], ("9001/instans",), ["9001.1"]),
}


@pytest.mark.parametrize(("parts", "texts", "unmapped", "missing"), ANY_PART.values(), ids=ANY_PART)
def test_a_question_of_a_span_may_have_its_part_under_any_number(tmp_path, parts, texts, unmapped, missing):
    elements = {"code.text": {"from": "./@id"}, "valueString": {"from": "./*", "required": True}}
    rules = {"fraga": observation(elements, each="9001-9003")}

    document = mapped(tmp_path, rules, certificate({"9001": [parts]}))

    assert [one["valueString"] for one in made(document) if "valueString" in one] == texts
    assert document.unmapped == unmapped
    assert [problem.place for problem in document.problems] == missing


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


def test_when_and_unless_may_ask_whether_a_node_is_there_at_all(tmp_path):
    rules = {
        "med": observation({"valueDateTime": {"from": "1.2", "as": "date"}}, each="1", when={"1.2": "any"}),
        "utan": observation({"valueString": {"from": "1.3"}}, each="1", unless={"1.2": "any"}),
    }

    document = mapped(tmp_path, rules, certificate({"1": [{"1.3": "Brev"}, {"1.2": "2026-03-02"}]}))

    assert made(document) == [{"valueDateTime": "2026-03-02"}, {"valueString": "Brev"}]
    assert document.unmapped == ()


def test_unless_makes_no_resource_for_the_values_it_names(tmp_path):
    rules = {"annan": observation({"valueString": {"from": "7.1.value"}}, unless={"7.1.unit": ["%", "procent"]})}

    def made_unless(**said):
        return made(mapped(tmp_path, rules, certificate({"7": [{"7.1.value": "50"} | said]})))

    assert made_unless(**{"7.1.unit": " % "}) == made_unless(**{"7.1.unit": "procent"}) == []
    assert made_unless(**{"7.1.unit": "tim"}) == made_unless() == [{"valueString": "50"}]


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


TO_ALL = {
    "grad": observation({"valueString": {"from": "32.1"}}, each="32"),
    "en": observation({"valueString": {"from": "29.1"}, "focus": {"references": "grad"}}),
}


def test_references_name_every_resource_that_a_rule_made(tmp_path):
    answers = {"32": [{"32.1": "a"}, {"32.2": "inget"}, {"32.1": "c"}], "29": [{"29.1": "d"}]}

    *grades, last = mapped(tmp_path, TO_ALL, certificate(answers)).resources

    named = [f"urn:uuid:{one.resource['id']}" for one in grades]
    assert len(named) == 2
    assert last.resource["focus"] == [{"reference": one} for one in named]
    assert last.references == [("focus", 0, named[0]), ("focus", 1, named[1])]


def test_references_to_what_no_rule_made_are_not_there(tmp_path):
    [last] = mapped(tmp_path, TO_ALL, certificate({"29": [{"29.1": "d"}]})).resources

    assert "focus" not in last.resource
    assert last.references == []


def test_references_say_nothing_of_the_certificate_by_themselves(tmp_path):
    [only] = mapped(tmp_path, TO_ALL, certificate({"32": [{"32.1": "a"}]})).resources

    assert only.rule == "grad"
