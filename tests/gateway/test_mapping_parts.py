"""What certificates share stands once, in a part; a form that numbers its questions otherwise says so."""

from __future__ import annotations

import json

import pytest
from small_mappings import PART, certificate, load, made, observation, origins, written

from gateway.errors import ConfigurationError
from gateway.mapping import map_document


def mapped_with(folder, source, *, shared, include, **words):
    """The document of a mapping that includes a part with these words beside the one that makes the Composition."""
    written(folder, words.pop("resources", {}), include=["del", *include], **words)
    (folder / "certificates" / "parts" / "delad.yaml").write_text(json.dumps(shared), "utf-8")
    return map_document(source, load(folder))


WORK = {"resources": {"arbete": observation({"valueString": {"from": "29.1"}})}}


def test_a_shared_rule_is_the_mappings_own(tmp_path):
    document = mapped_with(tmp_path, certificate({"29": [{"29.1": "Snickare"}]}), shared=WORK, include=["delad"])

    assert made(document) == [{"valueString": "Snickare"}]


def test_a_part_reads_the_question_that_the_form_numbers_otherwise(tmp_path):
    include = [{"part": "delad", "questions": {"29": "2"}}]

    document = mapped_with(tmp_path, certificate({"2": [{"2.1": "Snickare"}]}), shared=WORK, include=include)

    assert made(document) == [{"valueString": "Snickare"}]
    assert origins(document)["valueString"] == ("2.1",)


def test_what_is_taken_otherwise_is_renumbered_too(tmp_path):
    shared = {"resources": {"arbete": observation({"valueString": {"from": "29.1", "otherwise": "29.2"}})}}
    include = [{"part": "delad", "questions": {"29": "2"}}]

    document = mapped_with(tmp_path, certificate({"2": [{"2.2": "Snickare"}]}), shared=shared, include=include)

    assert origins(document)["valueString"] == ("2.2",)


def test_what_repeats_decides_and_is_ignored_is_renumbered_too(tmp_path):
    shared = {
        "resources": {
            "grund": observation({"valueString": {"from": "1.2"}}, each="1", when={"1.1": ["ANNAT"]}),
            "utan": observation({"valueInteger": {"from": "1.4", "as": "integer"}}, each="1", unless={"1.1": "any"}),
        },
        "ignore": {"1.3": "ska inte med"},
    }
    answers = [
        {"10.1": "ANNAT", "10.2": "a", "10.3": "x"},
        {"10.1": "NEJ", "10.3": "y"},
        {"10.1": "ANNAT", "10.2": "b"},
        {"10.4": "4"},
    ]

    document = mapped_with(
        tmp_path,
        certificate({"10": answers}),
        shared=shared,
        include=[{"part": "delad", "questions": {"1": "10"}}],
    )

    assert made(document) == [{"valueString": "a"}, {"valueString": "b"}, {"valueInteger": 4}]
    assert set(document.ignored) == {"10.3 [1]", "10.3 [2]"}


def test_an_answer_by_its_place_and_what_withholds_a_section_are_renumbered_too(tmp_path):
    shared = {
        "resources": {"andra": observation({"valueString": {"from": "6.1"}}, each="6[2]")},
        "withheld": {"prov": {"when": {"100.1": ["false"]}, "text": "Uppges inte"}},
        "never_withheld": {"prov": {"when": {"100.1": ["false"]}, "why": "får inte döljas"}},
    }
    answers = {"4": [{"4.1": "a"}, {"4.1": "b"}], "3": [{"3.1": "false"}]}

    document = mapped_with(
        tmp_path,
        certificate(answers),
        shared=shared,
        include=[{"part": "delad", "questions": {"6": "4", "100": "3"}}],
    )

    assert made(document) == [{"valueString": "b"}]
    assert document.withheld == {"prov": "Uppges inte"}
    assert document.never_withheld == {"prov": "får inte döljas"}


def test_only_the_questions_named_are_renumbered(tmp_path):
    shared = {"resources": {"arbete": observation({"valueString": {"from": "29.1"}, "note[0].text": {"from": "2.9"}})}}

    document = mapped_with(
        tmp_path,
        certificate({"2": [{"2.1": "Snickare"}]}),
        shared=shared,
        include=[{"part": "delad", "questions": {"29": "2"}}],
    )

    assert made(document) == [{"valueString": "Snickare"}]


def test_every_resource_of_a_type_has_what_is_said_of_every_one(tmp_path):
    source = certificate({"29": [{"29.1": "Snickare"}], "35": [{"35.1": "Trött"}]})
    rules = {
        "arbete": observation({"valueString": {"from": "29.1"}}),
        "funktion": observation({"status": "amended", "valueString": {"from": "35.1"}}),
        "plan": {"resource": "CarePlan", "section": "prov", "set": {"description": {"from": "29.1"}}},
    }

    document = mapped_with(
        tmp_path, source, shared={"every": {"Observation": {"status": "final"}}}, include=["delad"], resources=rules
    )

    assert made(document) == [
        {"status": "final", "valueString": "Snickare"},
        {"status": "amended", "valueString": "Trött"},
        {"description": "Snickare"},
    ]


def test_a_mapping_has_the_last_word_on_every_resource_of_a_type(tmp_path):
    document = mapped_with(
        tmp_path,
        certificate({"29": [{"29.1": "Snickare"}]}),
        shared={"every": {"Observation": {"status": "final", "language": "sv"}}},
        include=["delad"],
        every={"Observation": {"status": "preliminary"}},
        resources=WORK["resources"],
    )

    assert made(document) == [{"status": "preliminary", "language": "sv", "valueString": "Snickare"}]


def test_a_rule_that_makes_a_whole_element_needs_no_part_of_it_from_elsewhere(tmp_path):
    document = mapped_with(
        tmp_path,
        certificate({"29": [{"29.1": "Snickare"}]}),
        shared={"every": {"Observation": {"code.text": "Fråga", "codeable": "x"}}},
        include=["delad"],
        resources={"arbete": observation({"code": {"from": "29.1"}})},
    )

    assert made(document) == [{"codeable": "x", "code": "Snickare"}]


def test_a_resource_names_the_profile_it_follows(tmp_path):
    rules = {"arbete": observation({"valueString": {"from": "29.1"}}, profile="yrke")}

    written(tmp_path, rules)
    [one] = map_document(certificate({"29": [{"29.1": "Snickare"}]}), load(tmp_path)).resources

    assert one.resource["meta"]["profile"] == ["https://example.org/fhir/sjukskrivning/StructureDefinition/yrke"]


MISTAKES = {
    "a part that is not there": ({"include": ["annan"]}, "there is no part annan"),
    "a rule that two parts make": ({"include": ["delad"], "resources": WORK["resources"]}, "two parts make arbete"),
    "a section withheld that is not there": (
        {"include": ["delad"], "withheld": {"okänt": {"when": {}, "text": "Uppges inte"}}},
        "withheld: there is no section okänt",
    ),
    "a section never withheld that is not there": (
        {"include": ["delad"], "never_withheld": {"okänt": {"when": {}, "why": "får inte döljas"}}},
        "never_withheld: there is no section okänt",
    ),
    "two Compositions": ({"include": ["delad"], "shared": PART}, "exactly one part with a Composition"),
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.values(), ids=MISTAKES)
def test_parts_that_do_not_fit_stop_the_start(tmp_path, words, told):
    with pytest.raises(ConfigurationError, match=told):
        mapped_with(tmp_path, certificate(), **{"shared": WORK, **words})
