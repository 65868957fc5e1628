"""What every store promises where the time that it is told goes back; the rows A18 and A19 of the fault table."""

from __future__ import annotations

from datetime import timedelta

from gateway.deliveries import DeliveryState
from gateway.stops import Scope, Stop

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def test_a19_where_the_clock_went_back_nothing_is_claimed_or_read_until_a_person_says_that_it_is_right(
    store, given, keep, read
):
    keep.claim(given.noon)
    kept = keep.delivery(due_at=given.noon - 2 * DAY)
    yesterday = given.noon - DAY

    assert keep.claim(yesterday) == []
    assert not read(yesterday)
    assert keep.claim(given.noon) == []
    because = "it is 86400 s behind what it was before"
    assert store.stops() == [Stop(Scope.CLOCK, "", "clock", because, yesterday)]
    alerts = [entry.detail for entry in store.log() if entry.event == "security.alert"]
    assert alerts == [f"stop clock clock: {because}"]

    assert store.lift(Scope.CLOCK, "", "Anna", yesterday) is True
    assert read(yesterday)
    assert [one.id for one in keep.claim(yesterday)] == [kept.id]


def test_what_was_claimed_before_the_clock_went_back_does_not_leave(store, given, keep):
    claimed = keep.claimed()

    assert store.authorise(claimed, lambda *_: given.permit(), given.noon - DAY, given.address) is None

    delivery, _ = store.delivery(claimed.id)
    assert (delivery.state, delivery.reason) == (DeliveryState.READY, "stopped")


def test_a_clock_that_goes_back_a_minute_or_forward_as_far_as_it_likes_is_believed(store, given, keep, read):
    keep.message()
    for at in (given.noon, given.noon - 60 * SECOND, given.noon + 400 * DAY):
        assert read(at)

    assert store.stops() == []
    assert not read(given.noon + 399 * DAY)
