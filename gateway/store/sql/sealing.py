"""Sealing: what a write logged and decided goes into the audit tree with it, or the write is undone."""

from __future__ import annotations

import heapq
import os
from operator import itemgetter
from typing import TYPE_CHECKING

from gateway.audit.entries import SALT, Entry, sealed
from gateway.audit.happened import DECIDED, Happened
from gateway.audit.tree import Frontier
from gateway.store.port.kept import Grown
from gateway.store.sql.rows import decided_of, stored_time, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gateway.identity import PersonIdentity
    from gateway.store.sql.database import Database
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_TREE = "SELECT log, size, frontier, last_log, last_decision FROM tree"

_LOG_ROW = "l.sequence, l.at, l.event, l.message, l.delivery, l.detail"

_DECISION_ROW = """d.number, d.at, d.way, d.delivery, d.message, d.set_name, d.organisation,
    d.permitted, d.reason, d.consent, d.rule, d.withheld, d.since, d.until, d.objected, d.policy"""

# What leaves rests on the newest decision about it. A reading tells its set and organisation first.
_LOGGED = f"""
SELECT COALESCE(NULLIF(l.person, ''), p.name, ''), {_LOG_ROW}, {_DECISION_ROW}
FROM log l LEFT JOIN message m ON m.id = l.message LEFT JOIN pseudonym p ON p.person = m.person
LEFT JOIN decision d ON d.number = CASE
    WHEN l.event IN ('release.authorised', 'release.outcome') THEN (
        SELECT MAX(number) FROM decision
        WHERE message = l.message AND delivery = l.delivery AND way IN ('send', 'try')
    )
    WHEN l.event = 'set.read' THEN (
        SELECT MAX(number) FROM decision
        WHERE message = l.message AND way = 'pull' AND permitted
            AND substr(l.detail, 1, length(set_name || ' ' || organisation)) = set_name || ' ' || organisation
    ) END
WHERE l.sequence > ?
"""  # noqa: S608 - constants

_DECIDED = f"""
SELECT COALESCE(p.name, ''), NULL, NULL, NULL, NULL, NULL, NULL, {_DECISION_ROW}
FROM decision d LEFT JOIN message m ON m.id = d.message LEFT JOIN pseudonym p ON p.person = m.person
WHERE d.number > ?
"""  # noqa: S608 - constants

_NEW = f"{_LOGGED} UNION ALL {_DECIDED}"

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

_ADD_CHECKPOINT = "INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def seal(db: Database) -> None:
    """Add to the tree what has been logged and decided since it last grew."""
    log, size, packed, last_log, last_decision = db.execute(_TREE).fetchone()
    frontier = Frontier.unpacked(size, packed)
    leaves: list[Row] = []
    for row in _new(db, last_log, last_decision):
        sequence, decision = row[1], row[7]
        entry = sealed(_happened(log, frontier.size + 1, row), os.urandom(SALT))
        frontier.add(entry.leaf)
        leaves.append((frontier.size, sequence, decision, row[0], entry.salt, entry.commitment, entry.leaf))
        if sequence is None:
            last_decision = decision
        else:
            last_log = sequence
    if leaves:
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


def _new(db: Database, last_log: int, last_decision: int) -> Iterator[Row]:
    """Yield what stands in no entry yet; at one moment, a decision before what it led to."""
    rows = db.execute(_NEW, (last_log, last_decision)).fetchall()
    decided = sorted((row for row in rows if row[1] is None), key=itemgetter(7))
    logged = sorted((row for row in rows if row[1] is not None), key=itemgetter(1))
    return heapq.merge(decided, logged, key=_when)


def _when(row: Row) -> tuple[int, bool]:
    return (row[8], False) if row[1] is None else (row[2], True)


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
