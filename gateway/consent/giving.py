"""Who gave a consent, and on what ground: what that means for what it permits."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import TYPE_CHECKING, Any

from gateway.consent.moments import STOCKHOLM, span
from gateway.consent.vocabulary import CONSENT_GROUND
from gateway.identity import PERSON_SYSTEMS, PersonIdentity
from gateway.systems import MANDATE_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_AGE = 18
"""Föräldrabalken 9 kap. 1 §: until then a guardian may consent for a child."""


def is_on_consent(consent: Mapping[str, Any]) -> bool:
    """Say whether a Consent rests on the person's consent; one that records another ground permits nothing."""
    return all(
        coding.get("system") != CONSENT_GROUND.system or coding.get("code") == CONSENT_GROUND.code
        for category in consent["category"]
        for coding in category.get("coding", ())
    )


def last_moment_as_a_child(consent: Mapping[str, Any]) -> datetime | None:
    """Return the last moment at which a Consent counts that somebody else gave for a child; None for any other.

    So too where the Consent bears no number of the person's, which would tell the day of birth. A child born on 29
    February is of age on the 28th: a consent never lasts longer than it may.
    """
    given, person = span(consent["dateTime"]), _numbered(consent["patient"])
    if person is None or given is None or is_by_the_person(consent):
        return None
    ends = _of_age(person)
    return None if given.first >= ends else ends - datetime.resolution


def without_mandate(consent: Mapping[str, Any]) -> str:
    """Say what is wrong with who gave a Consent: for an adult, somebody else needs a mandate in Mina ombud."""
    given = span(consent["dateTime"])
    person = PersonIdentity(consent["patient"]["identifier"]["value"])
    if is_by_the_person(consent) or given is None or given.first < _of_age(person):
        return ""
    evidence = consent.get("sourceReference", {}).get("identifier", {})
    if evidence.get("system") == MANDATE_SYSTEM and evidence.get("value"):
        return ""
    return f"has to name a mandate of {MANDATE_SYSTEM} in sourceReference, since somebody else than the person gave it"


def is_by_the_person(consent: Mapping[str, Any]) -> bool:
    """Say whether the person gave a Consent: each performer bears the person's number, or refers to the patient.

    One that names nobody who gave it was given by nobody knows whom.
    """
    patient, performers = consent["patient"], consent.get("performer", ())
    return bool(performers) and all(_is_same(performer, patient) for performer in performers)


def _is_same(performer: Mapping[str, Any], patient: Mapping[str, Any]) -> bool:
    if "identifier" in performer:
        return bool(performer["identifier"].get("value") == patient["identifier"]["value"])
    return "reference" in patient and performer["reference"] == patient["reference"]


def _numbered(patient: Mapping[str, Any]) -> PersonIdentity | None:
    """Return who a patient is by number; None where it bears none that is a person's."""
    identifier = patient.get("identifier", {})
    if identifier.get("system") not in PERSON_SYSTEMS:
        return None
    return PersonIdentity(identifier["value"])


def _of_age(person: PersonIdentity) -> datetime:
    """Return when the day begins on which a person is of age."""
    born = person.born
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return datetime(min(born.year + _OF_AGE, MAXYEAR), born.month, day, tzinfo=STOCKHOLM)
