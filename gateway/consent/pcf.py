"""What a Consent has to be for the closure to have an answer, whoever wrote it: FHIR R4 as IHE PCF 1.1.1 profiles it.

Of what PCF requires, that is asked for which the answer depends on. Who keeps the consent and where it is signed
(`performer`, `organization`, `source[x]`, `policy`) may be left out here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gateway.consent.elements import (
    ATTACHMENT,
    CODING,
    CONCEPT,
    EXTENSION,
    IDENTIFIER,
    META,
    NARRATIVE,
    REFERENCE,
    Words,
    code,
    provision,
    reference,
    shape,
)
from gateway.consent.grammar import moment, one_of, text
from gateway.consent.vocabulary import CONSENT_CATEGORY, PRIVACY_SCOPE, RECIPIENT_ROLES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.consent.grammar import Rule, Shape
    from gateway.decisions import Coding

_LITERAL = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}|urn:(uuid|oid):[A-Za-z0-9.-]{1,64}", re.ASCII)


def is_literal(name: str) -> bool:
    """Say whether a reference can be compared with others: `Type/id` without server or version, or a URN."""
    return _LITERAL.fullmatch(name) is not None


def _resolvable(named: Mapping[str, Any]) -> str:
    if "reference" not in named and "identifier" not in named:
        return "has to name what it refers to"
    if "reference" in named and not is_literal(named["reference"]):
        return "has to be Type/id or urn:uuid:<id>"
    missing = "identifier" in named and not named["identifier"].keys() >= {"system", "value"}
    return "has to say the system and the value of its identifier" if missing else ""


def _has_coding(concept: Mapping[str, Any], wanted: Coding) -> bool:
    return wanted in [(coding.get("system"), coding.get("code")) for coding in concept.get("coding", ())]


def _privacy(concept: Mapping[str, Any]) -> str:
    return "" if _has_coding(concept, PRIVACY_SCOPE) else "has to be patient-privacy"


def _recipient(concept: Mapping[str, Any]) -> str:
    roles = {(coding.get("system"), coding.get("code")) for coding in concept.get("coding", ())}
    return "" if roles and roles <= RECIPIENT_ROLES else "has to be IRCP or PRCP of v3-ParticipationType"


def _is_a_privacy_consent(consent: Mapping[str, Any]) -> str:
    if any(_has_coding(category, CONSENT_CATEGORY) for category in consent["category"]):
        return ""
    return "has to have the category 59284-0 of LOINC"


def actor(reference_to: Shape) -> Shape:
    """Return the shape of an actor who is told: its role, and what its reference has to be."""
    role = shape({"coding": [CODING], "text": text}, rule=_recipient)
    return shape({"role": role, "reference": reference_to}, "role reference")


def consent(patient: Shape, words: Words, required: str = "", rule: Rule | None = None) -> Shape:
    """Return the shape of a Consent whose patient and provisions are written so.

    Args:
        patient: What `Consent.patient` has to be.
        words: What its provisions are written in.
        required: Elements that it has to have besides those that an answer depends on.
        rule: What else has to be true of it as a whole.
    """

    def as_a_whole(found: Mapping[str, Any]) -> str:
        return _is_a_privacy_consent(found) or (rule(found) if rule else "")

    return shape(
        {
            "resourceType": one_of({"Consent"}),
            "meta": META,
            "language": text,
            "text": NARRATIVE,
            "extension": [EXTENSION],
            "identifier": [IDENTIFIER],
            "status": one_of(STATUSES),
            "scope": shape({"coding": [CODING], "text": text}, "coding", _privacy),
            "category": [CONCEPT],
            "patient": patient,
            "dateTime": moment,
            "performer": [REFERENCE],
            "organization": [REFERENCE],
            "sourceAttachment": ATTACHMENT,
            "sourceReference": REFERENCE,
            "policy": [shape({"authority": text, "uri": text}, "uri")],
            "provision": provision(words),
        },
        f"resourceType status scope category patient dateTime provision {required}",
        as_a_whole,
    )


ANY_REFERENCE = reference(rule=_resolvable)
"""A reference to whatever it is that can be compared with what a question names."""

ANY_CONSENT = consent(
    ANY_REFERENCE,
    Words(
        actor=actor(ANY_REFERENCE),
        purpose=code(),
        label=code(),
        content_class=code(),
        data=shape(
            {"meaning": one_of({"instance", "related", "authoredby"}), "reference": ANY_REFERENCE},
            "meaning reference",
        ),
    ),
)
"""A consent of PCF's three levels, and `class`, in anybody's words."""
