"""What becomes of a consent: who gave it, when that ends, and what is known of the person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from consent_samples import (
    BASE,
    KEPT_AT,
    NOW,
    PERSON,
    a_consent,
    a_provision,
    a_request,
    actor,
    decided,
    kept,
    section_label,
    stockholm,
)
from foreign_consents import asked_of, consent_with, rule

from gateway.consent import decide, read_consent
from gateway.decisions import PersonStatus
from gateway.errors import InvalidConsent
from gateway.identity import PersonIdentity

PNR = "http://electronichealth.se/identifier/personnummer"
SAMORDNING = "http://electronichealth.se/identifier/samordningsnummer"
POLICY = a_consent()["policy"][0]["uri"]
LABELS = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
MOTHER = {"identifier": {"system": PNR, "value": "191212121212"}}
MANDATE = {"identifier": {"system": f"{BASE}/NamingSystem/mina-ombud-fullmakt", "value": "fullmakt-1"}}


def a_childs(digits, system=PNR, **changes):
    """A consent that the mother gave for the child with this number, without end."""
    patient = {"identifier": {"system": system, "value": digits}}
    return a_consent(a_provision(period=None), patient=patient, performer=[MOTHER], **changes)


def decided_for(digits, consent, now):
    person = PersonIdentity(digits)
    return decide([kept(consent, person=person)], a_request(person=person), now)


@pytest.mark.parametrize(
    ("digits", "system", "last_day", "of_age"),
    [
        ("200804022387", PNR, (2026, 4, 1), (2026, 4, 2)),
        ("200804622387", SAMORDNING, (2026, 4, 1), (2026, 4, 2)),
        ("200803302389", PNR, (2026, 3, 29), (2026, 3, 30)),
        ("200802292389", PNR, (2026, 2, 27), (2026, 2, 28)),
    ],
)
def test_f10_what_a_guardian_consented_to_ends_as_the_day_begins_on_which_the_child_is_of_age(
    digits, system, last_day, of_age
):
    consent = a_childs(digits, system, dateTime="2026-01-02")
    record = kept(consent, person=PersonIdentity(digits), recorded_at=stockholm(2026, 1, 2))
    request = a_request(person=PersonIdentity(digits))

    assert decide([record], request, stockholm(*last_day, 23, 59, 59, 999_999)).permitted
    assert decide([record], request, stockholm(*of_age)).reason == "expired"


@pytest.mark.parametrize(
    ("digits", "system", "last_day", "of_age"),
    [
        ("200804022387", PNR, "2026-04-01", "2026-04-02"),
        ("200804622387", SAMORDNING, "2026-04-01", "2026-04-02"),
        ("200804622387", "urn:oid:1.2.752.129.2.1.3.3", "2026-04-01", "2026-04-02"),
        ("200802292389", "urn:oid:1.2.752.129.2.1.3.1", "2026-02-27", "2026-02-28"),
    ],
)
@pytest.mark.parametrize("period", [{}, {"period": {"end": "2027"}}])
def test_f10_what_a_guardian_gave_ends_alike_where_the_consent_was_not_taken_in(
    digits, system, last_day, of_age, period
):
    number = {"system": system, "value": digits}
    mother = [{"reference": "RelatedPerson/mother"}]
    consent = consent_with(rule("permit", **period), patient={"identifier": number}, performer=mother)
    itself = {**consent, "performer": [{"identifier": number}]}
    denying = {**consent, "id": "deny", "provision": rule("permit", nested=[rule("deny")])}

    assert asked_of([consent], patient=digits, now=last_day).permitted
    for now in (of_age, f"{of_age}T00:00:00", "2026-05-01"):
        assert asked_of([consent], patient=digits, now=now).reason == "expired"
    assert asked_of([itself], patient=digits, now="2026-05-01").permitted
    assert asked_of([denying], patient=digits, now="2026-05-01").objected


@pytest.mark.parametrize(
    "patient",
    [
        {"reference": "Patient/p1"},
        {"reference": "Patient/p1", "identifier": {"system": "http://example.org/mrn", "value": "200804022387"}},
    ],
)
def test_nobody_comes_of_age_whose_number_the_consent_does_not_tell(patient):
    consent = consent_with(rule("permit"), patient=patient, performer=[{"reference": "RelatedPerson/mother"}])

    assert asked_of([consent], now="2026-05-01").permitted


def test_what_a_guardian_denied_for_a_child_does_not_end():
    consent = a_childs("200804022387")
    consent["provision"]["provision"] = [{"type": "deny", "actor": [actor()]}]

    assert decided_for("200804022387", consent, stockholm(2026, 5, 1)).objected


def test_a_child_that_consents_itself_is_asked_no_more_when_it_is_of_age():
    consent = {**a_childs("200804022387"), "performer": [a_childs("200804022387")["patient"]]}

    assert decided_for("200804022387", consent, stockholm(2026, 5, 1)).permitted


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"performer": [{"identifier": {"system": PNR, "value": PERSON.digits}}]}, ""),
        ({"performer": [MOTHER], "sourceReference": MANDATE}, ""),
        ({"performer": [{"reference": "RelatedPerson/mother"}], "sourceReference": MANDATE}, ""),
        ({"performer": [MOTHER]}, "mandate"),
        ({"performer": [{"reference": "RelatedPerson/mother"}]}, "mandate"),
        ({"performer": [{"reference": "Patient/p1"}, MOTHER]}, "mandate"),
        ({"performer": [MOTHER], "sourceReference": {"identifier": {"value": "fullmakt-1"}}}, "mandate"),
        ({"performer": [MOTHER], "sourceReference": {"identifier": {**MANDATE["identifier"], "value": "x"}}}, ""),
        ({"performer": [MOTHER], "sourceReference": None, "sourceAttachment": {"title": "fullmakt"}}, "mandate"),
        ({"patient": {**a_consent()["patient"], "reference": "Patient/p2"}}, "mandate"),
        ({"patient": {"identifier": a_consent()["patient"]["identifier"]}}, "mandate"),
    ],
)
def test_what_somebody_else_gave_for_an_adult_needs_a_mandate(changes, problem):
    consent = a_consent(**changes)

    if problem:
        with pytest.raises(InvalidConsent) as refused:
            read_consent(_bytes(consent))
        [found] = refused.value.problems
        assert problem in str(found)
        assert "sourceReference" in str(found)
        assert decided(consent).reason == "indeterminate"
    else:
        assert read_consent(_bytes(consent)).resource["sourceReference"] == consent["sourceReference"]
        assert decided(consent).permitted


def _bytes(consent):
    return json.dumps(consent).encode()


def test_a_consent_on_a_retired_policy_permits_nothing_and_still_denies():
    request = a_request(retired=frozenset({POLICY}))
    newer = a_consent(policy=[{"uri": f"{BASE}/policy/samtycke-sjukskrivning-v2"}])
    denying = a_consent({"type": "deny"})

    assert decided(a_consent(), request=request).reason == "policy-version-retired"
    assert decided(a_consent(), newer, request=request).permitted
    assert decided(newer, denying, request=request).objected
    assert decided(a_consent(), request=a_request(retired=frozenset({f"{POLICY}0"}))).permitted


def test_a_section_that_a_consent_denies_stays_denied_when_its_policy_is_retired():
    older = a_consent(a_provision(provision=[{"type": "deny", "securityLabel": [section_label("diagnos")]}]))
    named = {"provision": [a_provision(securityLabel=[section_label("diagnos")])]}
    newer = a_consent(a_provision(**named), policy=[{"uri": f"{BASE}/policy/samtycke-sjukskrivning-v2"}])

    assert decided(newer).withheld == frozenset()
    for retired in (frozenset(), frozenset({POLICY})):
        found = decided(older, newer, request=a_request(retired=retired))
        assert (found.permitted, found.withheld) == (True, {"diagnos"})


@pytest.mark.parametrize("code", ["sekretessmarkering", "skyddadFolkbokforing"])
def test_a_protected_identity_goes_to_no_recipient_that_only_a_consent_names(code):
    marked = a_consent(meta={"security": [{"system": LABELS, "code": code}]})

    decision = decided(marked)
    assert (decision.permitted, decision.reason, decision.rule) == (False, "protected-identity", "provision")
    assert decided(marked, request=a_request(trusted=True)).permitted
    # It is the person who is protected, and not the one consent that says so.
    assert decided(a_consent(), marked).reason == "protected-identity"
    assert asked_of([consent_with(rule("permit"), meta=marked["meta"])]).reason == "protected-identity"


@pytest.mark.parametrize("status", ["draft", "rejected", "inactive", "entered-in-error"])
@pytest.mark.parametrize("flaw", [{}, {"performer": [MOTHER]}, {"provision": None}, {"unheardOf": 1}])
def test_a_consent_that_does_not_count_says_all_the_same_that_an_identity_is_protected(status, flaw):
    meta = {"security": [{"system": LABELS, "code": "sekretessmarkering"}]}
    marked = a_consent(status=status, meta=meta, **flaw)

    assert decided(a_consent(), marked).reason == "protected-identity"
    assert decided(a_consent(), marked, request=a_request(trusted=True)).permitted
    foreign = consent_with(rule("permit"), id="marked", status=status, meta=meta, **flaw)
    assert asked_of([consent_with(rule("permit")), foreign]).reason == "protected-identity"


@pytest.mark.parametrize("meta", ["x", {"security": "x"}, {"security": ["x"]}, {"security": [{"system": ["x"]}]}])
def test_labels_that_cannot_be_read_say_nothing_and_one_of_that_system_may_say_anything(meta):
    unreadable = {"security": [{"system": LABELS, "code": ["x"]}]}

    assert decided(a_consent(), a_consent(status="inactive", meta=meta)).permitted
    assert decided(a_consent(), a_consent(status="inactive", meta=unreadable)).reason == "protected-identity"


@pytest.mark.parametrize("label", [{"code": "annat"}, {"code": "Sekretessmarkering"}, {"display": "skyddad"}])
def test_f15_a_label_of_protection_that_nobody_has_heard_of_counts_as_one(label):
    marked = a_consent(meta={"security": [{"system": LABELS, **label}]})

    assert decided(marked).reason == "protected-identity"
    assert decided(marked, request=a_request(trusted=True)).permitted
    assert asked_of([consent_with(rule("permit"), meta=marked["meta"])]).reason == "protected-identity"


def test_a_label_of_another_system_protects_nobody():
    for label in ({"system": "http://example.org", "code": "sekretessmarkering"}, {"code": "sekretessmarkering"}):
        assert decided(a_consent(meta={"security": [label]})).permitted


@pytest.mark.parametrize(
    ("status", "trusted", "reason"),
    [
        (PersonStatus.PROTECTED, False, "protected-identity"),
        (PersonStatus.PROTECTED, True, "permitted"),
        (PersonStatus.UNKNOWN, False, "protected-identity"),
        (PersonStatus.UNKNOWN, True, "permitted"),
        (PersonStatus.DECEASED, False, "expired"),
        (PersonStatus.DECEASED, True, "expired"),
        (PersonStatus.REPLACED, False, "patient-mismatch"),
        (PersonStatus.REPLACED, True, "patient-mismatch"),
    ],
)
def test_what_is_recorded_about_the_person_stands_above_every_permit_and_below_every_deny(status, trusted, reason):
    records = [
        kept(a_consent(), "one"),
        kept(a_consent(), "two", recorded_at=KEPT_AT + timedelta(days=1)),
    ]
    known = [_knowing(record, status) for record in records]
    request = a_request(trusted=trusted)

    assert decide(known, request, NOW).reason == reason
    assert decide(known[:1], request, NOW).until is None
    assert decide([*known, kept(a_consent({"type": "deny"}), "deny")], request, NOW).objected
    assert decide(records, request, NOW).permitted


@pytest.mark.parametrize(
    ("told", "trusted", "reason"),
    [
        (["protected"], False, "protected-identity"),
        (["protected"], True, "permitted"),
        (["unknown"], False, "protected-identity"),
        (["unknown"], True, "permitted"),
        (["deceased"], False, "expired"),
        (["deceased", "protected"], True, "expired"),
        (["replaced"], True, "patient-mismatch"),
        ([], False, "permitted"),
    ],
)
def test_a_question_in_anybodys_words_tells_what_is_recorded_about_the_person(told, trusted, reason):
    consent, denying = consent_with(rule("permit")), consent_with(rule("deny"), id="deny")

    assert asked_of([consent], patientStatus=told, trusted=trusted).reason == reason
    assert asked_of([consent, denying], patientStatus=told, trusted=trusted).objected
    assert asked_of([], patientStatus=told).reason == "no-active-consent"


def test_a_question_in_anybodys_words_tells_which_policies_are_retired():
    consent = consent_with(rule("permit"))
    [policy] = consent["policy"]

    assert asked_of([consent], retiredPolicies=[policy["uri"]]).reason == "policy-version-retired"
    assert asked_of([consent], retiredPolicies=["http://example.org/another"]).permitted


def _knowing(record, status):
    return replace(record, known=frozenset({status}))


@pytest.mark.parametrize("code", ["uppgiftsskyldighet", "sekretessprovning", "Samtycke"])
def test_f13_another_ground_than_consent_is_kept_and_permits_nothing(code):
    ground = {"coding": [{"system": f"{BASE}/CodeSystem/rattslig-grund", "code": code}]}
    recorded = a_consent(category=[*a_consent()["category"], ground])
    denying = a_consent({"type": "deny"}, category=recorded["category"])

    assert read_consent(_bytes(recorded)).resource["category"] == recorded["category"]
    assert decided(recorded).reason == "no-active-consent"
    assert decided(recorded, a_consent()).permitted
    assert decided(a_consent(), denying).objected


def test_a_consent_may_say_that_it_is_one():
    ground = {"coding": [{"system": f"{BASE}/CodeSystem/rattslig-grund", "code": "samtycke"}]}

    assert decided(a_consent(category=[*a_consent()["category"], ground])).permitted
