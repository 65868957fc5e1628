"""The breaker: what an attempt tells of its recipient, and so of all that waits for it.

Five attempts lost in a row open it: the recipient is left alone for a while, and then tried with one delivery. When
that one is taken, two may be under way, then four, then eight, then any number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.errors import Busy, EndpointGone, InternalError, Misconfigured, PermanentFailure
from gateway.standings import Cause, Incident, Standing

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.delivery.schedule import Schedule
    from gateway.errors import DeliveryError

LOST_IN_A_ROW = 5
"""How many attempts are lost before a recipient is left alone."""

WIDEST = 8
"""How many deliveries may be under way at a recipient that recovers, before any number may."""

LONGEST = timedelta(minutes=15)
"""The longest that a recipient which fails is left alone between two probes."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Says how a recipient stands after an attempt."""

    schedule: Schedule

    def taken(self, before: Standing) -> Standing:
        """Return how a recipient stands that has taken a delivery, or said why it does not want it: it is there."""
        if before.width is None:
            return replace(before, failures=0, incident=None)
        width = before.width * 2
        recovered = width > WIDEST
        return replace(
            before,
            failures=0,
            openings=0,
            width=None if recovered else width,
            incident=None if recovered else before.incident,
        )

    def lost(self, error: DeliveryError, now: datetime, before: Standing, *, was_last: bool = False) -> Standing:
        """Return how a recipient stands that an attempt has failed at.

        Args:
            error: How it failed.
            now: When.
            before: How the recipient stood.
            was_last: Whether the delivery has no attempt left.
        """
        if isinstance(error, PermanentFailure):
            return self.taken(before)
        if isinstance(error, InternalError):
            return before
        if isinstance(error, Busy):
            until = now + self.schedule.pause(error)
            return replace(before, not_before=max(until, before.not_before or until))
        if isinstance(error, EndpointGone):
            return replace(before, width=0, incident=_incident(before, Cause.GONE, error, now))
        return self._failed(error, now, before, was_last=was_last)

    def _failed(self, error: DeliveryError, now: datetime, before: Standing, *, was_last: bool) -> Standing:
        after = replace(before, failures=before.failures + 1)
        if isinstance(error, Misconfigured):
            return self._opened(after, Cause.MISCONFIGURED, error, now)
        if after.width is not None or after.failures >= LOST_IN_A_ROW:
            return self._opened(after, Cause.FAILING, error, now)
        return replace(after, incident=_incident(before, Cause.EXHAUSTED, error, now)) if was_last else after

    def _opened(self, before: Standing, cause: Cause, error: DeliveryError, now: datetime) -> Standing:
        is_open = before.width is not None and before.not_before is not None and before.not_before > now
        if is_open or before.width == 0:
            return before  # it was under way already when the breaker opened
        wait = min(self.schedule.waits[0] * 2 ** min(before.openings, 10), max(LONGEST, self.schedule.waits[0]))
        return replace(
            before,
            width=1,
            not_before=now + wait,
            openings=before.openings + 1,
            incident=_incident(before, cause, error, now),
        )


def _incident(before: Standing, cause: Cause, error: DeliveryError, now: datetime) -> Incident:
    """Return the incident that is going on, or one that begins."""
    return before.incident or Incident(cause, str(error), now)
