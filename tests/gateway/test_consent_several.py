"""Several consents: any deny wins, order has no weight, and the nearest miss says why."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from consent_samples import (
    CONFIDENTIALITY,
    KEPT_AT,
    NOW,
    PURPOSES,
    SETS,
    a_consent,
    a_provision,
    a_request,
    actor,
    coding,
    decided,
    kept,
    section_label,
    stockholm,
)

from gateway.consent import decide

NEAREST_FIRST = [
    ("indeterminate", a_consent(a_provision(foo=1))),
    ("recipient-not-covered", a_consent({"type": "deny"})),
    ("section-denied", a_consent({"type": "deny", "securityLabel": [section_label("prognos")]})),
    ("permitted", a_consent()),
    ("not-started", a_consent(a_provision(period={"start": "2026-05-01"}))),
    ("expired", a_consent(a_provision(period={"end": "2026-03-31"}))),
    ("section-denied", a_consent(a_provision(securityLabel=[section_label("prognos")]))),
    ("set-not-covered", a_consent(a_provision(**{"class": [coding(SETS, "annan")]}))),
    ("purpose-not-covered", a_consent(a_provision(purpose=[coding(PURPOSES, "sip")]))),
    ("recipient-not-covered", a_consent(a_provision(actor=[actor("5569876543")]))),
    ("no-active-consent", a_consent(status="rejected")),
]


@pytest.mark.parametrize("place", range(len(NEAREST_FIRST)))
def test_the_nearest_consent_says_why_whatever_else_there_is(place):
    reason, nearest = NEAREST_FIRST[place]
    further = [consent for _, consent in NEAREST_FIRST[place + 1 :]]

    assert decided(nearest, *further).reason == reason
    assert decided(*reversed(further), nearest).reason == reason


@pytest.mark.parametrize("status", ["inactive", "entered-in-error"])
def test_what_was_withdrawn_says_why_rather_than_what_is_for_others(status):
    withdrawn = a_consent(status=status)
    for_others = a_consent(a_provision(actor=[actor("5569876543")]))
    reason = {"inactive": "revoked"}.get(status, status)

    for consents in permutations([withdrawn, for_others]):
        assert decided(*consents).reason == reason


def test_of_a_withdrawn_and_an_expired_consent_the_one_kept_last_says_why():
    expired, withdrawn = a_consent(a_provision(period={"end": "2026-03-31"})), a_consent(status="inactive")
    later = KEPT_AT + timedelta(days=3)

    for reason, records in {
        "revoked": [kept(expired, "e"), kept(withdrawn, "w", 2, recorded_at=later)],
        "expired": [kept(expired, "e", recorded_at=later), kept(withdrawn, "w", 2)],
    }.items():
        for order in permutations(records):
            assert decide(order, a_request(), NOW).reason == reason


def test_a_withdrawn_consent_does_not_hinder_one_given_again():
    decision = decide([kept(a_consent(status="inactive"), "old", 2), kept(a_consent(), "new")], a_request(), NOW)

    assert (decision.permitted, decision.consent) == (True, "Consent/new/_history/1")


@pytest.mark.parametrize(
    "deny",
    [
        {"type": "deny"},
        {"type": "deny", "actor": [actor()]},
        {"type": "deny", "purpose": [coding(PURPOSES, "atergangsplan")]},
        {"type": "deny", "securityLabel": [coding(CONFIDENTIALITY, "R")]},
        {"type": "deny", "period": {"start": "2026-04-01"}},
    ],
)
@pytest.mark.parametrize("deny_is_newer", [True, False])
def test_f07_a_deny_wins_over_a_permit_in_both_orders_and_whichever_is_newer(deny, deny_is_newer):
    later, earlier = KEPT_AT + timedelta(days=1), KEPT_AT
    denying = kept(a_consent(deny), "deny", recorded_at=later if deny_is_newer else earlier)
    permitting = kept(a_consent(), "permit", recorded_at=earlier if deny_is_newer else later)

    for order in permutations([denying, permitting]):
        decision = decide(order, a_request(), NOW)
        assert (decision.permitted, decision.objected) == (False, True)
        assert decision.consent == "Consent/deny/_history/1"


def test_f07_a_deny_that_begins_later_denies_from_then_on():
    consents = (a_consent(), a_consent({"type": "deny", "period": {"start": "2026-04-02"}}))

    assert decided(*consents, now=stockholm(2026, 4, 1, 23, 59, 59)).permitted
    assert decided(*consents, now=stockholm(2026, 4, 2)).objected


def test_f07_a_deny_dated_ahead_does_not_wait():
    assert decided(a_consent(), a_consent({"type": "deny"}, dateTime="2026-05-01")).objected


def test_a_deny_that_ends_says_until_when():
    passing = a_consent({"type": "deny", "period": {"end": "2026-04-10"}})

    decision = decided(a_consent(), passing)

    assert (decision.objected, decision.until) == (True, stockholm(2026, 4, 11))
    assert decided(a_consent(), passing, now=stockholm(2026, 4, 11)).permitted


@pytest.mark.parametrize("end", ["2026-12-31", "9999-12-31T23:59:59.999999Z", None])
def test_a_deny_that_outlasts_the_permit_says_no_moment(end):
    period = {"end": end} if end else {"start": "2026-01-01"}

    decision = decided(a_consent(), a_consent({"type": "deny", "period": period}))

    assert (decision.objected, decision.until) == (True, None)


def test_of_several_that_begin_the_earliest_says_when():
    starts = ("2026-06-01", "2026-05-01", "2026-07-01")
    ahead = [a_consent(a_provision(period={"start": start})) for start in starts]
    for_others = a_consent(a_provision(actor=[actor("5569876543")], period={"start": "2026-04-15"}))

    assert decided(*ahead, for_others).until == stockholm(2026, 5, 1)


def test_a_permit_that_begins_without_covering_every_section_is_no_beginning():
    consent = a_consent(
        a_provision(
            period={"end": "2026-03-31"},
            provision=[
                {
                    "type": "permit",
                    "securityLabel": [section_label("prognos")],
                    "period": {"start": "2026-05-01", "end": "2026-06-01"},
                }
            ],
        )
    )

    decision = decided(consent)

    assert (decision.reason, decision.until) == ("expired", None)


def test_of_two_permits_the_one_that_releases_more_is_the_ground():
    naming = a_consent(a_provision(securityLabel=[coding(CONFIDENTIALITY, "R"), section_label("diagnos")]))

    for order in permutations([kept(a_consent(), "b-less"), kept(naming, "a-more")]):
        decision = decide(order, a_request(), NOW)
        assert (decision.consent, decision.withheld) == ("Consent/a-more/_history/1", frozenset())


def test_of_two_like_permits_the_older_is_the_ground():
    older = kept(a_consent(), "older")
    newer = kept(a_consent(), "newer", recorded_at=KEPT_AT + timedelta(days=1))

    for order in permutations([older, newer]):
        decision = decide(order, a_request(), NOW)
        assert (decision.consent, decision.since) == ("Consent/older/_history/1", KEPT_AT)
