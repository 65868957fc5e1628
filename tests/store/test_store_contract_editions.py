"""What every store promises of deliveries that are set going, and of which edition of their set they bring."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.deliveries import Delivered, DeliveryState, Postponed, Stopped, Unknown
from gateway.documents import Receipt

HOUR = timedelta(hours=1)


def body_of(title):
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"title": title}}]}).encode()


def title_of(authorised):
    return json.loads(authorised.information_set.body)["entry"][0]["resource"]["title"]


@pytest.fixture
def renew(store, given):
    """Keeps the second edition of a delivery's set."""

    def renew(delivery, **changes):
        second = given.set_for(delivery, edition=2, body=body_of("second"), **changes)
        store.renew(delivery.message, (), [second], given.plan(), given.noon)
        return second

    return renew


@pytest.fixture
def bring(store, given, keep):
    """Claims the one delivery that is due, and returns the title of what it brings."""

    def bring(after=HOUR, **permit):
        [claimed] = keep.claim(given.noon + after)
        return title_of(store.authorise(claimed, lambda *_: given.permit(**permit), given.noon + after, given.address))

    return bring


def now(store, delivery):
    return store.delivery(delivery.id)[0]


def of_the_first(message_of):
    return [lambda message: message_of.set_for(message, body=body_of("first"))]


@pytest.mark.parametrize("state", list(DeliveryState))
def test_only_what_failed_or_was_withheld_can_be_set_going(store, given, keep, state):
    kept = keep.delivery(state=state, due_at=None, attempts=4, began_at=given.noon)

    going = store.set_going([kept], "retry", given.noon + HOUR)

    if state in {"DEAD", "WITHHELD", "RETRY_WAIT", "UNKNOWN", "DELIVERED"}:
        due = replace(kept, state=DeliveryState.READY, reason="retry", due_at=given.noon + HOUR, attempts=0)
        assert going == [replace(due, began_at=None)] == [now(store, kept)]
        assert (store.log()[-1].event, store.log()[-1].detail) == ("delivery.ready", f"retry from={state}")
    else:
        assert (going, now(store, kept)) == ([], kept)


def test_what_stands_otherwise_than_it_was_seen_is_left(store, given, keep):
    seen = keep.delivery(state=DeliveryState.RETRY_WAIT)
    [claimed] = keep.claim()
    store.record(claimed, Postponed(given.noon + HOUR, "busy"), given.noon)

    assert store.set_going([seen], "retry", given.noon) == []
    assert now(store, seen).state is DeliveryState.RETRY_WAIT


def test_the_numbers_of_attempts_go_on_rising_when_it_was_set_going(store, given, keep):
    tried = keep.tried()
    store.record(tried, Stopped("refused"), given.noon)
    store.set_going([now(store, tried)], "retry", given.noon)
    [again] = keep.claim()

    store.authorise(again, lambda *_: given.permit(), given.noon, given.address)

    delivery, attempts = store.delivery(tried.id)
    assert [attempt.number for attempt in attempts] == [1, 2]
    assert (again.attempts, delivery.attempts) == (0, 1)


def test_what_was_delivered_is_set_going_only_where_there_is_an_edition_that_was_not_taken(
    store, given, keep, renew, bring
):
    tried = keep.tried(sets=of_the_first(given))
    store.record(tried, Delivered(Receipt("1")), given.noon)
    assert store.set_going([now(store, tried)], "retry", given.noon) == []

    renew(tried)

    [going] = store.set_going([now(store, tried)], "retry", given.noon)
    assert bring() == "second"
    [taken] = keep.claim(given.noon + 2 * HOUR)
    store.authorise(taken, lambda *_: given.permit(), given.noon + 2 * HOUR, given.address)
    store.record(taken, Delivered(Receipt("2")), given.noon + 2 * HOUR)
    assert store.set_going([now(store, going)], "retry", given.noon) == []


def test_when_it_arrived_is_known_also_while_it_is_on_its_way_again(store, given, keep, renew):
    tried = keep.tried()
    assert now(store, tried).arrived_at is None
    store.record(tried, Delivered(Receipt("1")), given.noon + HOUR)
    renew(tried)

    [going] = store.set_going([now(store, tried)], "retry", given.noon + 2 * HOUR)

    assert (going.state, going.arrived_at) == (DeliveryState.READY, given.noon + HOUR)
    assert now(store, tried).arrived_at == given.noon + HOUR


@pytest.mark.parametrize("how", ["nobody answered", "its worker is lost", "it failed after that"])
def test_what_may_have_been_taken_is_repeated_as_it_was(store, given, keep, renew, bring, how):
    tried = keep.tried(sets=of_the_first(given))
    if how != "its worker is lost":
        store.record(tried, Unknown(given.noon, "no-answer"), given.noon)
    if how == "it failed after that":
        assert bring(timedelta()) == "first"
        store.record(keep.at_it(tried), Postponed(given.noon, "HTTP 503"), given.noon)
    renew(tried)

    assert bring() == "first"


def test_between_two_tries_of_an_attempt_too(store, given, keep, renew):
    tried = keep.tried(sets=of_the_first(given))
    renew(tried)

    again = store.authorise(tried, lambda *_: given.permit(), given.noon, given.address)

    assert (title_of(again), again.tries) == ("first", 2)


def test_once_it_is_known_to_have_arrived_the_newer_edition_can_follow(store, given, keep, renew, bring):
    tried = keep.tried(sets=of_the_first(given))
    store.record(tried, Unknown(given.noon, "no-answer"), given.noon)
    renew(tried)
    assert bring(timedelta()) == "first"
    store.record(keep.at_it(tried), Delivered(Receipt("1")), given.noon)

    assert store.set_going([now(store, tried)], "retry", given.noon)

    assert bring() == "second"


@pytest.mark.parametrize("outcome", ["postponed", "refused", "refused after nobody answered"])
def test_what_was_not_taken_goes_in_the_newest_edition(store, given, keep, renew, bring, outcome):
    tried = keep.tried(sets=of_the_first(given))
    if outcome == "refused after nobody answered":
        store.record(tried, Unknown(given.noon, "no-answer"), given.noon)
        bring(timedelta())
    end = Postponed(given.noon, "busy") if outcome == "postponed" else Stopped("refused")
    store.record(keep.at_it(tried), end, given.noon)
    renew(tried)
    store.set_going([now(store, tried)], "retry", given.noon)

    assert bring() == "second"


def test_what_may_have_been_taken_is_not_repeated_where_it_says_more_than_is_permitted_today(
    store, given, keep, renew, bring
):
    tried = keep.tried(sets=of_the_first(given))
    store.record(tried, Unknown(given.noon, "no-answer"), given.noon)
    renew(tried, withheld=frozenset({"6"}))

    assert bring(withheld=frozenset({"6"})) == "second"
