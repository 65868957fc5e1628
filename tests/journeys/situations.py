"""What the gate may meet, and what it has to say: a small table, written by hand and by nothing that is under test."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from worlds import EMPLOYER, FORSAKRINGSKASSAN, MUNICIPALITY, ORGANISATIONS, PERSON, SOMEBODY_ELSE, consent_of

from gateway.decisions import PersonStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = "https://example.org/fhir/sjukskrivning"
BEFORE = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
"""When a first consent is given that permits it."""
THEN = BEFORE + timedelta(days=1)
"""When the situation is there."""
YESTERDAY, TODAY, TOMORROW = "2026-04-01", "2026-04-02", "2026-04-03"
OF_AGE_TODAY, OF_AGE_LATER = "200804022387", "200804102380"
MOTHER = {"identifier": {"system": "http://electronichealth.se/identifier/personnummer", "value": SOMEBODY_ELSE}}


@dataclass(frozen=True)
class Situation:
    """The consents that there are, and whatever else the gate knows."""

    consents: Sequence[dict]
    permitted: bool
    reason: str
    kind: str = FORSAKRINGSKASSAN
    """The kind of the recipient that asks or is sent to."""
    person: str = PERSON
    known: PersonStatus | None = None
    """What an operator has recorded about the person."""
    retired: frozenset[str] = field(default_factory=frozenset)
    """The policies on which no consent counts any more."""
    first: dict = field(default_factory=dict)
    """What the consent that permitted it before said otherwise than the sample."""


def a_consent(kind=FORSAKRINGSKASSAN, person=PERSON, status="active", provision=None, **changes):
    """The sample consent of a recipient's set, with changes to its provision and to itself."""
    consent = consent_of(kind, person=person)
    consent["provision"] |= provision or {}
    return {**consent, "status": status, **changes}


def actor(kind):
    role = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]}
    return {"role": role, "reference": {"identifier": {"system": "urn:oid:2.5.4.97", "value": ORGANISATIONS[kind]}}}


def code(system, word):
    return {"system": f"{BASE}/CodeSystem/{system}", "code": word}


def period(start, end):
    return {"period": {"start": start, "end": end}}


ANOTHER_CERTIFICATE = {"meaning": "instance", "reference": {"reference": f"urn:uuid:{uuid.UUID(int=1)}"}}
A_DIAGNOSIS_DENIED = {"provision": [{"type": "deny", "securityLabel": [code("sektion", "diagnos")]}]}
POLICY = a_consent()["policy"][0]["uri"]

SITUATIONS = {
    "none": Situation([], permitted=False, reason="no-active-consent"),
    "active": Situation([a_consent()], permitted=True, reason="permitted"),
    "last day": Situation([a_consent(provision=period(YESTERDAY, TODAY))], permitted=True, reason="permitted"),
    "first day": Situation([a_consent(provision=period(TODAY, TODAY))], permitted=True, reason="permitted"),
    "one of two": Situation([a_consent(EMPLOYER), a_consent()], permitted=True, reason="permitted"),
    "expired": Situation([a_consent(provision=period(YESTERDAY, YESTERDAY))], permitted=False, reason="expired"),
    "not started": Situation([a_consent(provision=period(TOMORROW, TOMORROW))], permitted=False, reason="not-started"),
    "revoked": Situation([a_consent(status="inactive")], permitted=False, reason="revoked"),
    "entered in error": Situation([a_consent(status="entered-in-error")], permitted=False, reason="entered-in-error"),
    "draft": Situation([a_consent(status="draft")], permitted=False, reason="no-active-consent"),
    "other recipient": Situation(
        [a_consent(provision={"actor": [actor(MUNICIPALITY)]})], permitted=False, reason="recipient-not-covered"
    ),
    "other purpose": Situation(
        [a_consent(provision={"purpose": [code("andamal", "atergangsplan")]})],
        permitted=False,
        reason="purpose-not-covered",
    ),
    "other set": Situation(
        [a_consent(provision={"class": [code("informationsmangd", "sjukersattningsunderlag")]})],
        permitted=False,
        reason="set-not-covered",
    ),
    "other certificate": Situation(
        [a_consent(provision={"data": [ANOTHER_CERTIFICATE]})], permitted=False, reason="set-not-covered"
    ),
    "other person": Situation([a_consent(person=SOMEBODY_ELSE)], permitted=False, reason="no-active-consent"),
    "deny beside permit": Situation(
        [a_consent(), a_consent(provision={"type": "deny"})], permitted=False, reason="purpose-not-covered"
    ),
    "section denied": Situation([a_consent(provision=A_DIAGNOSIS_DENIED)], permitted=False, reason="section-denied"),
    "indeterminate": Situation(
        [a_consent(), a_consent(provision={"unheardOf": True})], permitted=False, reason="indeterminate"
    ),
    "retired policy": Situation(
        [a_consent()], permitted=False, reason="policy-version-retired", retired=frozenset({POLICY})
    ),
    "protected, an employer": Situation(
        [a_consent(EMPLOYER)],
        permitted=False,
        reason="protected-identity",
        kind=EMPLOYER,
        known=PersonStatus.PROTECTED,
    ),
    "protected, an agency": Situation([a_consent()], permitted=True, reason="permitted", known=PersonStatus.PROTECTED),
    "status unknown, an employer": Situation(
        [a_consent(EMPLOYER)],
        permitted=False,
        reason="protected-identity",
        kind=EMPLOYER,
        known=PersonStatus.UNKNOWN,
    ),
    "status unknown, an agency": Situation(
        [a_consent()], permitted=True, reason="permitted", known=PersonStatus.UNKNOWN
    ),
    "dead": Situation([a_consent()], permitted=False, reason="expired", known=PersonStatus.DECEASED),
    "number replaced": Situation(
        [a_consent()], permitted=False, reason="patient-mismatch", known=PersonStatus.REPLACED
    ),
    "a guardian's, of age today": Situation(
        [a_consent(person=OF_AGE_TODAY, performer=[MOTHER])],
        permitted=False,
        reason="expired",
        person=OF_AGE_TODAY,
        first={"performer": [MOTHER]},
    ),
    "a guardian's, a child still": Situation(
        [a_consent(person=OF_AGE_LATER, performer=[MOTHER])],
        permitted=True,
        reason="permitted",
        person=OF_AGE_LATER,
        first={"performer": [MOTHER]},
    ),
}
"""By name. What leaves, and why not, as docs/consent.md says it."""
