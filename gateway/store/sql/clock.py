"""The time as the store has seen it, and what it says: whoever comes with a much earlier one is not believed.

Nothing leaves then, nor where by that time nothing of the log was kept elsewhere for too long.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gateway.stops import CLOCK_TOLERANCE, Scope, Stop
from gateway.store.sql.anchor import anchored_of, see_anchor
from gateway.store.sql.rows import stored_time, time_of
from gateway.store.sql.stops import stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.store.sql.vaulted import Vaulted

_STEP = timedelta(seconds=10)
"""How far time goes before it is kept again: an idle worker writes a row so often, and no more."""


SEEN = "t.latest, a.at, a.max_age"
"""What `see_time` goes by: of the clock t and the anchor a, each of which is one row."""

_SEEN = f"SELECT {SEEN} FROM clock t CROSS JOIN anchor a"  # noqa: S608 - a constant


def see_time(db: Vaulted, at: datetime, seen: Sequence[Any] | None = None) -> bool:
    """Keep how late it is; stop everything where it was later before, and where the last anchor is too old by now.

    Until a person says that the clock is right, and until there is an anchor.

    Args:
        db: The database.
        at: How late it is.
        seen: The columns of SEEN, where they were read with something else.

    Returns:
        Whether everything is stopped for one of the two.
    """
    stored, *anchor = seen or db.execute(_SEEN).fetchone()
    latest = time_of(stored)
    is_behind = latest - at > CLOCK_TOLERANCE
    if is_behind:
        behind = round((latest - at).total_seconds())
        stop(db, Stop(Scope.CLOCK, "", "clock", f"it is {behind} s behind what it was before", at))
    elif at - latest > _STEP:
        set_time(db, at)
    return see_anchor(db, anchored_of(*anchor), at) or is_behind


def set_time(db: Vaulted, at: datetime) -> None:
    """Keep that it is now so late, whatever it was before."""
    db.execute("UPDATE clock SET latest = ?", (stored_time(at),))
