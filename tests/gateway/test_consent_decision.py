"""One consent and one request: what covers, and every near miss."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from consent_samples import (
    ACT_REASONS,
    BASE,
    CERTIFICATE,
    COMPOSITION,
    CONFIDENTIALITY,
    EMPLOYER,
    KEPT_AT,
    NOW,
    PARTICIPATION,
    PERSON,
    PURPOSES,
    SETS,
    SOMEBODY_ELSE,
    a_consent,
    a_provision,
    a_request,
    actor,
    coding,
    data,
    decided,
    kept,
    section_label,
    stockholm,
)

from gateway.consent import decide
from gateway.decisions import Coding, PersonStatus
from gateway.identity import CertificateId, OrganisationNumber

SET_CODE = coding(SETS, "arbetsgivaruppgift-utokad")
IRCP_AND_ANOTHER = {"coding": [*actor()["role"]["coding"], coding(PARTICIPATION, "CST")]}
UUID = CERTIFICATE.urn.removeprefix("urn:uuid:")
URI = {"system": "urn:ietf:rfc:3986", "value": CERTIFICATE.urn}


def test_a_consent_for_this_recipient_and_purpose_permits_and_says_by_which_rule():
    decision = decided(a_consent())

    assert decision.permitted
    assert decision.reason == "permitted"
    assert decision.consent == "Consent/samtycke-1/_history/1"
    assert decision.rule == "provision"
    assert decision.withheld == {"diagnos"}
    assert decision.until is None


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": [actor("5560000001"), actor()]},
        {"actor": [actor(role="PRCP")]},
        {"purpose": [coding(ACT_REASONS, "COVERAGE"), coding(PURPOSES, "atergangsplan")]},
        {"class": [SET_CODE]},
        {"class": [coding(SETS, "annan"), SET_CODE]},
        {"data": [data(f"Composition/{COMPOSITION}")]},
        {"data": [data(f"Composition/{UUID}")]},
        {"data": [data(f"urn:uuid:{COMPOSITION}")]},
        {"data": [data(CERTIFICATE.urn)]},
        {"data": [data(identifier=URI)]},
        {"data": [data(identifier={"value": CERTIFICATE.urn})]},
        {"data": [data("Composition/another"), data(CERTIFICATE.urn)]},
        {"dataPeriod": {"start": "2026-03", "end": "2026-03"}},
        {"securityLabel": [coding(CONFIDENTIALITY, "R")]},
        {"securityLabel": [section_label("funktion"), section_label("prognos")]},
        {"securityLabel": [coding(CONFIDENTIALITY, "N"), coding(CONFIDENTIALITY, "R")]},
        {"period": None},
        {"period": {"end": "9999-12-31"}},
    ],
)
def test_a_provision_that_covers_the_request_permits_it(changes):
    assert decided(a_consent(a_provision(**changes))).permitted


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"actor": [actor("5561234568")]}, "recipient-not-covered"),
        ({"actor": [actor("1231234567")]}, "recipient-not-covered"),
        ({"actor": None}, "recipient-not-covered"),
        ({"actor": [actor("5561234567 ")]}, "indeterminate"),
        ({"actor": [actor("556123-4567")]}, "indeterminate"),
        ({"actor": [actor("165561234567")]}, "indeterminate"),
        ({"actor": [actor("٥٥٦١٢٣٤٥٦٧")]}, "indeterminate"),
        ({"actor": [actor(5561234567)]}, "indeterminate"),
        ({"actor": [actor(system="URN:OID:2.5.4.97")]}, "indeterminate"),
        ({"actor": [actor(system="urn:oid:1.2.752.29.4.19")]}, "indeterminate"),
        ({"actor": [actor(role="CST")]}, "indeterminate"),
        ({"actor": [actor(role="ircp")]}, "indeterminate"),
        ({"actor": [{**actor(), "role": IRCP_AND_ANOTHER}]}, "indeterminate"),
        ({"actor": [actor(role_system="http://example.org/roles")]}, "indeterminate"),
        ({"actor": [{"reference": actor()["reference"]}]}, "indeterminate"),
        ({"actor": [{**actor(), "role": {"text": "IRCP"}}]}, "indeterminate"),
        ({"actor": [{**actor(), "reference": {"reference": "Organization/1"}}]}, "indeterminate"),
        ({"actor": []}, "indeterminate"),
        ({"purpose": [coding(PURPOSES, "sjukpenning")]}, "purpose-not-covered"),
        ({"purpose": [coding(ACT_REASONS, "atergangsplan")]}, "purpose-not-covered"),
        ({"purpose": [coding(PURPOSES, "Atergangsplan")]}, "purpose-not-covered"),
        ({"purpose": [coding(PURPOSES, "atergangsplan ")]}, "purpose-not-covered"),
        ({"purpose": None}, "purpose-not-covered"),
        ({"purpose": [{"code": "atergangsplan"}]}, "indeterminate"),
        ({"purpose": [coding(ACT_REASONS, "BTG"), coding(PURPOSES, "atergangsplan")]}, "indeterminate"),
        ({"class": [coding(SETS, "arbetsgivaruppgift-bas")]}, "set-not-covered"),
        ({"class": [coding(SETS, "arbetsgivaruppgift-utokad2")]}, "set-not-covered"),
        ({"class": [coding("http://hl7.org/fhir/resource-types", "Composition")]}, "indeterminate"),
        ({"data": [data("Composition/another")]}, "set-not-covered"),
        ({"data": [data(identifier={**URI, "value": f"urn:uuid:{COMPOSITION}"})]}, "set-not-covered"),
        ({"data": [data(CERTIFICATE.urn.upper())]}, "indeterminate"),
        ({"data": [data(identifier={**URI, "value": CERTIFICATE.urn.upper()})]}, "indeterminate"),
        ({"data": [data(identifier={**URI, "system": "urn:oid:1.2.3"})]}, "indeterminate"),
        ({"data": [data(f"Composition/{COMPOSITION}/_history/1")]}, "indeterminate"),
        ({"data": [data("Condition/1")]}, "indeterminate"),
        ({"data": [data(CERTIFICATE.urn, meaning="related")]}, "indeterminate"),
        ({"data": [data(CERTIFICATE.urn, meaning="dependents")]}, "indeterminate"),
        ({"data": [data(CERTIFICATE.urn, meaning="authoredby")]}, "indeterminate"),
        (
            {"data": [{"meaning": "instance", "reference": {"reference": CERTIFICATE.urn, "identifier": URI}}]},
            "indeterminate",
        ),
        ({"dataPeriod": {"end": "2026-02-28"}}, "set-not-covered"),
        ({"dataPeriod": {"start": "2026-03-02"}}, "set-not-covered"),
        ({"securityLabel": [coding(CONFIDENTIALITY, "N")]}, "section-denied"),
        ({"securityLabel": [section_label("funktion")]}, "section-denied"),
        ({"securityLabel": [coding(CONFIDENTIALITY, "V")]}, "indeterminate"),
        ({"securityLabel": [coding(f"{BASE}/CodeSystem/annat", "R")]}, "indeterminate"),
        ({"action": [{"text": "access"}]}, "indeterminate"),
        ({"code": [{"text": "LISJP"}]}, "indeterminate"),
        ({"extension": [{"url": "http://example.org/x", "valueBoolean": True}]}, "indeterminate"),
        ({"modifierExtension": [{"url": "http://example.org/x"}]}, "indeterminate"),
        ({"_type": {"id": "x"}}, "indeterminate"),
        ({"type": None}, "indeterminate"),
        ({"type": "Permit"}, "indeterminate"),
        ({"period": {"start": "2026-09-01", "end": "2026-03-02"}}, "indeterminate"),
        ({"provision": [a_provision(provision=[a_provision()])]}, "indeterminate"),
        ({"type": "deny"}, "purpose-not-covered"),
        ({"type": "deny", "actor": None, "purpose": None, "period": None}, "recipient-not-covered"),
        ({"type": "deny", "actor": [actor("5561234568")]}, "no-active-consent"),
    ],
)
def test_f06_a_provision_that_nearly_covers_the_request_denies_it_and_says_why(changes, reason):
    decision = decided(a_consent(a_provision(**changes)))

    assert not decision.permitted
    assert decision.reason == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"organisation": OrganisationNumber("5569876543")}, "recipient-not-covered"),
        ({"purposes": frozenset({Coding(PURPOSES, "sip")})}, "purpose-not-covered"),
        ({"purposes": frozenset()}, "purpose-not-covered"),
        ({"must_be_named": True}, "set-not-covered"),
        ({"person": SOMEBODY_ELSE}, "patient-mismatch"),
    ],
)
def test_f06_another_request_is_denied_and_says_why(changes, reason):
    decision = decided(a_consent(), request=a_request(**changes))

    assert not decision.permitted
    assert decision.reason == reason


def test_a_set_that_must_be_named_is_permitted_where_the_consent_names_it():
    named = a_consent(a_provision(**{"class": [SET_CODE]}))

    assert decided(named, request=a_request(must_be_named=True)).permitted


def test_an_unnamed_permit_for_another_purpose_misses_the_purpose_before_the_set():
    other = a_consent(a_provision(purpose=[coding(PURPOSES, "sip")]))

    assert decided(other, request=a_request(must_be_named=True)).reason == "purpose-not-covered"


def test_a_certificate_whose_id_is_no_uuid_is_found_by_the_urn_made_of_it():
    certificate = CertificateId("SE5560000001-TEST-VE", "intyg-1")
    consent = a_consent(a_provision(data=[data(certificate.urn)]))

    assert decided(consent, request=a_request(certificate=certificate)).permitted
    assert decided(consent, request=a_request()).reason == "set-not-covered"


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (stockholm(2026, 3, 28, 23, 59, 59), "not-started"),
        (stockholm(2026, 3, 29, 0, 0, 0), "permitted"),
        (stockholm(2026, 10, 25, 23, 59, 59), "permitted"),
        (stockholm(2026, 10, 25, 23, 59, 59, 999_999), "permitted"),
        (stockholm(2026, 10, 26, 0, 0, 0), "expired"),
        # The days on which the clocks change begin and end at the midnights of two different offsets.
        (datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC), "not-started"),
        (datetime(2026, 3, 28, 23, 0, 0, tzinfo=UTC), "permitted"),
        (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), "permitted"),
        (datetime(2026, 10, 25, 23, 0, 0, tzinfo=UTC), "expired"),
    ],
)
def test_a_period_of_days_runs_from_midnight_to_the_last_moment_in_stockholm(now, reason):
    consent = a_consent(a_provision(period={"start": "2026-03-29", "end": "2026-10-25"}))

    assert decided(consent, now=now).reason == reason


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (stockholm(2026, 4, 30, 11, 59, 59), "not-started"),
        (stockholm(2026, 4, 30, 12, 0, 0), "permitted"),
        (stockholm(2026, 5, 1, 12, 0, 0), "permitted"),
        (stockholm(2026, 5, 1, 12, 0, 1), "expired"),
    ],
)
def test_a_period_with_times_ends_at_that_very_moment(now, reason):
    period = {"start": "2026-04-30T12:00:00+02:00", "end": "2026-05-01T10:00:00Z"}

    assert decided(a_consent(a_provision(period=period)), now=now).reason == reason


def test_a_consent_that_has_not_begun_says_when_it_does():
    consent = a_consent(a_provision(period={"start": "2026-05-01"}))

    decision = decided(consent)

    assert decision.reason == "not-started"
    assert decision.until == stockholm(2026, 5, 1)
    assert decision.consent == "Consent/samtycke-1/_history/1"
    assert decision.rule == "provision"


def test_a_consent_dated_in_the_future_has_not_begun():
    decision = decided(a_consent(dateTime="2026-04-02"))

    assert decision.reason == "not-started"
    assert decision.until == stockholm(2026, 4, 2)


def test_a_consent_counts_from_when_it_was_kept_and_not_before():
    record = kept(a_consent())

    early = decide([record], a_request(), KEPT_AT - timedelta(microseconds=1))
    at_once = decide([record], a_request(), KEPT_AT)

    assert (early.reason, early.until) == ("not-started", KEPT_AT)
    assert at_once.permitted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"content": kept(a_consent({"type": "deny"})).content}, "recipient-not-covered"),
        ({"content": kept(a_consent(status="inactive")).content}, "revoked"),
        ({"content": b"[]"}, "indeterminate"),
        ({"recorded_at": NOW + timedelta(days=1)}, "not-started"),
        ({"known": frozenset({PersonStatus.DECEASED})}, "expired"),
        ({"person": SOMEBODY_ELSE}, "indeterminate"),
    ],
)
def test_a_consent_that_was_read_before_is_read_anew_where_anything_about_it_is_otherwise(change, reason):
    record = kept(a_consent())
    assert decide([record], a_request(), NOW).permitted

    assert decide([replace(record, **change)], a_request(), NOW).reason == reason


def test_a_consent_that_was_read_before_still_ends_in_time():
    record = kept(a_consent(a_provision(period={"end": NOW.date().isoformat()})))
    assert decide([record], a_request(), NOW).permitted

    assert decide([record], a_request(), NOW + timedelta(days=1)).reason == "expired"


def test_a_consent_kept_after_its_period_was_over_never_counts():
    record = kept(a_consent(a_provision(period={"end": "2026-03-01"})), recorded_at=NOW + timedelta(days=1))

    decision = decide([record], a_request(), NOW)

    assert (decision.reason, decision.until) == ("expired", None)


@pytest.mark.parametrize(
    ("consent", "since"),
    [
        (a_consent(), KEPT_AT),
        (a_consent(a_provision(period={"start": "2026-03-15"})), stockholm(2026, 3, 15)),
        (a_consent(dateTime="2026-03-20T08:00:00+01:00"), stockholm(2026, 3, 20, 8)),
    ],
)
def test_a_permit_says_from_when_all_of_it_holds(consent, since):
    assert decided(consent).since == since


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("inactive", "revoked"),
        ("entered-in-error", "entered-in-error"),
        ("draft", "no-active-consent"),
        ("proposed", "no-active-consent"),
        ("rejected", "no-active-consent"),
        ("Active", "indeterminate"),
        ("active ", "indeterminate"),
        ("", "indeterminate"),
        (None, "indeterminate"),
        (True, "indeterminate"),
        (["active"], "indeterminate"),
    ],
)
def test_only_an_active_consent_permits(status, reason):
    decision = decided(a_consent(status=status))

    assert not decision.permitted
    assert decision.reason == reason


@pytest.mark.parametrize("status", ["inactive", "entered-in-error", "draft"])
def test_what_is_not_active_and_cannot_be_understood_does_not_matter(status):
    broken = a_consent(a_provision(foo=1), status=status)

    assert decided(broken).reason == "no-active-consent"
    assert decided(broken, a_consent()).permitted


def test_a_withdrawn_consent_for_others_is_no_consent():
    withdrawn = a_consent(a_provision(actor=[actor("5569876543")]), status="inactive")

    decision = decided(withdrawn)

    assert (decision.reason, decision.consent) == ("no-active-consent", "")


def test_no_consent_at_all_denies():
    decision = decide([], a_request(), NOW)

    assert (decision.permitted, decision.reason, decision.consent) == (False, "no-active-consent", "")


@pytest.mark.parametrize("resource", [None, [], "Consent", 1, {}, {"resourceType": "Consent"}])
def test_what_is_no_consent_denies(resource):
    assert decided(resource).reason == "indeterminate"


@pytest.mark.parametrize(
    "changes",
    [
        {"patient": {"identifier": {**a_consent()["patient"]["identifier"], "value": SOMEBODY_ELSE.digits}}},
        {"patient": {"reference": "Patient/p1"}},
        {"patient": {"identifier": {"system": "urn:oid:2.5.4.97", "value": PERSON.digits}}},
        {"patient": {"identifier": {**a_consent()["patient"]["identifier"], "value": "19900222-2397"}}},
        {"dateTime": None},
        {"dateTime": "2026-02-30"},
        {"policy": None},
        {"policy": [{"authority": "https://example.org"}]},
        {"policyRule": {"text": "opt-in"}},
        {"verification": [{"verified": True}]},
        {"sourceReference": None},
        {"sourceAttachment": {"title": "Samtycke"}},
        {"category": [{"text": "samtycke"}]},
        {"scope": {"coding": [coding("http://terminology.hl7.org/CodeSystem/consentscope", "research")]}},
        {"contained": [{"resourceType": "Patient"}]},
        {"implicitRules": "https://example.org/rules"},
        {"modifierExtension": [{"url": "https://example.org/x", "valueBoolean": True}]},
    ],
)
def test_f11_an_active_consent_that_is_not_understood_denies_even_beside_one_that_permits(changes):
    broken = a_consent(**changes)

    assert decided(broken).reason == "indeterminate"
    assert decided(a_consent(), broken).reason == "indeterminate"
    assert decided(broken, a_consent()).consent == "Consent/samtycke-1/_history/1"


def test_what_a_consent_may_say_besides_does_not_hinder():
    consent = a_consent(
        meta={"profile": ["https://example.org/p"], "lastUpdated": "2026-03-02T10:20:00Z"},
        language="sv",
        text={"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>Samtycke</div>"},
        identifier=[{"system": "urn:ietf:rfc:3986", "value": CERTIFICATE.urn, "assigner": {"display": "VG"}}],
        extension=[{"url": "https://example.org/x", "extension": [{"url": "y", "valueInteger": 1}]}],
        sourceReference=None,
        sourceAttachment={"contentType": "application/pdf", "size": 1, "url": "https://example.org/a.pdf"},
    )

    assert decided(consent).permitted


@pytest.mark.parametrize(
    "resource",
    [a_consent(patient={"identifier": {**a_consent()["patient"]["identifier"], "value": "191212121212"}})],
)
@pytest.mark.parametrize("provision", [a_provision(), a_provision(type="deny"), {"foo": 1}])
def test_a_consent_about_somebody_else_is_passed_over(resource, provision):
    foreign = kept({**resource, "provision": provision}, "annans", person=SOMEBODY_ELSE)

    assert decide([foreign], a_request(), NOW).reason == "patient-mismatch"
    assert decide([foreign, kept(a_consent())], a_request(), NOW).permitted


def test_a_consent_kept_under_somebody_else_but_naming_the_person_denies():
    misplaced = kept(a_consent(), person=SOMEBODY_ELSE)

    assert decide([misplaced], a_request(), NOW).reason == "indeterminate"


def test_the_employers_number_stands_in_the_sample():
    # The near misses above differ from it by one digit, by its first three, by a blank and by its script.
    assert actor()["reference"]["identifier"]["value"] == EMPLOYER == "5561234567"
