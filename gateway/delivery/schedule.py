"""When a delivery is tried again: what an attempt's end means for the next one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.deliveries import Outcome, Postponed, Stopped, Unknown
from gateway.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RETRY_AFTER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    *[timedelta(hours=12)] * 4,
    *[timedelta(days=1)] * 20,
)
"""Waits between attempts: thirty attempts over some three weeks. After the last one a person looks."""

JITTER = 0.2
"""How much longer or shorter a wait may be, so that what failed together does not come back together."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Says what comes after an attempt that failed."""

    waits: Sequence[timedelta] = RETRY_AFTER
    chance: Callable[[], float] = random.random
    """A number from 0 to 1, for the jitter."""

    def is_over(self, attempts: int) -> bool:
        """Say whether more attempts have been made than there are to be: each of them lost its worker."""
        return attempts > len(self.waits)

    def after(self, error: DeliveryError, attempts: int, now: datetime) -> Outcome:
        """Return what a failed attempt comes to.

        Args:
            error: How it failed.
            attempts: How many attempts there have been, this one included.
            now: When it failed.
        """
        if isinstance(error, PermanentFailure):
            return Stopped(str(error))
        if attempts > len(self.waits):
            return Stopped(f"exhausted after {attempts} attempts: {error}")
        wait = self.waits[attempts - 1] * (1 + JITTER * (2 * self.chance() - 1))
        if isinstance(error, UnknownOutcome):
            return Unknown(now + wait, str(error))
        asked = error.retry_after if isinstance(error, TemporaryFailure) else None
        return Postponed(now + max(wait, asked or timedelta()), str(error))
