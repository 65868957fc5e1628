"""The closure of FHIR's open questions on provisions, asked in anybody's words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from foreign_consents import NURSE, WARD, asked_of, coded, consent_with, datum, named, rule

from gateway.decisions import REASONS


def decider(root, **request):
    """The rule by which it is permitted or a deny says no; None where no rule applies."""
    decision = asked_of([consent_with(root)], **request)
    return decision.rule if decision.permitted or decision.objected else None


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

    assert decider(root, actor=[NURSE, "urn:oid:1.2.752.29.4.19|SE-WARD"]) == "provision"
    assert decider(root, actor=["SE-WARD"]) == "provision"
    assert decider(root, actor=["urn:oid:1.2.3|SE-WARD"]) is None
    assert decider(root, actor=[NURSE]) is None


@pytest.mark.parametrize(
    ("nested", "first", "last"),
    [
        ({}, "2026-03-01", "2026-06-30"),
        ({"period": {"end": "2026-05"}}, "2026-03-01", "2026-05-31"),
        ({"period": {"start": "2026-04-01"}}, "2026-04-01", "2026-06-30"),
        ({"period": {"start": "2026", "end": "2026"}}, "2026-01-01", "2026-12-31"),
    ],
)
def test_a_nested_permit_inherits_the_bounds_of_the_period_that_it_does_not_state(nested, first, last):
    root = rule(
        "permit",
        purpose=["HRESCH"],
        period={"start": "2026-03-01", "end": "2026-06-30"},
        nested=[rule("permit", purpose=["TREAT"], **nested)],
    )

    for inside in (f"{first}T00:00:00", f"{last}T23:59:59.999999"):
        assert decider(root, now=inside) == "provision.provision[0]"
    before, after = asked_of([consent_with(root)], now=_before(first)), asked_of([consent_with(root)], now=_after(last))
    assert (before.reason, after.reason) == ("not-started", "expired")


def _before(day):
    return (datetime.fromisoformat(day) - timedelta(microseconds=1)).isoformat()


def _after(day):
    return (datetime.fromisoformat(day) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize("constraint", [{"class": [coded("TREAT")]}, {"data": [datum("instance", "Observation/1")]}])
def test_a_nested_permit_inherits_the_class_and_the_data_that_it_does_not_state(constraint):
    root = {**rule("permit", nested=[rule("permit", actor=NURSE)]), **constraint}

    assert decider(root, resource="Observation/2") is None
    assert decider(root, **{"class": ["TREAT"]}, resource="Observation/1") == "provision.provision[0]"


def test_a_nested_permit_inherits_the_period_of_the_data():
    root = rule("permit", dataPeriod={"end": "2026-03-31"}, nested=[rule("permit", actor=NURSE)])

    assert decider(root, dataDate="2026-04-01") is None
    assert decider(root, dataDate="2026-03-31T23:59:59") == "provision.provision[0]"


@pytest.mark.parametrize(
    "change",
    [
        {"foo": 1},
        {"type": "Deny"},
        {"type": ["deny"]},
        {"type": None},
        {"actor": []},
        {"actor": [{"role": {"text": "IRCP"}, "reference": named(NURSE)}]},
        {"actor": [{**rule("permit", actor=NURSE)["actor"][0], "foo": 1}]},
        {"actor": [{**rule("permit", actor=NURSE)["actor"][0], "reference": {"display": "A. Nurse"}}]},
        {"actor": rule("permit", actor="#nurse")["actor"]},
        {"actor": rule("permit", actor="https://example.org/fhir/Practitioner/nurse")["actor"]},
        {"actor": rule("permit", actor="Practitioner/nurse/_history/1")["actor"]},
        {"actor": [{**rule("permit", actor=NURSE)["actor"][0], "reference": {"identifier": {"value": "SE-WARD"}}}]},
        {"purpose": [{"code": "TREAT"}]},
        {"securityLabel": [{"system": "http://example.org/labels"}]},
        {"data": [datum("dependents", NURSE)]},
        {"data": [{"reference": named(NURSE)}]},
        {"data": [{**datum("instance", "Observation/1"), "foo": 1}]},
        {"provision": [rule("permit", nested=[rule("permit")])]},
        {"provision": [rule("permit", nested=[rule("deny", actor="Practitioner/other")])]},
        {"provision": [{"purpose": [coded("TREAT")]}]},
        {"period": {"start": "yesterday"}},
        {"period": {"start": "2026-02-01", "end": "2026-01-31"}},
        {"period": {"end": "2026-12-31", "foo": 1}},
        {"dataPeriod": {"start": "2026-02-30"}},
        {"action": [{"text": "access"}]},
        {"code": [{"text": "LISJP"}]},
        {"extension": [{"url": "http://example.org/x", "valueBoolean": True}]},
        {"modifierExtension": [{"url": "http://example.org/x", "valueBoolean": True}]},
    ],
)
def test_a_provision_with_anything_that_is_not_understood_denies_whatever_else_permits(change):
    root = {name: value for name, value in {**rule("permit"), **change}.items() if value is not None}

    for consents in ([consent_with(root)], [consent_with(rule("permit")), consent_with(root, id="other")]):
        decision = asked_of(consents)
        assert (decision.permitted, decision.reason) == (False, "indeterminate")


@pytest.mark.parametrize(
    ("constraint", "untold"),
    [
        ({"actor": "Practitioner/other"}, "actor"),
        ({"actor": WARD}, "a kind of name"),
        ({"purpose": ["HRESCH"]}, "purpose"),
        ({"label": ["R"]}, "labels"),
        ({"class": [coded("TREAT")]}, "class"),
        ({"data": [datum("instance", "Observation/2")]}, "resource"),
        ({"data": [datum("related", "Encounter/2")]}, "related"),
        ({"data": [datum("authoredby", "Practitioner/2")]}, "author"),
        ({"dataPeriod": {"end": "2020"}}, "dataDate"),
    ],
)
def test_what_the_request_does_not_tell_no_permit_reaches_and_every_deny_does(constraint, untold):
    denying = rule("permit", nested=[rule("deny", **constraint)])

    assert asked_of([consent_with(denying)], without=[untold]).objected
    assert not asked_of([consent_with(rule("permit", **constraint))], without=[untold]).permitted


def test_an_empty_list_tells_that_there_is_none():
    no_alcohol = rule("permit", nested=[rule("deny", data=[datum("related", "Encounter/2")])])

    assert asked_of([consent_with(no_alcohol)], related=[]).permitted


@pytest.mark.parametrize(
    ("denying", "reason"),
    [
        (rule("deny"), "recipient-not-covered"),
        (rule("deny", actor=NURSE), "recipient-not-covered"),
        (rule("deny", actor=NURSE, purpose=["TREAT"]), "purpose-not-covered"),
        (rule("deny", purpose=["TREAT"], data=[datum("instance", "Observation/1")]), "set-not-covered"),
        (rule("deny", dataPeriod={"start": "2026"}), "set-not-covered"),
        (rule("deny", label=["N"], purpose=["TREAT"]), "label-denied"),
    ],
)
def test_a_deny_is_told_by_the_narrowest_thing_that_it_names(denying, reason):
    decision = asked_of([consent_with(denying), consent_with(rule("permit"), id="permit")])

    assert (decision.reason, decision.objected, decision.rule) == (reason, True, "provision")
    assert reason in REASONS
