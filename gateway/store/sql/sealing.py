"""Sealing: what a write logged and decided goes into the audit tree with it, or the write is undone."""

from __future__ import annotations

import heapq
import os
from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.entries import SALT, Entry, sealed
from gateway.audit.happened import DECIDED, Happened
from gateway.audit.tree import Frontier
from gateway.decisions import Way
from gateway.errors import Tampered
from gateway.store.port.kept import Grown
from gateway.store.sql.rows import decided_of, stored_time, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from gateway.identity import PersonIdentity
    from gateway.store.sql.database import Database
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_TREE = "SELECT log, size, frontier, last_log, last_decision FROM tree"

_LOG_ROW = "l.sequence, l.at, l.event, l.message, l.delivery, l.detail"

_DECISION_ROW = """d.number, d.at, d.way, d.delivery, d.message, d.set_name, d.organisation,
    d.permitted, d.reason, d.consent, d.rule, d.withheld, d.since, d.until, d.objected, d.policy"""

# What came of what left rests on the newest decision about it; what leaves, on the one that its write has made. It is
# looked for among the decisions on its message (`+ 0`), and not from the newest of all decisions backwards.
_LOGGED = f"""
SELECT COALESCE(NULLIF(l.person, ''), p.name, ''), {_LOG_ROW}, {_DECISION_ROW}
FROM log l LEFT JOIN message m ON m.id = l.message LEFT JOIN pseudonym p ON p.person = m.person
LEFT JOIN decision d ON l.event = 'release.outcome' AND d.number = (
    SELECT MAX(number + 0) FROM decision
    WHERE message = l.message AND delivery = l.delivery AND way IN ('send', 'try') AND number <= ?2
)
WHERE l.sequence > ?1
"""  # noqa: S608 - constants

_DECIDED = f"""
SELECT COALESCE(p.name, ''), NULL, NULL, NULL, NULL, NULL, NULL, {_DECISION_ROW}
FROM decision d LEFT JOIN message m ON m.id = d.message LEFT JOIN pseudonym p ON p.person = m.person
WHERE d.number > ?2
"""  # noqa: S608 - constants

_NEW = f"{_LOGGED} UNION ALL {_DECIDED}"

_REACHED = """
SELECT COALESCE((SELECT MAX(sequence) FROM log), 0), COALESCE((SELECT MAX(number) FROM decision), 0)
"""

_ADD = "INSERT INTO leaf (number, log, decision, person, salt, commitment, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"

_GROW = "UPDATE tree SET size = ?, frontier = ?, last_log = ?, last_decision = ?"

# A row that is gone leaves its columns empty, and its leaf behind.
_ENTRIES = f"""
SELECT f.number, f.salt, f.commitment, f.hash, f.log IS NOT NULL AND l.sequence IS NULL,
    f.decision IS NOT NULL AND d.number IS NULL, f.person, {_LOG_ROW}, {_DECISION_ROW}
FROM leaf f LEFT JOIN log l ON l.sequence = f.log LEFT JOIN decision d ON d.number = f.decision
"""  # noqa: S608 - constants

# By the pseudonym, and by the message: where one of the two was taken away, the other tells.
_ABOUT = """
WHERE f.person IN (SELECT name FROM pseudonym WHERE person IN (?, ?))
    OR COALESCE(l.message, d.message) IN (SELECT id FROM message WHERE person = ?)
ORDER BY f.number
"""

_STRAYS = """
SELECT (SELECT COUNT(*) FROM log) - (SELECT COUNT(log) FROM leaf)
    + (SELECT COUNT(*) FROM decision) - (SELECT COUNT(*) FROM leaf WHERE log IS NULL)
"""

_GAPS = """
SELECT CASE WHEN t.size > f.last THEN t.size ELSE f.last END - f.there
FROM tree t, (SELECT COUNT(*) AS there, COALESCE(MAX(number), 0) AS last FROM leaf) f
"""

_ADD_CHECKPOINT = "INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


class Reached(NamedTuple):
    """How far the log and the decisions had come when a write was done."""

    log: int
    decision: int


class Sealing:
    """Seals what a transaction wrote; fits `gateway.store.sql.writer.Finish`."""

    def reached(self, db: Database) -> Reached:
        """Return how far the log and the decisions have come."""
        return Reached._make(db.execute(_REACHED).fetchone())

    def complete(self, db: Database, reached: Sequence[Reached]) -> None:
        """Add what the writes have logged and decided to the tree, one write after the other."""
        seal(db, reached)


def seal(db: Database, reached: Sequence[Reached] = ()) -> None:
    """Add to the tree what has been logged and decided since it last grew.

    Args:
        db: A connection in a transaction.
        reached: Where each of several writes ended that did that; of one write, nothing needs to be said.

    Raises:
        Tampered: The tree is said to have what there is not: what was written would never become an entry.
    """
    log, size, packed, last_log, last_decision = db.execute(_TREE).fetchone()
    there = reached[-1] if reached else Reached._make(db.execute(_REACHED).fetchone())
    if there == (last_log, last_decision):
        return
    if there.log < last_log or there.decision < last_decision:
        raise Tampered("The audit tree is said to hold more than has been logged and decided")
    frontier = Frontier.unpacked(size, packed)
    leaves: list[Row] = []
    for row in _with_decisions(_new(db, last_log, last_decision, reached)):
        sequence, decision = row[1], row[7]
        entry = sealed(_happened(log, frontier.size + 1, row), os.urandom(SALT))
        frontier.add(entry.leaf)
        leaves.append((frontier.size, sequence, decision, row[0], entry.salt, entry.commitment, entry.leaf))
        if sequence is None:
            last_decision = decision
        else:
            last_log = sequence
    if not leaves:
        raise Tampered("What has been logged and decided cannot be found for the audit tree")
    db.executemany(_ADD, leaves)
    db.execute(_GROW, (frontier.size, frontier.packed(), last_log, last_decision))


def grown(db: Database) -> Grown:
    """Return the tree as it stands."""
    log, size, packed, *_ = db.execute(_TREE).fetchone()
    return Grown(log, Frontier.unpacked(size, packed))


def audit_entries(db: Database, after: int, limit: int) -> list[Entry | int]:
    """Return the entries after a place, in order; of one that is gone or unreadable only its place."""
    log: str = db.execute(_TREE).fetchone()[0]
    asked = f"{_ENTRIES} WHERE f.number > ? ORDER BY f.number LIMIT ?"
    return [_entry_of(log, row) for row in db.execute(asked, (after, limit))]


def entries_about(db: Vaulted, person: PersonIdentity) -> list[Entry | int]:
    """Return the entries about a person, in order; of one that is gone or unreadable only its place."""
    log: str = db.execute(_TREE).fetchone()[0]
    names = (db.token(person), db.token_of_second_name(person), db.token(person))
    return [_entry_of(log, row) for row in db.execute(_ENTRIES + _ABOUT, names)]


def strays(db: Database) -> int:
    """Return how many rows of the log and of the decisions stand in no entry."""
    count: int = db.execute(_STRAYS).fetchone()[0]
    return count


def gaps(db: Database) -> int:
    """Return how many places of the log hold no entry any more."""
    count: int = db.execute(_GAPS).fetchone()[0]
    return count


def leaf_hashes(db: Database, after: int, limit: int) -> list[bytes]:
    """Return the hashes of the leaves after a place, in order."""
    asked = "SELECT hash FROM leaf WHERE number > ? ORDER BY number LIMIT ?"
    return [leaf for (leaf,) in db.execute(asked, (after, limit))]


def add_checkpoint(db: Database, size: int, note: str, at: datetime) -> bool:
    """Keep a signed checkpoint; False, where one of this size is kept."""
    return db.execute(_ADD_CHECKPOINT, (size, stored_time(at), note)).rowcount > 0


def checkpoint(db: Database, size: int) -> str | None:
    """Return the signed checkpoint of so many entries, where there is one."""
    row = db.execute("SELECT note FROM checkpoint WHERE size = ?", (size,)).fetchone()
    return None if row is None else row[0]


def checkpoints(db: Database) -> list[str]:
    """Return the signed checkpoints, first to last."""
    return [note for (note,) in db.execute("SELECT note FROM checkpoint ORDER BY number")]


def _new(db: Database, last_log: int, last_decision: int, reached: Sequence[Reached]) -> Iterator[Row]:
    """Yield what stands in no entry yet, write by write; of one moment in a write, a decision before what it led to."""
    rows = db.execute(_NEW, (last_log, last_decision)).fetchall()
    decided = sorted((row for row in rows if row[1] is None), key=itemgetter(7))
    logged = sorted((row for row in rows if row[1] is not None), key=itemgetter(1))
    logs, decisions = [one.log for one in reached], [one.decision for one in reached]

    def place(row: Row) -> tuple[int, int, bool]:
        if row[1] is None:
            return bisect_left(decisions, row[7]), row[8], False
        return bisect_left(logs, row[1]), row[2], True

    return heapq.merge(decided, logged, key=place)


def _with_decisions(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, what leaves with the decision that it leaves by: the newest before it, of the same write.

    What came of it rests on the same; where that stands in an earlier entry, the row has it already.
    """
    newest: dict[tuple[str, ...], Row] = {}
    for row in rows:
        _, sequence, _, event, message, delivery, detail, *decision = row
        about: tuple[str, ...] = ()
        if sequence is None:
            _, _, way, decided, *on_set, _ = decision[:8]
            if way != Way.PLAN:
                newest[tuple(on_set) if way == Way.PULL else (decided,)] = tuple(decision)
        elif event in {"release.authorised", "release.outcome"}:
            about = (delivery,)
        elif event == "set.read":
            about = (message, *detail.split(" ", 2)[:2])
        yield (*row[:7], *newest[about]) if about in newest else row


def _happened(log: str, number: int, row: Row) -> Happened:
    person, sequence, at, event, message, delivery, detail, *decision = row
    decided = None if decision[0] is None else decided_of(tuple(decision))
    if sequence is None and decided is not None:
        return Happened(log, number, decided.at, DECIDED, person, decided.message, decided.delivery, decided=decided)
    return Happened(log, number, time_of(at), event, person, message, delivery, detail, decided)


def _entry_of(log: str, row: Row) -> Entry | int:
    number, salt, commitment, leaf, lacks_log, lacks_decision, *happened = row
    if lacks_log or lacks_decision:
        return int(number)
    try:
        return Entry(_happened(log, number, tuple(happened)), salt, commitment, leaf)
    except (ValueError, OverflowError):
        # Nothing that the gateway writes: somebody has changed it.
        return int(number)
