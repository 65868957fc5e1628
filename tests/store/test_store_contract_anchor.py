"""What every store promises where too long nothing of the log was kept elsewhere; the row H03 of the fault table."""

from __future__ import annotations

from datetime import timedelta

from gateway.deliveries import DeliveryState
from gateway.stops import Scope
from gateway.store.port import Anchored, Stamp

HOUR = timedelta(hours=1)


def test_where_no_anchor_is_asked_for_its_age_stops_nothing(store, given, keep, read):
    kept = keep.delivery()

    assert store.anchored() is None
    assert read(given.noon + 1000 * HOUR)
    assert [one.id for one in keep.claim(given.noon + 1000 * HOUR)] == [kept.id]


def test_h03_nothing_is_claimed_or_read_while_the_anchor_is_too_old_and_all_goes_on_by_itself(store, given, keep, read):
    store.anchor_within(4 * HOUR, given.noon)
    kept = keep.delivery()
    late = given.noon + 4 * HOUR + timedelta(seconds=1)
    assert read(given.noon + 4 * HOUR)

    assert keep.claim(late) == []
    assert not read(late)
    [stop] = store.stops()
    assert (stop.scope, stop.because) == (
        Scope.ANCHOR,
        "nothing of the log was kept elsewhere since 2026-03-02T12:00:00+00:00",
    )

    store.note_anchored(late, late)

    assert store.stops() == []
    assert read(late)
    assert [one.id for one in keep.claim(late)] == [kept.id]
    told = [entry.detail.split(":")[0] for entry in store.log() if entry.event == "security.alert"]
    assert told == ["stop anchor anchor", "lift anchor anchor"]


def test_h03_what_was_claimed_before_the_anchor_was_too_old_does_not_leave(store, given, keep):
    store.anchor_within(4 * HOUR, given.noon)
    claimed = keep.claimed()

    assert store.authorise(claimed, lambda *_: given.permit(), given.noon + 5 * HOUR, given.address) is None

    delivery, attempts = store.delivery(claimed.id)
    assert (delivery.state, delivery.reason, attempts) == (DeliveryState.READY, "stopped", [])


def test_the_time_runs_from_when_an_anchor_was_first_asked_for_and_not_from_the_last_start(store, given):
    store.anchor_within(4 * HOUR, given.noon)
    store.anchor_within(2 * HOUR, given.noon + HOUR)

    assert store.anchored() == Anchored(given.noon, 2 * HOUR)


def test_how_old_an_anchor_may_be_stands_in_the_log_each_time_that_it_changes(store, given):
    for within in (None, 4 * HOUR, 4 * HOUR, 2 * HOUR, None, None):
        store.anchor_within(within, given.noon)

    told = [entry.detail for entry in store.log() if entry.event == "anchor.asked"]
    assert told == ["within 4:00:00", "within 2:00:00", "no more"]


def test_where_no_anchor_is_asked_for_any_more_what_waited_for_one_goes_on(store, given, keep):
    store.anchor_within(4 * HOUR, given.noon)
    kept = keep.delivery()
    assert keep.claim(given.noon + 5 * HOUR) == []

    store.anchor_within(None, given.noon + 5 * HOUR)

    assert [one.id for one in keep.claim(given.noon + 5 * HOUR)] == [kept.id]


def test_an_anchor_that_is_noted_too_late_lets_nothing_leave(store, given, keep):
    store.anchor_within(4 * HOUR, given.noon)
    keep.delivery()
    late = given.noon + 9 * HOUR
    assert keep.claim(late) == []

    store.note_anchored(late - 5 * HOUR, late)

    assert [stop.scope for stop in store.stops()] == [Scope.ANCHOR]
    assert keep.claim(late) == []


def test_time_stamps_are_kept_in_the_order_they_came(store, given):
    assert store.newest_stamp() is None
    store.add_stamp(3, b"one", given.noon)
    store.add_stamp(5, b"other", given.noon + HOUR)

    assert store.stamps() == [Stamp(3, b"one", given.noon), Stamp(5, b"other", given.noon + HOUR)]
    assert store.newest_stamp() == Stamp(5, b"other", given.noon + HOUR)
