"""What a Consent has to be for this gate to understand it: FHIR R4, IHE PCF 1.1.1, and our own words.

The same shape judges a consent that is handed in and one that is kept: what is refused at the door permits
nothing where it is found inside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gateway.consent.elements import ASSIGNER, CONCEPT, PERIOD, Content, Words, code, reference, shape
from gateway.consent.giving import without_mandate
from gateway.consent.grammar import one_of, text
from gateway.consent.pcf import actor, consent
from gateway.consent.vocabulary import BREAK_GLASS, NORMAL, ORGANISATION_SYSTEM, RESTRICTED, URI_SYSTEM
from gateway.errors import InvalidIdentity
from gateway.identity import PERSON_SYSTEMS, OrganisationNumber, PersonIdentity
from gateway.systems import SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Mapping

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""As FHIR writes a UUID: one in upper case would be compared and not found, and a deny would pass unseen."""
_COMPOSITION = re.compile(r"Composition/[a-z0-9.-]{1,64}")
"""Likewise: ours are UUIDs."""


def _person(value: object) -> str:
    try:
        PersonIdentity(value if isinstance(value, str) else "")
    except InvalidIdentity:
        return "has to be a personnummer or samordningsnummer of twelve digits"
    return ""


def _organisation(value: object) -> str:
    try:
        OrganisationNumber(value if isinstance(value, str) else "")
    except InvalidIdentity:
        return "has to be an organisationsnummer of ten digits"
    return ""


def _not_break_glass(coding: Mapping[str, Any]) -> str:
    return "cannot be break-the-glass here" if coding["code"] == BREAK_GLASS else ""


def _set_name(coding: Mapping[str, Any]) -> str:
    return "" if coding["system"] == SET_SYSTEM else f"has to be a code of {SET_SYSTEM}"


def _label(coding: Mapping[str, Any]) -> str:
    known = coding["system"] == SECTION_SYSTEM or (coding["system"], coding["code"]) in (RESTRICTED, NORMAL)
    return "" if known else f"has to be a code of {SECTION_SYSTEM}, or R or N of v3-Confidentiality"


def _one_certificate(named: Mapping[str, Any]) -> str:
    if ("reference" in named) == ("identifier" in named):
        return "has to name its certificate in one way"
    literal = named.get("reference", "")
    if not literal or _UUID.fullmatch(literal) or _COMPOSITION.fullmatch(literal):
        return ""
    return "has to be Composition/<id> or urn:uuid:<id>"


def _uuid(value: object) -> str:
    return "" if isinstance(value, str) and _UUID.fullmatch(value) else "has to be urn:uuid:<id>"


def _evidence(consent: Mapping[str, Any]) -> str:
    one = ("sourceAttachment" in consent) != ("sourceReference" in consent)
    return without_mandate(consent) if one else "has to have one source"


_ID: dict[str, Content] = {"use": text, "type": CONCEPT, "period": PERIOD, "assigner": ASSIGNER}


def _of_its_kind(identifier: Mapping[str, Any]) -> str:
    number = PersonIdentity(identifier["value"])
    return "" if number.is_of(identifier["system"]) else "has to be a number of its system"


PATIENT = reference(
    shape({**_ID, "system": one_of(PERSON_SYSTEMS), "value": _person}, "system value", _of_its_kind), "identifier"
)
"""The person, by number: a literal reference alone could mean somebody else elsewhere."""

_ACTOR = actor(
    reference(
        shape({**_ID, "system": one_of({ORGANISATION_SYSTEM}), "value": _organisation}, "system value"),
        "identifier",
    )
)
_DATA = shape(
    {
        "meaning": one_of({"instance"}),
        "reference": reference(
            shape({**_ID, "system": one_of({URI_SYSTEM}), "value": _uuid}, "value"), rule=_one_certificate
        ),
    },
    "meaning reference",
)

CONSENT = consent(
    PATIENT,
    Words(
        actor=_ACTOR,
        purpose=code(_not_break_glass),
        label=code(_label),
        content_class=code(_set_name),
        data=_DATA,
    ),
    required="performer organization policy",
    rule=_evidence,
)
"""A consent that the gate understands; anything else, wherever in it, makes it one that it does not."""
