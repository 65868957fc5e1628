"""What an operator sees of it all: messages and how far they came, the log, and counts."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from gateway.documents import Signature, SignatureState
from gateway.store.port import MessageSummary
from gateway.store.sql.listing import listed
from gateway.store.sql.reading import as_json, deliveries_of_message, one
from gateway.store.sql.rows import entry_of, problems_of, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.deliveries import Delivery
    from gateway.identity import MessageId
    from gateway.store.port import Damaged, Entry
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_SUMMARY = """
SELECT m.id, m.extension, m.kind, m.sender, m.received_at, r.signature, r.reason, r.fingerprint,
    m.problems, r.notes
FROM message m LEFT JOIN remark r ON r.message = m.id
"""

_IS_THERE = "WHERE EXISTS (SELECT 1 FROM certificate c WHERE c.token = m.extension) "
"""Leaves out what is erased."""

_STATES = """
SELECT message, state, COUNT(*) FROM delivery WHERE message IN (SELECT value FROM json_each(?))
GROUP BY message, state ORDER BY message, state
"""

_ENTRY = "SELECT sequence, at, event, message, delivery, detail FROM log"


def operations(db: Vaulted) -> int:
    """Return how many operations have been begun."""
    count: int = db.execute("SELECT COUNT(*) FROM operation").fetchone()[0]
    return count


def messages(db: Vaulted, limit: int) -> list[MessageSummary | Damaged]:
    """Return messages, newest first."""
    newest_first = _IS_THERE + "ORDER BY m.number DESC LIMIT ?"
    rows = db.execute(_SUMMARY + newest_first, (limit,)).fetchall()
    return listed(rows, 0, partial(_summary_of, db, _states(db, rows)))


def message(db: Vaulted, id_: MessageId) -> tuple[MessageSummary, list[Delivery]]:
    """Return a message and its deliveries, oldest first, or raise NotFound or Erased."""
    row = one(db.execute(_SUMMARY + "WHERE m.id = ?", (id_,)))
    return _summary_of(db, _states(db, [row]), row), deliveries_of_message(db, id_)


def log(db: Vaulted, about: MessageId | None) -> list[Entry]:
    """Return the log, first to last; of one message where it is named."""
    first_to_last = " ORDER BY sequence"
    if about is None:
        return [entry_of(row) for row in db.execute(_ENTRY + first_to_last)]
    return [entry_of(row) for row in db.execute(_ENTRY + " WHERE message = ?" + first_to_last, (about,))]


def counts(db: Vaulted) -> Mapping[tuple[str, str], int]:
    """Return how many deliveries stand in each (recipient kind, state)."""
    rows = db.execute("SELECT kind, state, COUNT(*) FROM delivery GROUP BY kind, state")
    return {(kind, state): times for kind, state, times in rows}


def counted_beats(db: Vaulted) -> int:
    """Return how many times the store was found to be writable."""
    beats: int = db.execute("SELECT beats FROM heartbeat").fetchone()[0]
    return beats


def _states(db: Vaulted, rows: Sequence[Row]) -> Mapping[str, Mapping[str, int]]:
    """Return how many deliveries of each of these messages stand in each state."""
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for message, state, times in db.execute(_STATES, (as_json([row[0] for row in rows]),)):
        states[message][state] = times
    return states


def _summary_of(db: Vaulted, states: Mapping[str, Mapping[str, int]], row: Row) -> MessageSummary:
    id_, extension, kind, sender, received_at, signature, reason, fingerprint, problems, notes = row
    return MessageSummary(
        id=id_,
        certificate=db.certificate(extension),
        kind=kind,
        sender=sender,
        received_at=time_of(received_at),
        signature=None if signature is None else Signature(SignatureState(signature), reason, fingerprint),
        problems=tuple(map(str, problems_of(db.opened_text(problems, "message", "problems", id_)))),
        notes=() if notes is None else tuple(map(str, problems_of(db.opened_text(notes, "remark", "notes", id_)))),
        deliveries=states.get(id_, {}),
    )
