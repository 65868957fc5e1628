"""What each of the four sets says of a whole certificate, and what it must not say."""

from __future__ import annotations

import json
import re

import pytest
from whole_certificates import RULES, mapped, sample

from gateway.systems import PROFILE_BASE as PROFILES

BY_NAME = {one.name: one for one in RULES.definitions}


def bundles(version, case="full"):
    return {
        (one.name, tuple(sorted(one.withheld))): json.loads(one.body)
        for one in RULES.select(mapped(sample(version, case)))
    }


def kinds(bundle):
    return {entry["resource"]["resourceType"] for entry in bundle["entry"]}


@pytest.mark.parametrize("version", [1, 2])
def test_the_small_set_for_an_employer_names_no_doctor_unit_diagnosis_or_free_text(version):
    bundle = bundles(version)["arbetsgivaruppgift-bas", ()]
    text = json.dumps(bundle, ensure_ascii=False)

    assert not kinds(bundle) & {"Practitioner", "PractitionerRole", "Condition", "CarePlan", "Task"}
    for told in (
        "Läkarsson", "LAKARE1", "Provmottagningen", "ENHET1", "Vårdvägen", "0101234567", "Allmänmedicin", "203090",
        "F43", "Anpassning", "G47", "M54", "Lumbago", "Undersköterska", "Orkar mest", "Uttalad", "Klarar inte",
        "Stödsamtal", "Besvären", "Bedömning av fysioterapeut", "smittskydd", "Provgatan", "STUDIER", "FORALDRALEDIG",
        "SOKA_NYTT_ARBETE",
    ):  # fmt: skip
        assert told not in text
    assert "Arbetsanpassning" in text or version == 2
    assert {"2026-03-02", "2026-04-26"} <= set(text.replace('"', " ").split())


@pytest.mark.parametrize("version", [1, 2])
def test_the_large_set_for_an_employer_has_all_but_the_agencys_own_and_the_diagnosis_by_choice(version):
    with_it = json.dumps(bundles(version)["arbetsgivaruppgift-utokad", ()], ensure_ascii=False)
    without = json.dumps(bundles(version)["arbetsgivaruppgift-utokad", ("diagnos",)], ensure_ascii=False)

    assert "F43.2" in with_it
    assert "På patientens begäran uppges inte diagnos" in without
    assert not any(told in without for told in ("F43", "Anpassningsst", "G47", "M54", "Lumbago"))
    for told in ("Undersköterska", "Uttalad trötthet", "Klarar inte", "Stödsamtal", "Lina Läkarsson"):
        assert told in without
    for told in ("KONTKT", "Önskar att Försäkringskassan", "Tilläggsfråga", "SOKA_NYTT_ARBETE", "Provgatan"):
        assert told not in with_it


@pytest.mark.parametrize("version", [1, 2])
def test_the_set_for_a_municipality_tells_what_hinders_and_helps_and_not_the_illness(version):
    text = json.dumps(bundles(version)["kommununderlag", ()], ensure_ascii=False)

    assert "Klarar inte" in text
    assert "Inga nattpass" in text
    for told in ("F43", "Anpassningsst", "Uttalad trötthet", "Stödsamtal", "Undersköterska", "KONTKT", "Orkar mest"):
        assert told not in text


@pytest.mark.parametrize(("said", "told"), [("<t:code>1001</t:code>", "1001"), ("<t:code>Kirurg</t:code>", "Kirurg")])
def test_a_speciality_that_is_a_code_alone_is_told_to_whoever_is_told_who_wrote_it(said, told):
    text = re.sub(r"<t:code>N/A</t:code>\s*<t:displayName>Allmänmedicin</t:displayName>", said, sample())
    assert said in text

    made = {one.name: json.loads(one.body) for one in RULES.select(mapped(text))}

    specialities = {
        name: [entry["resource"]["specialty"] for entry in bundle["entry"] if "specialty" in entry["resource"]]
        for name, bundle in made.items()
    }
    assert specialities.pop("arbetsgivaruppgift-bas") == []
    assert list(specialities.values()) == [[[{"text": told}]]] * 3
    assert f"Specialitet: {told}" in json.dumps(made["sjukskrivningsunderlag"], ensure_ascii=False)


def occupations(bundle):
    """The occupations of a set, and those that each of its periods is about."""
    by_name = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    codes = {
        name: one["valueCodeableConcept"]["coding"][0]["code"]
        for name, one in by_name.items()
        if f"{PROFILES}/sysselsattning" in one["meta"].get("profile", ())
    }
    periods = [one for one in by_name.values() if "effectivePeriod" in one]
    return list(codes.values()), [[codes[to["reference"]] for to in one.get("focus", ())] for one in periods]


@pytest.mark.parametrize("version", [1, 2])
def test_a_period_is_about_every_occupation_that_the_set_tells_and_no_other(version):
    told = {name: occupations(bundle) for (name, _), bundle in bundles(version).items()}

    own = ["NUVARANDE_ARBETE"]
    both = [*own, {1: "STUDIER", 2: "FORALDRALEDIG"}[version]]
    assert told == {
        "sjukskrivningsunderlag": (both, [both] * 4),
        "arbetsgivaruppgift-utokad": (both, [both] * 4),
        "arbetsgivaruppgift-bas": (own, [own] * 4),
        "kommununderlag": ([], [[]] * 4),
    }


@pytest.mark.parametrize("version", [1, 2])
def test_the_set_for_the_agency_has_every_answer(version):
    made = mapped(sample(version))
    [bundle] = [json.loads(one.body) for one in RULES.select(made) if one.name == "sjukskrivningsunderlag"]

    ids = {entry["resource"]["id"] for entry in bundle["entry"]}
    assert {one.resource["id"] for one in made.resources} <= ids
    assert bundle["entry"][0]["resource"]["attester"][0]["mode"] == "legal"
    assert BY_NAME["sjukskrivningsunderlag"].derived is False
