"""What every store promises of what had left when a consent was withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.deliveries import Delivered, DeliveryState, Postponed, Stopped, Unknown
from gateway.documents import Receipt
from gateway.errors import NotFound, VersionConflict
from gateway.store.port import Reader

HOUR = timedelta(hours=1)
LATER = 3 * HOUR


@pytest.fixture
def withdraw(store, given):
    """Withdraws the consent that attempts rest on; returns what had left."""
    store.add_consent(given.consent(), given.plan())
    withdrawn = given.consent(version=2, resource={"status": "inactive"}, recorded_at=given.noon + LATER)
    return lambda: store.change_consent(withdrawn, given.plan(), None)


@pytest.mark.parametrize(
    ("outcome", "gone"),
    [
        (lambda _noon: Delivered(Receipt("case-1")), ["delivered"]),
        (lambda noon: Unknown(noon + LATER, "no answer"), ["unknown"]),
        (lambda noon: Postponed(noon + LATER, "HTTP 503"), []),
        (lambda _noon: Stopped("HTTP 400"), []),
    ],
    ids=["delivered", "unknown", "not taken", "refused"],
)
def test_what_was_taken_or_may_have_been_had_left(store, given, keep, withdraw, outcome, gone):
    tried = keep.tried()
    store.record(tried, outcome(given.noon), given.noon + HOUR)

    found = withdraw()

    assert [one.gone for one in found] == gone
    for one in found:
        assert (one.at, one.set_name, one.organisation) == (given.noon + HOUR, "sickness_benefit", "2021005521")
        assert (one.certificate, one.message) == (tried.certificate, tried.message)
        assert (one.consent, one.delivery, one.attempt) == ("Consent/c1/_history/1", tried.id, 1)


def test_an_attempt_without_an_outcome_is_in_flight_since_it_began(given, keep, withdraw):
    tried = keep.tried()

    [found] = withdraw()

    assert (found.gone, found.at, found.delivery, found.attempt) == ("in-flight", given.noon, tried.id, 1)


def test_of_several_attempts_the_one_that_says_most_is_told(store, given, keep, withdraw):
    tried = keep.tried()
    store.record(tried, Unknown(given.noon + HOUR, "no answer"), given.noon)
    [again] = keep.claim(given.noon + HOUR)
    store.authorise(again, lambda *_: given.permit(), given.noon + HOUR, given.address)

    assert [(one.gone, one.attempt) for one in withdraw()] == [("in-flight", 2)]


def test_what_was_read_is_told_once_with_the_last_time(store, given, keep, withdraw):
    keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)
    for hours in (0, 2, 1):
        store.read_sets(
            given.person,
            ["sickness_benefit"],
            lambda _consents, sets: [(kept, given.permit()) for kept in sets],
            Reader("2120009994", "municipality"),
            given.noon + hours * HOUR,
        )

    [found] = withdraw()

    assert (found.gone, found.at, found.organisation) == ("read", given.noon + 2 * HOUR, "2120009994")
    assert (found.delivery, found.attempt) == ("", 0)


def test_what_was_denied_or_rested_on_another_consent_is_not_told(store, given, keep, withdraw):
    other = keep.claimed()
    store.authorise(other, lambda *_: given.permit(consent="Consent/c11/_history/1"), given.noon, given.address)
    denial = given.refusal("revoked", consent="Consent/c1/_history/1")
    store.read_sets(
        given.person,
        ["sickness_benefit"],
        lambda _consents, sets: [(kept, denial) for kept in sets],
        Reader("2120009994", "municipality"),
        given.noon,
    )

    assert withdraw() == []


def test_what_had_left_stands_in_the_log_after_the_withdrawal(store, given, keep, withdraw):
    tried = keep.tried()

    withdraw()

    kept, left = store.log()[-2:]
    assert (kept.event, kept.detail) == ("consent.kept", "Consent/c1/_history/2")
    assert (left.event, left.message, left.delivery) == ("withdrawal.in_flight", tried.message, tried.id)
    assert (left.at, left.detail) == (given.noon + LATER, "Consent/c1/_history/2 sickness_benefit 2021005521")


def test_a_withdrawal_is_kept_as_any_other_version(store, given, withdraw):
    withdraw()

    assert (store.consent("c1").version, store.consent("c1").resource) == (2, {"status": "inactive"})
    with pytest.raises(VersionConflict):
        withdraw()
    with pytest.raises(NotFound):
        store.change_consent(given.consent(id="none", version=2), given.plan(), None)
