"""The numbers of people and organisations: of what kind they are, and whether anybody can have them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from whole_certificates import changed, read

from gateway.consent import read_consent
from gateway.errors import ConfigurationError, InvalidConsent, InvalidIdentity, InvalidSearch
from gateway.fhir.search import read_search
from gateway.identity import HsaId, OrganisationNumber, PersonIdentity
from gateway.persons import Persons
from gateway.settings import read_settings

CONSENT = Path(__file__).parents[2] / "mappings/information_sets/kommununderlag/samples/consent.json"
HL7 = "http://electronichealth.se/identifier"
PUBLISHED = ["199002222397", "200001252386", "189001019802", "191212121212", "199002822394"]
"""Test numbers: of the series 239, 238 and 980, Tolvan's, and a samordningsnummer."""
NOBODYS = [*PUBLISHED, "192703104321", "198001910002", "199001011234"]
"""Those, and numbers with a wrong check digit or without a birth number."""
SOMEBODYS = ["190001010016", "190001610013"]
"""Built for this: nothing about them says that there was nobody who had them."""


@pytest.mark.parametrize("digits", NOBODYS)
def test_a_number_that_is_nobodys_is_taken_in_where_things_are_tried_and_nowhere_else(digits):
    Persons.TEST.admit(PersonIdentity(digits))

    with pytest.raises(InvalidIdentity) as refused:
        Persons.REAL.admit(PersonIdentity(digits))
    assert digits not in str(refused.value)


@pytest.mark.parametrize("digits", SOMEBODYS)
def test_a_number_that_may_be_somebodys_is_taken_in_in_production_and_nowhere_else(digits):
    Persons.REAL.admit(PersonIdentity(digits))

    with pytest.raises(InvalidIdentity) as refused:
        Persons.TEST.admit(PersonIdentity(digits))
    assert digits not in str(refused.value)


def test_a_wrong_check_digit_is_told_as_such():
    with pytest.raises(InvalidIdentity, match="kontrollsiffra"):
        Persons.REAL.admit(PersonIdentity("199001011234"))
    with pytest.raises(InvalidIdentity, match="testperson"):
        Persons.REAL.admit(PersonIdentity("199002222397"))


@pytest.mark.parametrize("digit", "012345689")
def test_only_one_digit_is_the_check_digit(digit):
    assert PersonIdentity("199002222397").has_check_digit
    assert not PersonIdentity(f"19900222239{digit}").has_check_digit


@pytest.mark.parametrize(
    "text",
    [
        "9002222397",
        "19900222-2397",
        "١٩٩٠٠٢٢٢٢٣٩٧",
        "19900222239\N{FULLWIDTH DIGIT SEVEN}",
        "19900222 397",
        "199002222397\n",
        "199002302397",
        "199002602397",
        "199002922397",
        "199013222397",
        "000002222397",
        "",
    ],
)
def test_what_is_not_twelve_ascii_digits_with_a_date_is_no_number(text):
    with pytest.raises(InvalidIdentity):
        PersonIdentity(text)


@pytest.mark.parametrize(
    ("number", "oid"),
    [("199002222397", "1.2.752.129.2.1.3.3"), ("199002822394", "1.2.752.129.2.1.3.1")],
)
def test_a_number_under_the_other_kinds_oid_is_refused_wherever_it_stands(number, oid):
    other = "samordningsnummer" if oid.endswith("3") else "personnummer"
    consent = json.loads(CONSENT.read_text("utf-8"))
    consent["patient"]["identifier"] = {"system": f"{HL7}/{other}", "value": number}
    person = "<t:root>1.2.752.129.2.1.3.1</t:root>\n        <t:extension>199002222397<"

    with pytest.raises(InvalidIdentity):
        read(changed(person, f"<t:root>{oid}</t:root><t:extension>{number}<"))
    with pytest.raises(InvalidConsent):
        read_consent(json.dumps(consent).encode())
    with pytest.raises(InvalidSearch):
        read_search(f"patient.identifier=urn:oid:{oid}|{number}".encode())


def test_a_samordningsnummer_under_its_own_oid_is_read():
    person = "<t:root>1.2.752.129.2.1.3.1</t:root>\n        <t:extension>199002222397<"

    source = read(changed(person, "<t:root>1.2.752.129.2.1.3.3</t:root><t:extension>199002822394<"))

    assert source.person.is_coordination_number
    assert source.notes == ()


def test_an_hsa_id_is_the_same_in_capitals_and_small_letters():
    assert HsaId("se2120009994-enhet1") == HsaId("SE2120009994-ENHET1")
    assert str(HsaId("se2120009994-Enhet1")) == "SE2120009994-ENHET1"
    assert (
        read(changed("SE2120009994-ENHET1", "se2120009994-enhet1")).certificate == read(changed("a", "a")).certificate
    )


@pytest.mark.parametrize(
    "text",
    ["", "SE212000999-1", "SE2120009994", "SE2120009994-", "SE2120009994-Ö", "SE\N{FULLWIDTH DIGIT TWO}120009994-1"],
)
def test_what_is_not_written_as_an_hsa_id_is_none(text):
    with pytest.raises(InvalidIdentity):
        HsaId(text)


def test_what_is_odd_about_the_numbers_of_a_certificate_is_noted_by_place():
    text = changed("199002222397", "199002222396").replace("SE2120009994-LAKARE1", "19650708-1234")

    notes = read(text).notes

    assert [note.place for note in notes] == ["patient/person-id/extension", "skapadAv/personal-id/extension"]
    assert not any("1234" in note.reason or "2396" in note.reason for note in notes)


def test_production_wants_the_check_digit_of_an_organisation_too():
    wrong = OrganisationNumber("5569876543")

    Persons.TEST.admit_organisation(wrong)
    Persons.REAL.admit_organisation(OrganisationNumber("2021005521"))
    with pytest.raises(InvalidIdentity):
        Persons.REAL.admit_organisation(wrong)


def test_a_mistyped_organisation_in_the_settings_stops_the_start_in_production():
    agency = {"name": "Felskriven", "organisation": "5569876543", "token_sha256": "0" * 64}

    assert read_settings(agencies=[agency]).persons is Persons.TEST
    with pytest.raises(ConfigurationError, match="Felskriven: the check digit"):
        read_settings(agencies=[agency], persons="real")
    with pytest.raises(ConfigurationError):
        read_settings(persons="any")
