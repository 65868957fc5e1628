"""What every store promises to workers that share it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.deliveries import DeliveryState, Stopped

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def events(store, message=None):
    return [entry.event for entry in store.log(message)]


def state_of(store, delivery):
    return store.delivery(delivery.id)[0].state


def test_what_is_due_is_claimed_in_the_order_it_fell_due_and_up_to_a_limit(store, given, keep):
    late, early, middle, coming = (
        keep.delivery(due_at=given.noon + minutes * timedelta(minutes=1)) for minutes in (-1, -3, -2, 1)
    )

    assert [d.id for d in keep.claim(limit=2)] == [early.id, middle.id]
    assert [d.id for d in keep.claim(limit=2)] == [late.id]
    assert keep.claim() == []
    assert state_of(store, coming) is DeliveryState.READY


@pytest.mark.parametrize("state", list(DeliveryState))
def test_only_what_stands_in_a_claimable_state_is_claimed(keep, state):
    keep.delivery(state=state)
    claimable = {"READY", "RETRY_WAIT", "UNKNOWN", "HELD_CONSENT", "SENDING"}

    assert bool(keep.claim()) is (state in claimable)


def test_what_is_due_at_this_very_moment_is_claimed_and_a_microsecond_earlier_is_not(given, keep):
    kept = keep.delivery(due_at=given.noon)

    assert keep.claim(given.noon - timedelta(microseconds=1)) == []
    assert [d.id for d in keep.claim(given.noon)] == [kept.id]


def test_a_held_delivery_without_a_day_is_not_claimed(given, keep):
    keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)

    assert keep.claim(given.noon + 1000 * HOUR) == []


def test_a_claimed_delivery_is_being_sent_under_a_higher_fence_until_its_lease_ends(store, given, keep):
    kept = keep.delivery(reason="busy", state=DeliveryState.RETRY_WAIT, attempts=2)

    [claimed] = keep.claim()

    expected = replace(
        kept, state=DeliveryState.SENDING, reason="", due_at=given.noon + given.lease, fence=kept.fence + 1
    )
    assert claimed == expected
    assert store.delivery(kept.id)[0] == expected
    assert [(e.event, e.detail) for e in store.log()[-1:]] == [("delivery.sending", "w1")]


def test_a_claimed_delivery_is_claimed_again_only_when_its_lease_is_over(given, keep):
    first = keep.claimed()

    assert keep.claim(given.noon + given.lease - SECOND, worker="w2") == []
    [second] = keep.claim(given.noon + given.lease, worker="w2")

    assert second.id == first.id
    assert second.fence == first.fence + 1


def test_those_who_claim_at_once_never_get_the_same(store, given, keep):
    message = keep.message(*({"due_at": given.noon} for _ in range(60)))

    with ThreadPoolExecutor(6) as workers:
        claims = list(workers.map(lambda number: keep.claim(worker=f"w{number}", limit=10), range(6)))

    claimed = [d.id for claim in claims for d in claim]
    assert len(claimed) == len(set(claimed)) == 60
    assert store.message(message.id)[0].deliveries == {"SENDING": 60}


def test_an_attempt_of_a_dead_worker_ends_unknown_when_another_takes_over(store, given, keep):
    lost = keep.tried()
    later = given.noon + given.lease

    [taken] = keep.claim(later, worker="w2")

    delivery, [attempt] = store.delivery(lost.id)
    assert (attempt.ended_at, attempt.outcome, attempt.reason) == (later, "UNKNOWN", "worker-lost")
    assert taken == delivery
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENDING, 1)
    assert events(store)[-2:] == ["release.outcome", "delivery.sending"]


def test_a04_a_claim_that_a_dead_worker_never_tried_counts_no_attempt(store, given, keep):
    lost = keep.claimed()

    keep.claim(given.noon + given.lease, worker="w2")

    delivery, attempts = store.delivery(lost.id)
    assert (delivery.attempts, attempts) == (0, [])


def test_a_worker_that_starts_anew_takes_back_what_it_held(store, given, keep):
    tried = keep.tried()
    untried = keep.claimed()
    keep.delivery()
    [anothers] = keep.claim(worker="w2")

    assert store.take_back("w1", given.noon + SECOND) == 2

    assert state_of(store, tried) is DeliveryState.UNKNOWN
    assert store.delivery(tried.id)[1][0].outcome == "UNKNOWN"
    assert state_of(store, untried) is DeliveryState.READY
    assert state_of(store, anothers) is DeliveryState.SENDING
    assert {d.id for d in keep.claim(given.noon + SECOND)} == {tried.id, untried.id}
    assert store.take_back("w3", given.noon) == 0


def test_what_a_worker_says_of_a_lease_that_was_taken_back_no_longer_counts(store, given, keep):
    tried = keep.tried()
    store.take_back("w1", given.noon)

    assert store.record(tried, Stopped("refused"), given.noon) is False
    assert store.authorise(tried, lambda *_: given.permit(), given.noon, given.address) is None

    assert state_of(store, tried) is DeliveryState.UNKNOWN
