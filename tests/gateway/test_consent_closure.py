"""The closure of FHIR's open questions on provisions, in anybody's words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from consent_samples import stockholm

from gateway.consent.elements import PROVISION
from gateway.consent.grammar import flaws
from gateway.consent.moments import span
from gateway.consent.provisions import Datum, Facts, deciding, first_miss, provisions_of
from gateway.decisions import Coding

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
SYSTEMS = {
    "FooBar": "http://example.org/policies/purposeOfUse",
    "N": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "R": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "PSY": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
}
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
NURSE, WARD = "Practitioner/nurse", Coding("urn:oid:1.2.752.29.4.19", "SE-WARD")

SHARED = Path(__file__).resolve().parents[3] / "shared" / "fhir"
VECTORS = SHARED / "consent-vectors.json"
CORPUS = json.loads(VECTORS.read_text()) if VECTORS.exists() else {"requests": {}, "vectors": []}


def evaluate(provisions, asked, labels, now):
    """The provision that decides; None where none applies."""
    return deciding([one for one in provisions if one.period.holds(now) and not first_miss(one, asked)], labels)


def labels_of(codes):
    return frozenset(Coding(SYSTEMS[code], code) for code in codes)


def facts(actors=(NURSE,), purpose="TREAT", data=(), data_at=NOON):
    purposes = frozenset({Coding(SYSTEMS.get(purpose, ACT_REASON), purpose)})
    return Facts(frozenset(actors), purposes, frozenset(), frozenset(data), data_at)


def facts_of(request):
    data = [
        Datum("instance", request["resource"]),
        *(Datum("related", name) for name in request["related"]),
        *(Datum("authoredby", name) for name in request["author"]),
    ]
    return facts(request["actor"], request["purpose"], data, span(request["dataDate"]).first)


def permits(consent, request):
    """Say whether one consent of the corpus, or none, lets its request through; else nobody does."""
    patient = f"{consent['patient']['reference']}" if consent else ""
    if not consent or consent["status"] != "active" or patient != request["patient"]:
        return False
    assert flaws(consent["provision"], PROVISION, "Consent.provision") == []
    decider = evaluate(
        provisions_of(consent), facts_of(request), labels_of(request["labels"]), span(request["now"]).first
    )
    return decider is not None and decider.permits


@pytest.mark.skipif(not CORPUS["vectors"], reason="the shared corpus of consents is not here")
@pytest.mark.parametrize("vector", CORPUS["vectors"], ids=lambda vector: vector["request"])
def test_every_vector_of_the_corpus_comes_out_as_it_says(vector):
    file = vector["consent"]
    consent = json.loads((SHARED / "ihe-pcf" / file).read_text()) if file else None

    decision = "permit" if permits(consent, CORPUS["requests"][vector["request"]]) else "deny"

    assert decision == vector["decision"]


def coded(code):
    return {"system": SYSTEMS.get(code, ACT_REASON), "code": code}


def named(reference):
    if isinstance(reference, Coding):
        return {"identifier": {"system": reference.system, "value": reference.code}}
    return {"reference": reference}


def rule(kind, *, actor=None, purpose=None, label=None, nested=(), **periods):
    whole = {
        "type": kind,
        "actor": actor and [{"role": {"text": "IRCP"}, "reference": named(actor)}],
        "purpose": purpose and [coded(code) for code in purpose],
        "securityLabel": label and [coded(code) for code in label],
        "provision": list(nested),
        **periods,
    }
    return {name: value for name, value in whole.items() if value}


def decider(root, asked=None, labels="N", now=NOON):
    found = evaluate(provisions_of({"provision": root}), asked or facts(), labels_of(labels), now)
    return found.path if found else None


@pytest.mark.parametrize(
    ("root", "path"),
    [
        (rule("permit"), "provision"),
        (rule("permit", purpose=["HRESCH"]), None),
        (rule("permit", purpose=["HRESCH", "TREAT"]), "provision"),
        (rule("permit", purpose=["TREAT"], actor="Practitioner/other"), None),
        (rule("permit", purpose=["TREAT"], actor=NURSE), "provision"),
        (rule("permit", label=["R"]), None),
        (rule("permit", label=["R", "N"]), "provision"),
        # A nested deny inherits nothing: it stands where its parent does not reach.
        (rule("permit", purpose=["HRESCH"], nested=[rule("deny", actor=NURSE)]), "provision.provision[0]"),
        (rule("permit", nested=[rule("deny", actor="Practitioner/other")]), "provision"),
        # A nested permit inherits what it does not state, and may state what its parent does not.
        (rule("permit", purpose=["HRESCH"], nested=[rule("permit", actor=NURSE)]), None),
        (
            rule("permit", purpose=["HRESCH"], nested=[rule("permit", purpose=["TREAT"])]),
            "provision.provision[0]",
        ),
        (rule("permit", actor="Practitioner/other", nested=[rule("permit", purpose=["TREAT"])]), None),
        (rule("permit", label=["R"], nested=[rule("permit", actor=NURSE)]), None),
        (rule("permit", label=["R"], nested=[rule("permit", label=["N"])]), "provision.provision[0]"),
        (rule("deny", nested=[rule("permit", actor=NURSE)]), "provision.provision[0]"),
        # Nested deny before nested permit before root.
        (rule("permit", nested=[rule("permit"), rule("deny")]), "provision.provision[1]"),
        (
            rule("permit", nested=[rule("deny", actor="Practitioner/other"), rule("permit")]),
            "provision.provision[1]",
        ),
    ],
)
def test_elements_are_joined_by_and_values_by_or_and_the_nearest_kind_decides(root, path):
    assert decider(root) == path


def test_an_actor_is_found_by_its_identifier_as_by_its_reference():
    root = rule("permit", actor=WARD)

    assert decider(root, facts(actors=[NURSE, WARD])) == "provision"
    assert decider(root, facts(actors=[NURSE])) is None


@pytest.mark.parametrize(
    ("nested", "first", "last"),
    [
        ({}, (2026, 3, 1), (2026, 6, 30)),
        ({"period": {"end": "2026-05"}}, (2026, 3, 1), (2026, 5, 31)),
        ({"period": {"start": "2026-04-01"}}, (2026, 4, 1), (2026, 6, 30)),
        ({"period": {"start": "2026", "end": "2026"}}, (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_a_nested_permit_inherits_the_bounds_of_the_period_that_it_does_not_state(nested, first, last):
    root = rule("permit", period={"start": "2026-03-01", "end": "2026-06-30"}, nested=[rule("permit", **nested)])

    period = provisions_of({"provision": root})[0].period

    assert period == (stockholm(*first), stockholm(*last, 23, 59, 59, 999_999))


@pytest.mark.parametrize(
    "constraint",
    [
        {"class": [coded("TREAT")]},
        {"data": [{"meaning": "instance", "reference": named("Observation/1")}]},
    ],
)
def test_a_nested_permit_inherits_the_class_and_the_data_that_it_does_not_state(constraint):
    root = {**rule("permit", nested=[rule("permit", actor=NURSE)]), **constraint}

    assert decider(root) is None


def test_a_nested_permit_inherits_the_period_of_the_data():
    root = rule("permit", dataPeriod={"end": "2026-03-31"}, nested=[rule("permit", actor=NURSE)])

    assert decider(root) is None
    assert decider(root, facts(data_at=stockholm(2026, 3, 31, 23, 59, 59))) == "provision.provision[0]"


@pytest.mark.parametrize(
    "change",
    [
        {"foo": 1},
        {"type": "Deny"},
        {"type": ["deny"]},
        {"actor": []},
        {"actor": [{"role": {"text": "IRCP"}, "reference": {"display": "A. Nurse"}}]},
        {"data": [{"meaning": "dependents", "reference": named(NURSE)}]},
        {"provision": [rule("permit", nested=[rule("permit")])]},
        {"provision": [{"purpose": [coded("TREAT")]}]},
        {"period": {"start": "yesterday"}},
        {"period": {"start": "2026-02-01", "end": "2026-01-31"}},
        {"action": [{"text": "access"}]},
    ],
)
def test_a_provision_with_anything_unknown_in_it_is_flawed(change):
    assert flaws({**rule("permit"), **change}, PROVISION, "Consent.provision")


def test_a_provision_without_type_is_flawed():
    [problem] = flaws({"purpose": [coded("TREAT")]}, PROVISION, "Consent.provision")

    assert str(problem) == "Consent.provision.type: is missing"
