from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.delivery.clock import ClockWatch, WatchedClaim
from gateway.steady import since_boot
from gateway.stops import Scope, Stop

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


class Clocks:
    """A time of day that can be set, and a steady clock that cannot."""

    def __init__(self) -> None:
        self.now, self.steady = NOON, 0.0

    def goes(self, seconds: float, is_set_by: float = 0) -> None:
        self.now += timedelta(seconds=seconds + is_set_by)
        self.steady += seconds


@pytest.fixture
def clocks():
    return Clocks()


def test_a_clock_that_goes_as_time_goes_was_not_set(clocks):
    watch = ClockWatch(lambda: clocks.now, lambda: clocks.steady)
    for seconds in (0, 0.5, 3600, 86_400):
        clocks.goes(seconds)
        assert watch.moved() == timedelta()


@pytest.mark.parametrize("seconds", [7200, -86_400, 61, -61])
def test_how_far_a_clock_was_set_is_told_once(clocks, seconds):
    watch = ClockWatch(lambda: clocks.now, lambda: clocks.steady)
    clocks.goes(5, is_set_by=seconds)

    assert watch.moved() == timedelta(seconds=seconds)
    assert watch.moved() == timedelta()


@pytest.mark.parametrize(("seconds", "stops"), [(7200, 1), (-86_400, 1), (60, 0), (-60, 0), (0, 0)])
def test_a18_a_worker_that_finds_its_clock_set_stops_everything_before_it_claims(clocks, seconds, stops):
    done: list[object] = []

    def claim(*asked):
        done.append(asked)
        return []

    claims = WatchedClaim(claim, done.append, ClockWatch(lambda: clocks.now, lambda: clocks.steady))
    clocks.goes(0.5, is_set_by=seconds)

    claims(clocks.now, LEASE, 8, "w1")

    stop = Stop(Scope.CLOCK, "", "clock", f"it was set by {seconds:+d} s", clocks.now)
    assert done == [*[stop] * stops, (clocks.now, LEASE, 8, "w1")]


def test_the_steady_clock_of_the_machine_goes_on():
    before = since_boot()

    assert since_boot() >= before > 0
