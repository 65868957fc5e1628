"""The faults of consents by their numbers, as far as the decision goes: F04 to F07 and F11."""

from __future__ import annotations

from itertools import permutations

import pytest
from consent_samples import (
    BASE,
    CERTIFICATE,
    EMPLOYER,
    NOW,
    PURPOSES,
    SETS,
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
from gateway.decisions import REASONS

ANOTHER_PERSON = {"identifier": {**a_consent()["patient"]["identifier"], "value": "191212121212"}}
PERSON_NUMBER = a_consent()["patient"]["identifier"]["value"]
HSA = "urn:oid:1.2.752.29.4.19"


def with_number(value):
    return {"patient": {"identifier": {**a_consent()["patient"]["identifier"], "value": value}}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        # Another organisation: the number with a digit wrong, the same last digits, the same first digits.
        ({"actor": [actor("5561234568")]}, "recipient-not-covered"),
        ({"actor": [actor("1231234567")]}, "recipient-not-covered"),
        ({"actor": [actor("5561239999")]}, "recipient-not-covered"),
        ({"actor": [actor("0000000000")]}, "recipient-not-covered"),
        # The right organisation, written as nobody writes it: it is not guessed at.
        ({"actor": [actor(f"{EMPLOYER} ")]}, "indeterminate"),
        ({"actor": [actor(f" {EMPLOYER}")]}, "indeterminate"),
        ({"actor": [actor("556123-4567")]}, "indeterminate"),
        ({"actor": [actor(f"16{EMPLOYER}")]}, "indeterminate"),
        ({"actor": [actor(f"SE{EMPLOYER}01")]}, "indeterminate"),
        # Another unit or care provider: an HSA-id names no recipient, whatever number it begins with.
        ({"actor": [actor(f"SE{EMPLOYER}-1001", system=HSA)]}, "indeterminate"),
        ({"actor": [actor(EMPLOYER, system=HSA)]}, "indeterminate"),
        # Another purpose, set or certificate.
        ({"purpose": [coding(PURPOSES, "atergang")]}, "purpose-not-covered"),
        ({"purpose": [coding(PURPOSES, "ATERGANGSPLAN")]}, "purpose-not-covered"),
        ({"purpose": [coding(PURPOSES, "atergangsplan ")]}, "purpose-not-covered"),
        ({"purpose": [coding(f"{PURPOSES}/", "atergangsplan")]}, "purpose-not-covered"),
        ({"class": [coding(SETS, "arbetsgivaruppgift-bas")]}, "set-not-covered"),
        ({"class": [coding(SETS, "Arbetsgivaruppgift-utokad")]}, "set-not-covered"),
        ({"class": [coding(SETS, "arbetsgivaruppgift-utokad ")]}, "set-not-covered"),
        ({"data": [data(f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 12}")]}, "set-not-covered"),
        ({"data": [data(f"{CERTIFICATE.urn} ")]}, "indeterminate"),
        ({"dataPeriod": {"start": "2026-03-02"}}, "set-not-covered"),
    ],
)
def test_f06_a_consent_for_something_that_only_looks_alike_denies(changes, reason):
    decision = decided(a_consent(a_provision(**changes)))

    assert (decision.permitted, decision.reason) == (False, reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"patient": ANOTHER_PERSON}, "indeterminate"),
        (with_number(f"{PERSON_NUMBER} "), "indeterminate"),
        (with_number(PERSON_NUMBER[2:]), "indeterminate"),
        (with_number(f"{PERSON_NUMBER[:8]}-{PERSON_NUMBER[8:]}"), "indeterminate"),
    ],
)
def test_f06_a_consent_kept_under_a_person_whom_it_does_not_name_denies(changes, reason):
    assert decided(a_consent(**changes)).reason == reason


YES, NO = a_consent(), a_consent({"type": "deny"})
NO_TO_DIAGNOSIS = a_consent({"type": "deny", "securityLabel": [section_label("diagnos")]})
NO_TO_PROGNOSIS = a_consent({"type": "deny", "securityLabel": [section_label("prognos")]})
NO_TO_ANOTHER = a_consent({"type": "deny", "actor": [actor("5569876543")]})
NO_LATER = a_consent({"type": "deny", "period": {"start": "2026-04-02"}})
NO_BEFORE = a_consent({"type": "deny", "period": {"end": "2026-03-31"}})
NO_WITHDRAWN = {**NO, "status": "inactive"}
NAMED = a_consent(a_provision(provision=[{"type": "permit", "securityLabel": [section_label("diagnos")]}]))

GOLDEN = {
    "a permit and a deny": ([YES, NO], "recipient-not-covered", None),
    "two permits and a deny": ([YES, YES, NO], "recipient-not-covered", None),
    "a permit and a deny of a section it needs": ([YES, NO_TO_PROGNOSIS], "section-denied", None),
    "a permit and a deny of a section it can do without": ([NAMED, NO_TO_DIAGNOSIS], "permitted", {"diagnos"}),
    "a permit that names the section": ([NAMED], "permitted", set()),
    "a permit and a deny to somebody else": ([YES, NO_TO_ANOTHER], "permitted", {"diagnos"}),
    "a permit and a deny that begins tomorrow": ([YES, NO_LATER], "permitted", {"diagnos"}),
    "a permit and a deny that is over": ([YES, NO_BEFORE], "permitted", {"diagnos"}),
    "a permit and a deny that was withdrawn": ([YES, NO_WITHDRAWN], "permitted", {"diagnos"}),
    "a deny alone": ([NO], "recipient-not-covered", None),
    "a withdrawn permit and a deny": ([{**YES, "status": "inactive"}, NO], "recipient-not-covered", None),
    "a withdrawn permit and one given again": ([{**YES, "status": "inactive"}, YES], "permitted", {"diagnos"}),
    "nothing": ([], "no-active-consent", None),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_f07_of_several_consents_a_deny_wins_in_whatever_order_they_come(case):
    consents, reason, withheld = GOLDEN[case]

    for order in permutations(consents):
        decision = decided(*order)
        assert (decision.permitted, decision.reason) == (reason == "permitted", reason)
        assert withheld is None or decision.withheld == withheld


def test_f04_f05_a_consent_permits_from_its_first_moment_to_its_last():
    consent = a_consent(a_provision(period={"start": "2026-04-02", "end": "2026-04-02"}))

    assert decided(consent, now=NOW).until == stockholm(2026, 4, 2)
    assert decided(consent, now=stockholm(2026, 4, 2)).permitted
    assert decided(consent, now=stockholm(2026, 4, 3)).reason == "expired"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"resourceType": "Consent"},
        a_consent(policy=None),
        a_consent(policy=[]),
        a_consent(policy=[{"authority": "https://example.org"}]),
        a_consent(a_provision(purpose=[{"code": "atergangsplan"}])),
        a_consent(a_provision(actor=[{"role": actor()["role"], "reference": {"display": "Arbetsgivaren"}}])),
        a_consent(status="okänd"),
        a_consent(scope={"coding": [coding(f"{BASE}/scope", "patient-privacy")]}),
        a_consent(a_provision(provision=[{"type": "deny", "foo": 1}])),
    ],
)
def test_f11_a_consent_that_cannot_be_understood_is_never_skipped(broken):
    for order in permutations([kept(a_consent(), "one"), kept(broken, "broken")]):
        decision = decide(order, a_request(), NOW)
        assert (decision.permitted, decision.reason) == (False, "indeterminate")
        assert decision.consent == "Consent/broken/_history/1"


def test_every_decision_says_by_which_rules_it_was_made():
    for consents in ([], [YES], [NO], [a_consent(status="okänd")]):
        decision = decided(*consents)
        assert decision.policy == "4"
        assert decision.reason in REASONS | {"permitted"}
