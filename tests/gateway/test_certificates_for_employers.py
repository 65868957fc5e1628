"""What becomes of a certificate that was written for an employer: AG7804, and AG1-14 in the sick-pay period."""

from __future__ import annotations

import json

import pytest
from whole_certificates import RULES, changed, mapped, sample

BAS, WIDER = "arbetsgivaruppgift-bas", "arbetsgivaruppgift-utokad"
EVERY = [("ag7804", 1), ("ag7804", 2), ("ag1-14", 1), ("ag1-14", 2)]
every_form = pytest.mark.parametrize(("kind", "version"), EVERY)
NOT_TOLD = "På patientens begäran uppges inte diagnos"
DIAGNOSES = ("M77.1", "Tennisarmbåge", "M54.2", "Nacksmärta", "G44.2", "Spänningshuvudvärk")


def made(text):
    """Set and what a consent withholds of it → the set."""
    return {(one.name, tuple(sorted(one.withheld))): one for one in RULES.select(mapped(text))}


def told(one):
    return json.dumps(json.loads(one.body), ensure_ascii=False)


@every_form
def test_it_goes_to_the_employer_alone(kind, version):
    sets = made(sample(version, kind=kind))

    recipients = {definition.name: definition.recipients for definition in RULES.definitions}
    assert set(sets) == {(BAS, ()), (WIDER, ()), (WIDER, ("diagnos",))}
    assert {recipients[name] for name, _ in sets} == {("employer",)}


@every_form
def test_the_diagnosis_leaves_where_the_patient_said_yes_and_the_consent_names_it(kind, version):
    sets = made(sample(version, kind=kind))

    with_it, without, bas = (told(sets[key]) for key in ((WIDER, ()), (WIDER, ("diagnos",)), (BAS, ())))
    assert all(word in with_it for word in DIAGNOSES)
    assert NOT_TOLD in without
    assert not any(word in without + bas for word in DIAGNOSES)


@every_form
def test_a_no_in_the_certificate_stands_whatever_the_consent_says(kind, version):
    question = "100.1" if kind == "ag7804" else "3.1"
    text = changed(f'"{question}">true<', f'"{question}">false<', version, kind=kind)

    for (name, _), one in made(text).items():
        assert "diagnos" not in one.sections
        assert not any(word in told(one) for word in DIAGNOSES)
        assert (NOT_TOLD in told(one)) == (name == WIDER)


def test_a_diagnosis_that_the_patient_kept_back_is_looked_for_in_the_other_answers():
    text = changed('"5.1">Orkar inte', '"5.1">Har nacksmärta och orkar inte', 1, "diagnos_uppges_inte", kind="ag1-14")

    assert {key: one.hold for key, one in made(text).items()} == {
        (BAS, ()): "",
        (WIDER, ()): "leak",
        (WIDER, ("diagnos",)): "leak",
    }


@pytest.mark.parametrize("version", [1, 2])
def test_infectious_disease_control_does_not_open_what_the_consent_keeps(version):
    sets = made(sample(version, "smittskydd", kind="ag7804"))

    assert "Z22.3" in told(sets[WIDER, ()])
    assert "Z22.3" not in told(sets[WIDER, ("diagnos",)])
    assert NOT_TOLD in told(sets[WIDER, ("diagnos",)])


def test_a_functional_impairment_that_the_patient_kept_back_stays_here():
    one = made(sample(1, "funktion_uppges_inte", kind="ag7804"))[WIDER, ()]

    assert "På patientens begäran uppges inte funktionsnedsättning" in told(one)
    assert "Nedsatt kraft" not in told(one)
    assert "Kan inte lyfta" in told(one)


def test_a_question_to_the_agency_stays_out_of_the_employers_certificate():
    asked = '<c:svar id="26"><c:delsvar id="26.1">true</c:delsvar><c:delsvar id="26.2">Ring mig</c:delsvar></c:svar>'
    text = changed('<c:svar id="103">', f'{asked}<c:svar id="103">', 2, kind="ag7804")

    assert mapped(text).unmapped == ()
    assert not any("Ring mig" in told(one) for one in made(text).values())


@every_form
def test_the_wider_set_asks_the_employer_to_get_in_touch_and_the_small_one_does_not(kind, version):
    sets = made(sample(version, kind=kind))

    assert "Vill tala med närmaste chef" in told(sets[WIDER, ()])
    assert "Vill tala med närmaste chef" not in told(sets[BAS, ()])


@pytest.mark.parametrize(("version", "written"), [(1, "60.0"), (2, "60")])
def test_sick_pay_is_for_any_share_and_not_only_quarters(version, written):
    assert f">{written}<" in sample(version, kind="ag1-14")

    [degree] = [one for one in mapped(sample(version, kind="ag1-14")).resources if one.rule == "sjukskrivning"]

    assert degree.resource["valueQuantity"] == {
        "value": 60,
        "unit": "%",
        "system": "http://unitsofmeasure.org",
        "code": "%",
    }


def test_a_share_in_another_unit_is_told_as_it_stands_and_not_as_per_cent():
    sets = made(changed("<t:unit>%<", "<t:unit>h<", 1, kind="ag1-14"))

    assert {one.hold for one in sets.values()} == {""}
    for one in sets.values():
        resources = [entry["resource"] for entry in json.loads(one.body)["entry"]]
        assert [one["valueQuantity"] for one in resources if "valueQuantity" in one] == [{"value": 60, "unit": "h"}]


def test_the_first_diagnosis_of_several_answers_is_the_main_one():
    resources = [one for one in mapped(sample(1, kind="ag1-14")).resources if one.section == "diagnos"]
    conditions = [one.resource for one in resources if one.resource["resourceType"] == "Condition"]

    assert [(one["category"][0]["coding"][0]["code"], one["code"]["text"]) for one in conditions] == [
        ("HD", "Tennisarmbåge på höger sida"),
        ("BY", "Nacksmärta"),
        ("BY", "Spänningshuvudvärk"),
    ]
    assert [one["extension"][0]["valuePositiveInt"] for one in conditions] == [1, 2, 3]
