"""How late it is by the server, which all who share the database go by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gateway.store.sql.database import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.sql.database import Database

_ASK_AGAIN = 10.0
"""Seconds after which the server is asked again: clocks do not drift far in so short a time."""

_TOO_SLOW = 1.0
"""Seconds after which an answer says too little of when it was given."""


class _Told(NamedTuple):
    at: datetime
    """What the server said."""
    when: float
    """When that was, on the steady clock."""


class ServerClock:
    """Tells the server's time, in between its answers by a clock of this machine that nobody sets.

    Where the server's clock is set, all processes tell that time a few seconds later.

    Args:
        steady: Seconds on that clock.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._told: _Told | None = None

    def ask(self, db: Database) -> None:
        """Ask the server, if it is time; it answered halfway between the question and its answer."""
        asked = self._steady()
        if self._told is not None and asked - self._told.when < _ASK_AGAIN:
            return
        [at] = db.execute("SELECT clock_timestamp()").fetchone()
        took = self._steady() - asked
        if self._told is None or took < _TOO_SLOW:
            self._told = _Told(at.astimezone(UTC), asked + took / 2)

    def now(self) -> datetime:
        """Return how late it is.

        Raises:
            StoreUnavailable: The server has never been asked.
        """
        told = self._told
        if told is None:
            raise unavailable()
        return told.at + timedelta(seconds=self._steady() - told.when)
