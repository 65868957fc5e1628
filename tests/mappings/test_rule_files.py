"""What the files say of each other: a name in one that no other knows would leave something out in silence."""

from __future__ import annotations

import pytest
import yaml
from outcomes import MAPPINGS, RULES

from gateway.mapping.conversions import CONVERSIONS
from gateway.mapping.language import Conversion

SETS = {definition.name: definition for definition in RULES.definitions}
KNOWN = {(rule.section, rule.name) for mapping in RULES.mappings.values() for rule in mapping.rules}
each_set = pytest.mark.parametrize("name", SETS)


def words_of(name):
    return yaml.safe_load((MAPPINGS / "information_sets" / name / "set.yaml").read_text("utf-8"))


@each_set
def test_every_section_and_rule_that_a_set_takes_is_in_some_mapping(name):
    assert set(SETS[name].choices) <= KNOWN


@each_set
def test_every_set_and_every_section_of_it_has_its_reason(name):
    words = words_of(name)

    assert words["why"].strip()
    assert all(section["why"].strip() for section in words["sections"].values())


def test_everything_that_a_mapping_makes_is_in_some_set():
    taken = {choice for definition in SETS.values() for choice in definition.choices}

    assert taken == KNOWN


def test_there_are_the_six_sets():
    assert set(SETS) == {
        "sjukskrivningsunderlag",
        "arbetsgivaruppgift-bas",
        "arbetsgivaruppgift-utokad",
        "kommununderlag",
        "sjukersattningsunderlag",
        "arbetsformedlingsunderlag",
    }


def test_the_bas_set_takes_no_doctor_unit_diagnosis_or_free_text():
    choices = SETS["arbetsgivaruppgift-bas"].choices
    rules = {rule for _, rule in choices}

    assert not rules & {"signer", "practitioner", "unit", "diagnos_1", "diagnos_2", "diagnos_3"}
    assert not any(
        choice.allowed.covers(element)
        for (section, _), choice in choices.items()
        if section
        for element in ("note", "valueString", "description", "performer", "requester")
    )


def test_every_word_for_a_conversion_has_its_function():
    assert set(CONVERSIONS) | {"system"} == set(Conversion.__args__)
