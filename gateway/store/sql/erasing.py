"""Erasure: a person's key is destroyed, what it sealed is taken away, and what waited to leave never does.

What stays says that there was something, and nothing of what it was: rows without content, under the same ids, so that
neither a certificate nor a consent that was erased comes back as new; the log; what protects the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import NotFound, SecondPersonNeeded, Tampered
from gateway.stops import same_person
from gateway.store.sql.departing import consent_statuses_about
from gateway.store.sql.log import Noted, note
from gateway.store.sql.opened import Opened
from gateway.store.sql.reading import as_json
from gateway.store.sql.rows import stored_time, time_of
from gateway.store.sql.sealing import seal
from gateway.store.sql.vaulted import Vaulted, refuse_anothers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.identity import PersonIdentity
    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Keys

_KEY = "SELECT key, number FROM person WHERE token = ?"

_PERSON = "SELECT token FROM person WHERE key = ?"

_STANDING = "SELECT key FROM person WHERE key IN (SELECT value FROM json_each(?))"

_WISH = "SELECT by_whom FROM erasure_wish WHERE person = ?"

_ASK = "INSERT INTO erasure_wish (person, by_whom) VALUES (?, ?)"

_DESTROYED = "SELECT key, at FROM destroyed_key"

_NOTE_DESTROYED = "INSERT INTO destroyed_key (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING"

_UNDER_WAY = """
SELECT d.message, d.id FROM attempt a JOIN delivery d ON d.id = a.delivery WHERE d.person = ? AND a.ended_at IS NULL
"""

_CLOSE = "UPDATE attempt SET ended_at = ?, outcome = 'UNKNOWN', reason = ? WHERE delivery = ? AND ended_at IS NULL"

_NOT_OVER = """
SELECT message, id FROM delivery WHERE person = ? AND state NOT IN ('DELIVERED', 'SUPERSEDED', 'CANCELLED')
ORDER BY number
"""

_END = "UPDATE delivery SET state = 'DEAD', reason = ?, due_at = NULL WHERE id = ?"

# Whoever holds one of them, or has looked at it, has seen it as it was.
_OUTGROW = "UPDATE delivery SET fence = fence + 1 WHERE person = ?"

_KEEP_STATUS = "UPDATE consent SET status = ?, resource = '' WHERE id = ? AND version = ?"

_DELIVERIES = "(SELECT id FROM delivery WHERE person = ?)"
_MESSAGES = "(SELECT id FROM message WHERE person = ?)"

_TAKE_AWAY = (
    f"""
    UPDATE answer SET body = substr(body, 1, 0) WHERE delivery IN {_DELIVERIES} AND length(body) > 0
    """,  # noqa: S608 - constants
    f"UPDATE attempt SET reference = '' WHERE delivery IN {_DELIVERIES}",  # noqa: S608 - likewise
    f"DELETE FROM notice WHERE delivery IN {_DELIVERIES}",  # noqa: S608 - likewise
    """
    DELETE FROM told WHERE variant IN (
        SELECT id FROM information_set WHERE person = ?1
        UNION SELECT s.id FROM earlier_set s JOIN message m ON m.id = s.message WHERE m.person = ?1
    )
    """,
    f"DELETE FROM earlier_set WHERE message IN {_MESSAGES}",  # noqa: S608 - likewise
    f"DELETE FROM edition WHERE message IN {_MESSAGES}",  # noqa: S608 - likewise
    f"DELETE FROM remark WHERE message IN {_MESSAGES}",  # noqa: S608 - likewise
    "DELETE FROM information_set WHERE person = ?",
    "UPDATE revocation SET content = substr(content, 1, 0) WHERE person = ? AND length(content) > 0",
    "DELETE FROM certificate WHERE token IN (SELECT extension FROM message WHERE person = ?)",
    "UPDATE message SET problems = '', content = substr(content, 1, 0) WHERE person = ? AND length(content) > 0",
    "DELETE FROM erasure_wish WHERE person = ?",
    "DELETE FROM person WHERE token = ?",
)

_ERASED = "erased"
"""Why something will never be sent, and why nobody will tell what became of an attempt."""


class SqlErasing(Opened):
    """Fits `gateway.store.port.erasing.Erasing`, which says what it promises."""

    def erase(self, person: PersonIdentity, by: str, because: str, at: datetime) -> bool:
        """Erase a person for the second who asks; keep that the first has asked. Say whether it is done."""
        wish = self._writer.write(lambda db: _wished(db, person, by, because, at))
        if wish is None:
            return False
        key, told = wish
        # The list first: whatever ends this process now, the next start goes on from here.
        self._keys.erasures.add({key: at})
        self._writer.write(lambda db: erase_key(db, key, told, at))
        self._writer.clear_away()
        return True


def erase_again(db: Database, keys: Keys, begin: Callable[[Database], None]) -> bool:
    """Erase whoever is erased by the erasure list and is there all the same; say whether there was anybody.

    A backup that was put back has them, and so has a database whose process ended after it had written the list. What
    has been erased here and is missing in the list, since another machine has another, is added to it.

    Args:
        db: A connection that is in no transaction.
        keys: What opens the database.
        begin: Begins to write.
    """
    listed = keys.erasures.keys()
    here = {key: time_of(at) for key, at in db.execute(_DESTROYED)}
    if missing := {key: at for key, at in here.items() if key not in listed}:
        keys.erasures.add(missing)
    standing = db.execute(_STANDING, (as_json(list(listed)),)).fetchall()
    for (key,) in standing:
        begin(db)
        erase_key(Vaulted(db, keys), key, "by the erasure list", listed[key])
        seal(db)
        db.execute("COMMIT")
    return bool(standing)


def erase_key(db: Vaulted, key: str, told: str, at: datetime) -> None:
    """Destroy a person's key, and take away what it sealed; nothing is done where there is no such key any more."""
    row = db.execute(_PERSON, (key,)).fetchone()
    if row is None:
        return
    token: str = row[0]
    person = _still_readable(db, token)
    _end_deliveries(db, token, at)
    for (id_, version), status in consent_statuses_about(db, token).items():
        db.execute(_KEEP_STATUS, (status, id_, version))
    for statement in _TAKE_AWAY:
        db.execute(statement, (token,))
    db.execute(_NOTE_DESTROYED, (key, stored_time(at)))
    note(db, at, [Noted("person.erased", told, person=person)])


def _still_readable(db: Vaulted, token: str) -> PersonIdentity | None:
    """Return whom a token stands for; None where somebody has changed that: erasing goes on all the same."""
    try:
        return db.person(token)
    except Tampered:
        return None


def _wished(db: Vaulted, person: PersonIdentity, by: str, because: str, at: datetime) -> tuple[str, str] | None:
    """Return the key to destroy, and what is told of it; None where it takes another person, who has been asked for."""
    token = db.token(person)
    key = db.execute(_KEY, (token,)).fetchone()
    if key is None:
        raise NotFound("Nothing is kept about this person")
    refuse_anothers(*key)
    first = db.execute(_WISH, (token,)).fetchone()
    if first is None:
        db.execute(_ASK, (token, by))
        note(db, at, [Noted("operator.action", f"ask-to-erase {by}: {because}", person=person)])
        return None
    if same_person(first[0], by):
        raise SecondPersonNeeded(f"{first[0]} has asked for this already: it takes another person")
    note(db, at, [Noted("operator.action", f"erase {by}: {because}", person=person)])
    return key[0], f"by {first[0]} and {by}: {because}"


def _end_deliveries(db: Vaulted, token: str, at: datetime) -> None:
    """Let nothing leave any more; of an attempt that is under way, nobody will tell what it came to."""
    under_way = db.execute(_UNDER_WAY, (token,)).fetchall()
    db.executemany(_CLOSE, [(stored_time(at), _ERASED, delivery) for _, delivery in under_way])
    note(db, at, [Noted("release.outcome", f"UNKNOWN {_ERASED}", *about) for about in under_way])
    ended = db.execute(_NOT_OVER, (token,)).fetchall()
    # One after the other: what one of them lets go on is ended in its turn.
    db.executemany(_END, [(_ERASED, delivery) for _, delivery in ended])
    note(db, at, [Noted("delivery.dead", _ERASED, *about) for about in ended])
    db.execute(_OUTGROW, (token,))
