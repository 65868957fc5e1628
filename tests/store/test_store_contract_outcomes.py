"""What every store promises of attempts and what they came to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.deliveries import NOT_KNOWN_THERE, Delivered, DeliveryState, Postponed, Stopped, Superseded, Unknown
from gateway.documents import Receipt
from gateway.heard import Heard

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def state_of(store, delivery):
    return store.delivery(delivery.id)[0].state


LATER = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Delivered(Receipt("FK-1")), ("DELIVERED", None, "", "FK-1")),
        (Postponed(LATER, "busy"), ("RETRY_WAIT", LATER, "busy", "")),
        (Unknown(LATER, "no answer"), ("UNKNOWN", LATER, "no answer", "")),
        (Stopped("refused"), ("DEAD", None, "refused", "")),
        (Superseded("revoked there"), ("SUPERSEDED", None, "revoked there", "")),
    ],
    ids=["delivered", "postponed", "unknown", "stopped", "superseded"],
)
def test_an_outcome_ends_the_attempt_and_moves_the_delivery(store, given, keep, outcome, expected):
    state, due_at, reason, reference = expected
    tried = keep.tried()
    ended = given.noon + SECOND

    assert store.record(tried, outcome, ended) is True

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.state, delivery.due_at, delivery.reason) == (state, due_at, reason)
    assert (attempt.ended_at, attempt.outcome, attempt.reason) == (ended, state, reason)
    assert attempt.reference == reference
    assert store.log()[-1].event == "release.outcome"
    told, _, more = store.log()[-1].detail.partition(" ")
    assert told == state
    assert more == reason or (reference and more.startswith("receipt=") and reference not in more)


def test_an_outcome_is_recorded_once(store, given, keep):
    tried = keep.tried()
    assert store.record(tried, Delivered(Receipt("FK-1")), given.noon)

    assert store.record(tried, Stopped("refused"), given.noon) is False

    assert state_of(store, tried) is DeliveryState.DELIVERED


def test_a_mistake_before_the_attempt_can_be_recorded_too(store, given, keep):
    claimed = keep.claimed()

    assert store.record(claimed, Stopped("internal-error"), given.noon) is True

    delivery, attempts = store.delivery(claimed.id)
    assert (delivery.state, attempts) == (DeliveryState.DEAD, [])


def test_a_delivery_withheld_while_it_was_sent_still_records_what_became_of_it(store, given, keep):
    tried = keep.tried()
    store.add_consent(given.consent(), given.plan(replace(tried, state=DeliveryState.WITHHELD, due_at=None)))

    assert store.record(tried, Delivered(Receipt("FK-1")), given.noon) is True

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.state, attempt.outcome) == (DeliveryState.DELIVERED, "DELIVERED")


def test_an_attempt_that_the_recipient_asked_to_repeat_does_not_count(store, given, keep):
    tried = keep.tried(attempts=3)

    store.record(tried, Postponed(LATER, "busy", counts=False), given.noon)

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.attempts, attempt.outcome) == (3, "RETRY_WAIT")


def test_attempts_of_which_none_counts_have_not_begun(store, given, keep):
    tried = keep.tried()

    store.record(tried, Postponed(LATER, "busy", counts=False), given.noon)

    assert store.delivery(tried.id)[0].began_at is None


def test_when_the_attempts_began_is_known_until_they_begin_anew_by_hand(store, given, keep):
    tried = keep.tried()
    store.record(tried, Postponed(given.noon + HOUR, "busy"), given.noon)
    [again] = keep.claim(given.noon + HOUR)
    store.authorise(again, lambda *_: given.permit(), given.noon + HOUR, given.address)
    assert (again.began_at, store.delivery(tried.id)[0].began_at) == (given.noon, given.noon)

    store.record(again, Stopped("refused"), given.noon + HOUR)

    store.set_going([store.delivery(tried.id)[0]], "retry", given.noon + HOUR)
    assert store.delivery(tried.id)[0].began_at is None


def test_b03_since_when_a_notice_is_not_known_is_told_until_its_attempts_begin_anew(store, given, keep):
    def try_it(hours, outcome):
        at = given.noon + hours * HOUR
        [claimed] = keep.claim(at)
        store.authorise(claimed, lambda *_: given.permit(), at, given.address)
        store.record(claimed, outcome, at + SECOND)
        return claimed.not_known_since, store.delivery(claimed.id)[0].not_known_since

    first = given.noon + HOUR + SECOND
    tried = keep.tried()
    store.record(tried, Postponed(given.noon + HOUR, "HTTP 503"), given.noon)

    assert try_it(1, Postponed(given.noon + 2 * HOUR, NOT_KNOWN_THERE)) == (None, first)
    assert try_it(2, Postponed(given.noon + 3 * HOUR, NOT_KNOWN_THERE)) == (first, first)
    assert try_it(3, Stopped("refused")) == (first, first)

    store.set_going([store.delivery(tried.id)[0]], "retry", given.noon + 4 * HOUR)
    assert try_it(4, Postponed(given.noon + 5 * HOUR, NOT_KNOWN_THERE)) == (None, given.noon + 4 * HOUR + SECOND)


def test_each_attempt_has_its_number(store, given, keep):
    tried = keep.tried()
    store.record(tried, Postponed(given.noon + HOUR, "busy"), given.noon)
    [again] = keep.claim(given.noon + HOUR)
    store.authorise(again, lambda *_: given.permit(), given.noon + HOUR, given.address)
    store.record(again, Delivered(Receipt("FK-1")), given.noon + HOUR)

    delivery, attempts = store.delivery(tried.id)

    assert [(attempt.number, attempt.outcome) for attempt in attempts] == [
        (1, "RETRY_WAIT"),
        (2, "DELIVERED"),
    ]
    assert delivery.attempts == 2


@pytest.mark.parametrize("outcome", [Delivered(Receipt("FK-1")), Stopped("HTTP 422")])
def test_what_a_recipient_said_is_kept_with_the_attempt_and_told_by_its_hash(store, given, keep, outcome):
    tried = keep.tried()
    heard = Heard(422, {}, b'{"resourceType": "OperationOutcome"}')

    store.record(tried, outcome, given.noon, heard=heard)

    _, [attempt] = store.delivery(tried.id)
    assert (attempt.status, attempt.answer) == (422, hashlib.sha256(heard.body).hexdigest())


def test_where_nobody_answered_nothing_is_said_to_have_been(store, given, keep):
    tried = keep.tried()

    store.record(tried, Unknown(LATER, "no-answer"), given.noon)

    _, [attempt] = store.delivery(tried.id)
    assert (attempt.status, attempt.answer) == (None, "")


def test_an_answer_to_a_worker_whose_lease_was_outgrown_is_not_kept_with_the_attempt_of_another(store, given, keep):
    slow = keep.tried()
    [again] = keep.claim(given.noon + given.lease, "another")
    store.authorise(again, lambda *_: given.permit(), given.noon + given.lease, given.address)

    assert (
        store.record(slow, Delivered(Receipt("FK-1")), given.noon + given.lease, heard=Heard(201, {}, b"{}")) is False
    )

    assert [attempt.status for attempt in store.delivery(slow.id)[1]] == [None, None]
