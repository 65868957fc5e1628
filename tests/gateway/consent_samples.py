"""A consent, the request it permits, and the words to change them with."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson

from gateway.consent import decide
from gateway.decisions import Coding, ConsentRecord, Request
from gateway.identity import CertificateId, OrganisationNumber, PersonIdentity

BASE = "https://example.org/fhir/sjukskrivning"
PURPOSES = f"{BASE}/CodeSystem/andamal"
SETS = f"{BASE}/CodeSystem/informationsmangd"
SECTIONS = f"{BASE}/CodeSystem/sektion"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_REASONS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

STOCKHOLM = ZoneInfo("Europe/Stockholm")
PERSON = PersonIdentity("199002222397")
SOMEBODY_ELSE = PersonIdentity("191212121212")
EMPLOYER = "5561234567"
CERTIFICATE = CertificateId("SE5560000001-TEST-VE", "7f3a3c1e-5d0b-4c62-9b0a-2d2f7a1c9e01")
COMPOSITION = "b93a8110-657f-533a-a618-22b06acb2ec3"
KEPT_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def stockholm(*parts):
    return datetime(*parts, tzinfo=STOCKHOLM)


def actor(number=EMPLOYER, role="IRCP", role_system=PARTICIPATION, system="urn:oid:2.5.4.97"):
    return {
        "role": {"coding": [{"system": role_system, "code": role}]},
        "reference": {"identifier": {"system": system, "value": number}},
    }


def coding(system, code):
    return {"system": system, "code": code}


def section_label(code):
    return coding(SECTIONS, code)


def data(reference=None, identifier=None, meaning="instance"):
    named = {"reference": reference} if reference else {"identifier": identifier}
    return {"meaning": meaning, "reference": named}


def a_provision(**changes):
    """Return a permit for the employer; an element that is changed to None is left out."""
    whole = {
        "type": "permit",
        "period": {"start": "2026-03-02", "end": "2026-09-01"},
        "actor": [actor()],
        "purpose": [coding(PURPOSES, "atergangsplan")],
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def a_consent(provision=None, **changes):
    """Return a consent that says this; an element that is changed to None is left out."""
    whole = {
        "resourceType": "Consent",
        "id": "samtycke-1",
        "status": "active",
        "scope": {"coding": [coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")]},
        "category": [{"coding": [coding("http://loinc.org", "59284-0")]}],
        "patient": {
            "reference": "Patient/p1",
            "identifier": {
                "system": "http://electronichealth.se/identifier/personnummer",
                "value": PERSON.digits,
            },
        },
        "dateTime": "2026-03-02T10:20:00+01:00",
        "performer": [{"reference": "Patient/p1"}],
        "organization": [{"identifier": {"system": "urn:oid:1.2.752.29.4.19", "value": "SE5560000001-TEST-VG"}}],
        "sourceReference": {"reference": "DocumentReference/underlag-1"},
        "policy": [{"uri": f"{BASE}/policy/samtycke-sjukskrivning-v1"}],
        "provision": provision if provision is not None else a_provision(),
        **changes,
    }
    return {name: deepcopy(value) for name, value in whole.items() if value is not None}


def kept(resource, id_="samtycke-1", version=1, person=PERSON, recorded_at=KEPT_AT):
    return ConsentRecord(id_, version, person, orjson.dumps(resource), recorded_at)


def a_request(**changes):
    whole = {
        "person": PERSON,
        "organisation": OrganisationNumber(EMPLOYER),
        "set_name": "arbetsgivaruppgift-utokad",
        "purposes": frozenset({Coding(PURPOSES, "atergangsplan")}),
        "must_be_named": False,
        "sections": frozenset({"funktion", "prognos"}),
        "withholdable": frozenset({"diagnos"}),
        "certificate": CERTIFICATE,
        "composition": COMPOSITION,
        "signed_at": datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
        **changes,
    }
    return Request(**whole)


def decided(*resources, request=None, now=NOW):
    """Return the decision over these consents, each kept under a name of its own."""
    records = [kept(resource, f"samtycke-{number}") for number, resource in enumerate(resources, 1)]
    return decide(records, request or a_request(), now)
