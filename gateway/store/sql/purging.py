"""What sets said whose time is over is taken away: a few sets in each transaction, and from where it was cut short."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import OVER
from gateway.store.sql.log import Noted, note
from gateway.store.sql.opened import Opened
from gateway.store.sql.rows import stored_problems, stored_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.identity import PersonIdentity
    from gateway.store.port import Rest
    from gateway.store.sql.vaulted import Vaulted

_AT_ONCE = 50
"""How many sets are taken away in one transaction: senders get their turn in between."""

# Of a set without deliveries, nobody has to look before it may be read: its time runs from when it was kept.
_IS_OVER = """
s.name = ?2 AND s.hold <> 'over' AND s.kept_at <= ?3
    AND NOT EXISTS (
        SELECT 1 FROM delivery d WHERE d.message = s.message AND d.set_name = s.name
            AND d.state NOT IN ('DELIVERED', 'SUPERSEDED', 'CANCELLED', 'WITHHELD')
    )
    AND NOT EXISTS (
        SELECT 1 FROM log l JOIN delivery d ON d.id = l.delivery
        WHERE l.message = s.message AND d.set_name = s.name AND l.at > ?3
    )
    AND (s.hold = '' OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = s.message AND d.set_name = s.name))
"""

_OVER = f"""
SELECT DISTINCT m.number, m.id FROM message m JOIN information_set s ON s.message = m.id
WHERE m.number > ?1 AND {_IS_OVER} ORDER BY m.number LIMIT ?4
"""  # noqa: S608 - a constant

_STILL_OVER = f"SELECT DISTINCT s.person FROM information_set s WHERE s.message = ?1 AND {_IS_OVER}"  # noqa: S608

_GOT = """
EXISTS (
    SELECT 1 FROM got g WHERE g.message = s.message AND g.set_name = s.name
        AND (g.bundle = s.id OR g.bundle IN (SELECT bundle FROM told WHERE variant = s.id))
)
"""

# One stays whoever has got it, for it says that there was a set.
_VARIANTS = f"""
SELECT s.id, s.body, {_GOT} OR s.id = (SELECT MIN(id) FROM information_set WHERE message = s.message AND name = s.name)
FROM information_set s WHERE s.message = ? AND s.name = ?
"""  # noqa: S608 - likewise

_EARLIER = f"SELECT s.id, s.body, {_GOT} FROM earlier_set s WHERE s.message = ? AND s.name = ?"  # noqa: S608 - likewise

_ANSWERS = """
UPDATE answer SET body = substr(body, 1, 0) WHERE length(body) > 0
    AND delivery IN (SELECT id FROM delivery WHERE message = ? AND set_name = ?)
"""

_IS_LEFT = "SELECT 1 FROM information_set WHERE message = ? AND hold <> 'over'"

_EMPTY_MESSAGE = "UPDATE message SET problems = ?, content = substr(content, 1, 0) WHERE id = ?"

_EMPTY_REMARK = "UPDATE remark SET notes = ? WHERE message = ?"


class _Found(NamedTuple):
    """A message of which a set is over."""

    number: int
    id: str


class SqlPurging(Opened):
    """Fits `gateway.store.port.purging.Purging`, which says what it promises."""

    def purge(self, ended: Mapping[str, datetime], rest: Rest, by: str, at: datetime) -> int:
        """Take away what sets said whose time is over; return how many sets it was."""
        self._writer.write(lambda db: note(db, at, [Noted("operator.action", f"purge by {by}")]))
        count = sum(self._purge(name, until, rest, at) for name, until in ended.items())
        self._writer.clear_away()
        return count

    def _purge(self, name: str, until: datetime, rest: Rest, at: datetime) -> int:
        count = last = 0
        while found := self._readers.read(partial(_over, name=name, until=until, after=last)):
            count += self._writer.write(partial(_take_some_away, found=found, name=name, until=until, rest=rest, at=at))
            last = found[-1].number
        return count


def _over(db: Vaulted, name: str, until: datetime, after: int) -> list[_Found]:
    return [_Found(*row) for row in db.execute(_OVER, (after, name, stored_time(until), _AT_ONCE))]


def _take_some_away(db: Vaulted, found: Sequence[_Found], name: str, until: datetime, rest: Rest, at: datetime) -> int:
    """Take a set of each message away that is over still, and return how many."""
    count = 0
    for message in found:
        row = db.execute(_STILL_OVER, (message.id, name, stored_time(until))).fetchone()
        if row is not None:
            _take_away(db, message.id, name, db.person(row[0]), rest)
            note(db, at, [Noted("set.purged", name, message.id)])
            count += 1
    return count


def _take_away(db: Vaulted, message: str, name: str, person: PersonIdentity, rest: Rest) -> None:
    for table, asked in (("information_set", _VARIANTS), ("earlier_set", _EARLIER)):
        for id_, body, stays in db.execute(asked, (message, name)).fetchall():
            if not stays:
                db.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))  # noqa: S608 - names of ours
                db.execute("DELETE FROM told WHERE variant = ?", (id_,))
                continue
            left = rest(db.opened(body, "information_set", "body", id_))
            sealed = db.sealed(left, person, "information_set", "body", id_)
            problems = _no_problems(db, person, "information_set", "problems", id_)
            put = f"UPDATE {table} SET hold = ?, problems = ?, sections = '', body = ? WHERE id = ?"  # noqa: S608
            db.execute(put, (OVER, problems, sealed, id_))
    db.execute(_ANSWERS, (message, name))
    if db.execute(_IS_LEFT, (message,)).fetchone() is None:
        db.execute(_EMPTY_MESSAGE, (_no_problems(db, person, "message", "problems", message), message))
        db.execute(_EMPTY_REMARK, (_no_problems(db, person, "remark", "notes", message), message))


def _no_problems(db: Vaulted, person: PersonIdentity, *place: str) -> str:
    return db.sealed_text(stored_problems(()), person, *place)
