"""When a delivery is tried again: what an attempt's end means for the next one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.deliveries import NOT_KNOWN_THERE, Outcome, Postponed, Returned, Stopped, Superseded, Unknown
from gateway.errors import (
    Busy,
    DeliveryError,
    EndpointGone,
    InternalError,
    NotKnownThere,
    PermanentFailure,
    RevokedThere,
    UnknownOutcome,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.deliveries import Delivery

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    *[timedelta(days=1)] * 23,
)
"""Waits between attempts: thirty attempts over some 24 days. After the last one a person looks."""

HORIZON = timedelta(days=25)
"""How long after its first attempt a delivery is tried at all."""

KNOWN_WITHIN = timedelta(hours=24)
"""How long a notice is tried again that its recipient refuses because it does not know what the notice is about."""

LONGEST_PAUSE = timedelta(hours=6)
"""The longest that a recipient's Retry-After is heeded."""

JITTER = 0.2
"""How much longer or shorter a wait may be, so that what failed together does not come back together."""

MISTAKES = 3
"""The attempt from which on a mistake of ours is the last one: a fourth would fail alike."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Says what comes after an attempt that failed."""

    waits: Sequence[timedelta] = RETRY_AFTER
    chance: Callable[[], float] = random.random
    """A number from 0 to 1, for the jitter."""

    def is_over(self, delivery: Delivery, now: datetime) -> bool:
        """Say whether a delivery has no attempt left; each that it had has lost its worker, or it would stand DEAD."""
        return delivery.attempts > len(self.waits) or now - (delivery.began_at or now) > HORIZON

    def after(self, error: DeliveryError, delivery: Delivery, now: datetime) -> Outcome:
        """Return what a failed attempt comes to.

        Args:
            error: How it failed.
            delivery: What was tried, as it was claimed: with the attempts before this one.
            now: When it failed.
        """
        if isinstance(error, RevokedThere):
            return Superseded(str(error))
        if isinstance(error, NotKnownThere) and delivery.is_notice and (until := self._until_known(delivery, now)):
            return Postponed(until, NOT_KNOWN_THERE)
        if isinstance(error, PermanentFailure):
            return Stopped(f"rejected: {error}")
        if isinstance(error, EndpointGone):
            return Returned(str(error))
        if isinstance(error, InternalError) and delivery.attempts + 1 >= MISTAKES:
            return Stopped(str(error), isinstance(error, UnknownOutcome))
        return self._again(error, delivery, now)

    def pause(self, error: Busy) -> timedelta:
        """Return how long a recipient that asks for time is left alone: what it asks for, within bounds."""
        return min(max(error.retry_after or timedelta(), self.waits[0]), LONGEST_PAUSE)

    def _again(self, error: DeliveryError, delivery: Delivery, now: datetime) -> Outcome:
        wait = self.pause(error) if isinstance(error, Busy) else self._wait(delivery.attempts)
        if wait is None or now + wait - (delivery.began_at or now) > HORIZON:
            return Stopped(f"exhausted: {error}", isinstance(error, UnknownOutcome))
        if isinstance(error, UnknownOutcome):
            return Unknown(now + wait, str(error))
        return Postponed(now + wait, str(error), counts=not isinstance(error, Busy))

    def _until_known(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Return when to try a notice again that is not known; None where it has been for too long.

        The last attempt is made as that time ends, however long the next wait would be.
        """
        over = (delivery.not_known_since or now) + KNOWN_WITHIN
        wait = self._wait(delivery.attempts)
        return None if wait is None or now >= over else min(now + wait, over)

    def _wait(self, before: int) -> timedelta | None:
        """Return how long to wait after an attempt that had so many before it; None where it was the last."""
        if before >= len(self.waits):
            return None
        return self.waits[before] * (1 + JITTER * (2 * self.chance() - 1))
