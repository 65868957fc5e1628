"""What a set says of itself: derived or whole, with and without what a consent may withhold, and its files."""

from __future__ import annotations

import pytest
from small_sets import (
    BAS,
    bundle_of,
    coded,
    composition_of,
    definitions,
    document,
    only_set,
    sets,
    with_section,
)

from gateway.errors import ConfigurationError
from gateway.identity import named_id, set_id
from gateway.information_sets import load_definitions


def test_a_derived_set_says_so_and_bears_no_doctors_word(tmp_path):
    made = document(tmp_path, repeats={"relation": [{"relation/typ": "replaces"}]})

    composition = composition_of(only_set(tmp_path, made))

    assert composition["meta"]["security"][0]["code"] == "REDACTED"
    assert "attester" not in composition
    assert [one["code"] for one in composition["relatesTo"]] == ["transforms"]
    assert composition["relatesTo"][0]["targetIdentifier"]["value"] == made.certificate.urn
    assert (
        composition["identifier"]["value"]
        == f"urn:uuid:{named_id('composition', made.certificate.root, made.certificate.extension, 'lilla')}"
    )
    assert composition["author"] == [composition["custodian"]]


def test_no_set_takes_relations_of_a_certificate(tmp_path):
    with pytest.raises(ConfigurationError, match="relatesTo"):
        only_set(tmp_path, document(tmp_path), composition=[*BAS["composition"], "relatesTo.code"])


def test_a_set_that_is_the_whole_certificate_is_attested_and_bears_its_id(tmp_path):
    people = {**BAS["people"], "doctor": ["name"]}

    one = only_set(
        tmp_path, document(tmp_path), derived=False, people=people, composition=[*BAS["composition"], "attester"]
    )

    composition = composition_of(one)
    assert "security" not in composition["meta"]
    assert "relatesTo" not in composition
    assert composition["attester"][0]["mode"] == "legal"
    assert composition["author"] == [composition["attester"][0]["party"]]
    assert composition["identifier"]["value"] == document(tmp_path).certificate.urn


def test_the_composition_tells_the_set_beside_the_certificates_type(tmp_path):
    [certificate, own] = composition_of(only_set(tmp_path, document(tmp_path)))["type"]["coding"]

    assert certificate == {"code": "PROV"}
    assert (own["code"], own["display"]) == ("lilla", "Lilla mängden")


def test_the_composition_tells_the_time_from_the_first_day_to_the_last(tmp_path):
    periods = [("2026-03-16", "2026-03-20"), ("2026-03-02", "2026-04-26"), ("2026-03-10", "2026-03-11")]
    made = document(tmp_path, answers={"4": [{"4.1": start, "4.2": end} for start, end in periods]})

    assert composition_of(only_set(tmp_path, made))["event"] == [
        {"period": {"start": "2026-03-02", "end": "2026-04-26"}}
    ]


@pytest.mark.parametrize("elements", [[], ["effectivePeriod.start"]], ids=["none of it", "part of it"])
def test_a_period_that_the_set_does_not_have_is_not_told(tmp_path, elements):
    made = document(tmp_path, answers={"4": [{"4.1": "2026-03-02", "4.2": "2026-03-15"}]})
    sections = {"kvar": {"why": "det behövs", "take": {"kvar": ["valueString"], "tid": elements}}}

    one = only_set(tmp_path, made, sections=sections)

    assert "event" not in composition_of(one)
    assert b"2026-03-15" not in one.body


def test_texts_of_the_set_are_escaped_in_its_narrative(tmp_path):
    made = document(tmp_path, removed="lumbago")
    words = with_section("bort", {"bort": ["valueString"]}, withhold="Diagnos <uppges> & inte")

    [_, one] = sets(tmp_path, made, title="Mål & <medel>", **words)

    assert "<p>Mål &amp; &lt;medel&gt;</p>" in composition_of(one)["text"]["div"]
    assert "<p>Diagnos &lt;uppges&gt; &amp; inte</p>" in composition_of(one)["section"][1]["text"]["div"]


WITHHOLDABLE = with_section("bort", {"bort": ["valueString"]}, withhold="Uppges inte")


def test_a_section_that_may_be_withheld_gives_a_variant_with_and_one_without(tmp_path):
    with_it, without = sets(tmp_path, document(tmp_path, removed="lumbago"), **WITHHOLDABLE)

    assert (with_it.withheld, with_it.sections) == (frozenset(), {"kvar", "bort"})
    assert (without.withheld, without.sections) == ({"bort"}, {"kvar"})
    assert b"lumbago" in with_it.body
    assert b"lumbago" not in without.body
    empty = composition_of(without)["section"][1]
    assert empty["title"] == "Bort"
    assert empty["text"]["div"].endswith("<p>Uppges inte</p></div>")
    assert empty["emptyReason"]["coding"][0]["code"] == "withheld"
    assert "entry" not in empty


def test_every_choice_of_sections_to_withhold_is_a_variant_with_its_own_id(tmp_path):
    words = with_section("bort", {"bort": ["valueString"]}, withhold="Uppges inte")
    words["sections"]["kod"] = {
        "why": "det behövs",
        "take": {"kod": ["valueCodeableConcept"]},
        "withhold": "Inte heller",
    }
    made = document(tmp_path, removed="lumbago", answers={"3": [coded("STUDIER")]})

    variants = sets(tmp_path, made, **words)

    assert [sorted(one.withheld) for one in variants] == [[], ["bort"], ["kod"], ["bort", "kod"]]
    assert [one.id for one in variants] == [set_id(made.certificate, "lilla", one.withheld) for one in variants]
    assert [bundle_of(one)["id"] for one in variants] == [one.id for one in variants]
    assert len({one.id for one in variants}) == 4


def test_a_section_that_is_not_in_the_certificate_is_not_said_to_be_withheld(tmp_path):
    with_it, without = sets(tmp_path, document(tmp_path), **WITHHOLDABLE)

    assert [section["title"] for section in composition_of(without)["section"]] == ["Kvar"]
    assert with_it.id != without.id


BY_THE_CERTIFICATE = {"bort": {"when": {"1.1": ["nej"]}, "text": "Personen vill inte <det>"}}


@pytest.mark.parametrize("words", [WITHHOLDABLE, with_section("bort", {"bort": ["valueString"]})])
def test_what_the_certificate_itself_withholds_leaves_in_no_variant(tmp_path, words):
    for one in sets(tmp_path, document(tmp_path, "nej", "lumbago", withheld=BY_THE_CERTIFICATE), **words):
        assert (one.sections, one.hold) == ({"kvar"}, "")
        assert b"lumbago" not in one.body
        empty = composition_of(one)["section"][1]
        assert empty["text"]["div"].endswith("<p>Personen vill inte &lt;det&gt;</p></div>")
        assert empty["emptyReason"]["coding"][0]["code"] == "withheld"


def test_a_section_leaves_where_the_certificate_does_not_say_that_it_must_not(tmp_path):
    with_it, _ = sets(tmp_path, document(tmp_path, "ja", "lumbago", withheld=BY_THE_CERTIFICATE), **WITHHOLDABLE)

    assert b"lumbago" in with_it.body


def test_what_the_certificate_itself_withholds_is_looked_for_in_what_stays(tmp_path):
    made = document(tmp_path, "nej", "nej", withheld=BY_THE_CERTIFICATE)

    assert [one.hold for one in sets(tmp_path, made, **WITHHOLDABLE)] == ["leak", "leak"]


def test_only_the_variant_in_which_it_was_left_out_is_held(tmp_path):
    with_it, without = sets(tmp_path, document(tmp_path, "har lumbago", "lumbago"), **WITHHOLDABLE)

    assert (with_it.hold, without.hold) == ("", "leak")


def test_a_set_is_made_of_its_own_certificates_only(tmp_path):
    assert sets(tmp_path, document(tmp_path), certificates=["ANNAT"]) == []


def test_a_set_tells_who_it_is_about_and_when_it_was_signed(tmp_path):
    made = document(tmp_path)

    one = only_set(tmp_path, made)

    assert (one.person, one.certificate, one.name) == (made.person, made.certificate, "lilla")
    assert one.signed_at == "2026-03-02T10:15:00+01:00"


def test_the_definition_tells_what_a_consent_has_to_name(tmp_path):
    [definition] = definitions(tmp_path, **WITHHOLDABLE)

    assert (definition.sections, definition.withholdable) == ({"kvar"}, {"bort"})
    assert (definition.recipients, definition.recipients_by_consent) == (("employer",), True)
    assert not definition.must_be_named
    assert definition.derived


MISTAKES = {
    "a word that is none": ({"titel": "x"}, "titel"),
    "no reason": ({"why": None}, "why"),
    "a section without its reason": ({"sections": {"kvar": {"take": {}}}}, "sections.kvar.why"),
    "an element that is no text": ({"every_resource": [1]}, "every_resource.0"),
    "another name than the folder's": ({"name": "annat"}, "name"),
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_set_stops_the_start_with_file_and_place(tmp_path, words, told):
    with pytest.raises(ConfigurationError) as refused:
        definitions(tmp_path, **words)

    assert "lilla/set.yaml" in str(refused.value)
    assert told in str(refused.value)


def test_a_set_file_that_is_no_yaml_stops_the_start(tmp_path):
    definitions(tmp_path)
    (tmp_path / "sets/lilla/set.yaml").write_text("sections: [", "utf-8")

    with pytest.raises(ConfigurationError, match=r"set\.yaml"):
        load_definitions(tmp_path / "sets")
