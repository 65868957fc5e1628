"""Since when nothing of the log was kept elsewhere: where that is too long ago, nothing leaves. And its time-stamps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.stops import Scope, Stop
from gateway.store.port.kept import Anchored, Stamp
from gateway.store.sql.log import Noted, note
from gateway.store.sql.rows import stored_time, time_of
from gateway.store.sql.stops import lift, stop, stops

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_BY = "anchor"
"""Who stops and lifts: no person."""

# The time begins when an anchor is first asked for, and not anew with each start.
_WITHIN = "UPDATE anchor SET at = CASE WHEN max_age IS NULL THEN ? ELSE at END, max_age = ?"

_STAMPS = "SELECT size, answer, at FROM stamp ORDER BY number"

_MICROSECOND = timedelta(microseconds=1)


def anchor_within(db: Vaulted, within: timedelta | None, at: datetime) -> None:
    """Keep how old the last anchor may be; None where none is asked for. That another age is asked for is logged."""
    found = anchored(db)
    if within == (found and found.within):
        return
    note(db, at, [Noted("anchor.asked", "no more" if within is None else f"within {within}")])
    db.execute(_WITHIN, (stored_time(at), None if within is None else within // _MICROSECOND))
    if within is None:
        _lift(db, at)


def note_anchored(db: Vaulted, until: datetime, at: datetime) -> None:
    """Keep up to when all that was logged is anchored, and let leave what waited for that, if it is enough."""
    db.execute("UPDATE anchor SET at = ?", (stored_time(until),))
    found = anchored(db)
    if found is None or at - until <= found.within:
        _lift(db, at)


def anchored(db: Vaulted) -> Anchored | None:
    """Return when the log was last anchored, and how old that may be; None where no anchor is asked for."""
    return anchored_of(*db.execute("SELECT at, max_age FROM anchor").fetchone())


def anchored_of(at: int, max_age: int | None) -> Anchored | None:
    """Return the same, of the columns of the table."""
    return None if max_age is None else Anchored(time_of(at), max_age * _MICROSECOND)


def see_anchor(db: Vaulted, found: Anchored | None, at: datetime) -> bool:
    """Stop everything where the last anchor is too old, and say whether it is."""
    if found is not None and at - found.at > found.within:
        last = found.at.isoformat(timespec="seconds")
        stop(db, Stop(Scope.ANCHOR, "", _BY, f"nothing of the log was kept elsewhere since {last}", at))
        return True
    return False


def add_stamp(db: Vaulted, size: int, answer: bytes, at: datetime) -> None:
    """Keep a time-stamp of the checkpoint of so many entries."""
    db.execute("INSERT INTO stamp (size, answer, at) VALUES (?, ?, ?)", (size, answer, stored_time(at)))


def newest_stamp(db: Vaulted) -> Stamp | None:
    """Return the newest time-stamp, where there is any."""
    row = db.execute(f"{_STAMPS} DESC LIMIT 1").fetchone()
    return None if row is None else _stamp_of(row)


def stamps(db: Vaulted) -> list[Stamp]:
    """Return the time-stamps, first to last."""
    return [_stamp_of(row) for row in db.execute(_STAMPS)]


def _stamp_of(row: Row) -> Stamp:
    size, answer, at = row
    return Stamp(size, answer, time_of(at))


def _lift(db: Vaulted, at: datetime) -> None:
    if any(one.scope is Scope.ANCHOR for one in stops(db)):
        lift(db, Scope.ANCHOR, "", _BY, at)
