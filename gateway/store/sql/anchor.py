"""Since when nothing of the log was kept elsewhere: where that is too long ago, nothing leaves until it is again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.stops import Scope, Stop
from gateway.store.port.kept import Anchored
from gateway.store.sql.rows import stored_time, time_of
from gateway.store.sql.stops import lift, stop, stops

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.sql.database import Database

_BY = "anchor"
"""Who stops and lifts: no person."""

# The time begins when an anchor is first asked for, and not anew with each start.
_WITHIN = "UPDATE anchor SET at = CASE WHEN max_age IS NULL THEN ? ELSE at END, max_age = ?"

_MICROSECOND = timedelta(microseconds=1)


def anchor_within(db: Database, within: timedelta | None, at: datetime) -> None:
    """Keep how old the last anchor may be; None where none is asked for."""
    db.execute(_WITHIN, (stored_time(at), None if within is None else within // _MICROSECOND))
    if within is None:
        _lift(db, at)


def note_anchored(db: Database, at: datetime) -> None:
    """Keep that the whole log was anchored at this moment, and let leave what waited for that."""
    db.execute("UPDATE anchor SET at = ?", (stored_time(at),))
    _lift(db, at)


def anchored(db: Database) -> Anchored | None:
    """Return when the log was last anchored, and how old that may be; None where no anchor is asked for."""
    at, within = db.execute("SELECT at, max_age FROM anchor").fetchone()
    return None if within is None else Anchored(time_of(at), within * _MICROSECOND)


def see_anchor(db: Database, at: datetime) -> None:
    """Stop everything where the last anchor is too old."""
    found = anchored(db)
    if found is not None and at - found.at > found.within:
        last = found.at.isoformat(timespec="seconds")
        stop(db, Stop(Scope.ANCHOR, "", _BY, f"nothing of the log was kept elsewhere since {last}", at))


def _lift(db: Database, at: datetime) -> None:
    if any(one.scope is Scope.ANCHOR for one in stops(db)):
        lift(db, Scope.ANCHOR, "", _BY, at)
