"""A consent as anybody may write it, the request it permits, and the words to change them with."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from gateway.consent import decide_foreign, read_asked, read_foreign
from gateway.decisions import Coding

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
SYSTEMS = {
    "FooBar": "http://example.org/policies/purposeOfUse",
    "N": CONFIDENTIALITY,
    "R": CONFIDENTIALITY,
    "PSY": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
}
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
NURSE, WARD = "Practitioner/nurse", Coding("urn:oid:1.2.752.29.4.19", "SE-WARD")
IRCP = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}


def coded(code):
    return {"system": SYSTEMS.get(code, ACT_REASON), "code": code}


def named(reference):
    if isinstance(reference, Coding):
        return {"identifier": {"system": reference.system, "value": reference.code}}
    return {"reference": reference}


def datum(meaning, reference):
    return {"meaning": meaning, "reference": named(reference)}


def rule(kind, *, actor=None, purpose=None, label=None, nested=(), **elements):
    whole = {
        "type": kind,
        "actor": actor and [{"role": {"coding": [IRCP]}, "reference": named(actor)}],
        "purpose": purpose and [coded(code) for code in purpose],
        "securityLabel": label and [coded(code) for code in label],
        "provision": list(nested),
        **elements,
    }
    return {name: value for name, value in whole.items() if value}


def consent_with(provision, /, **changes):
    """Return a Consent with this provision; an element that is changed to None is left out."""
    whole = {
        "resourceType": "Consent",
        "id": "samtycke-1",
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/p1"},
        "dateTime": "2025-06-13",
        "performer": [{"reference": "Patient/p1"}],
        "organization": [{"reference": "Organization/o1"}],
        "sourceReference": {"reference": "DocumentReference/d1"},
        "policy": [{"uri": "http://example.org/policies/basePrivacyConsentPolicy.txt"}],
        "provision": provision,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def a_request(without=(), **changes):
    whole = {
        "now": "2026-04-01T12:00:00+02:00",
        "patient": "Patient/p1",
        "actor": [NURSE],
        "purpose": "TREAT",
        "labels": ["N"],
        "dataDate": "2026-03-01",
        "resource": "Observation/1",
        "author": ["Practitioner/a"],
        "related": ["Encounter/1"],
        **changes,
    }
    return {name: value for name, value in whole.items() if name not in without}


def asked_of(consents, without=(), **changes):
    """Return the decision over these consents, asked in this way."""
    asked = read_asked(json.dumps(a_request(without, **changes)).encode(), NOON)
    return decide_foreign([read_foreign(json.dumps(one).encode()) for one in consents], asked).decision
