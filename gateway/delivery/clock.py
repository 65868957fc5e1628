"""Whether the clock was set: the time of day beside a clock that nobody sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.steady import since_boot
from gateway.stops import CLOCK_TOLERANCE, Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery


class ClockWatch:
    """Tells how far the clock has been set.

    Args:
        now: The time of day.
        steady: Seconds on a clock that nobody sets.
    """

    def __init__(self, now: Callable[[], datetime], steady: Callable[[], float] = since_boot) -> None:
        self._now, self._steady = now, steady
        self._seen = now(), steady()

    def moved(self) -> timedelta:
        """Return how far it has been set since this was last asked; less than nothing where it was set back."""
        before, seen = self._seen, (self._now(), self._steady())
        self._seen = seen
        return seen[0] - before[0] - timedelta(seconds=seen[1] - before[1])


@dataclass(frozen=True, slots=True)
class WatchedClaim:
    """Claims for a worker, and stops everything where the clock is found to have been set."""

    claim: Callable[[datetime, timedelta, int, str], Sequence[Delivery]]
    stop: Callable[[Stop], Stop]
    watch: ClockWatch

    def __call__(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        """Claim as the store does."""
        moved = self.watch.moved()
        if abs(moved) > CLOCK_TOLERANCE:
            self.stop(Stop(Scope.CLOCK, "", "clock", f"it was set by {moved.total_seconds():+.0f} s", at))
        return self.claim(at, lease, limit, worker)
