"""What can be asked of the database; nothing here changes it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import orjson

from gateway.decisions import PersonStatus
from gateway.deliveries import DeliveryState
from gateway.documents import Envelope
from gateway.errors import Erased, NotFound, Tampered
from gateway.store.port import sorted_out
from gateway.store.sql.listing import listed
from gateway.store.sql.rows import (
    attempt_of,
    codes_of,
    consent_of,
    delivery_of,
    kept_set_of,
    problems_of,
    set_of,
    stored_codes,
    time_of,
)
from gateway.store.sql.vaulted import KEY_OF_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.decisions import ConsentRecord
    from gateway.deliveries import Attempt, Delivery, Wanted
    from gateway.documents import InformationSet
    from gateway.errors import Problem
    from gateway.identity import DeliveryId, MessageId, PersonIdentity
    from gateway.store.port import Damaged, KeptSet
    from gateway.store.sql.database import Rows
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_CONSENT = """
SELECT c.id, c.version, c.person, c.resource, c.recorded_at FROM consent c
WHERE c.version = (SELECT MAX(version) FROM consent WHERE id = c.id)
"""

_IS_THERE = " AND c.resource != ''"
"""Leaves out what is erased."""

# Not by the least number: a database may look for that by the numbers, from the first consent on.
_IN_THE_ORDER_GIVEN = " ORDER BY (SELECT number FROM consent WHERE id = c.id ORDER BY version LIMIT 1)"

# A row for each version and each status of the person, where there is any.
_CONSENTS_ABOUT = f"""
SELECT c.id, c.version, c.person, c.resource, c.recorded_at, s.status
FROM consent c LEFT JOIN person_status s ON s.person = c.person
WHERE c.person = ? AND c.version = (SELECT MAX(version) FROM consent WHERE id = c.id) {_IS_THERE} {_IN_THE_ORDER_GIVEN}
"""  # noqa: S608 - constants

# A set waits for a person only where none of its variants may leave.
_KEPT_SET = """
SELECT s.message, m.extension, s.person, s.name, s.signed_at,
    CASE MIN(s.hold) WHEN '' THEN '' ELSE MAX(s.hold) END, s.kept_at, COALESCE(e.number, 1),
    EXISTS (SELECT 1 FROM revocation r WHERE (r.root, r.extension, r.person) = (m.root, m.extension, m.person)),
    (SELECT MIN(p.status) FROM person_status p WHERE p.person = s.person AND p.status IN ('deceased', 'replaced')),
    MAX(CASE s.hold WHEN '' THEN 0 ELSE 1 END)
FROM information_set s JOIN message m ON m.id = s.message
LEFT JOIN edition e ON e.message = s.message AND e.name = s.name
"""

_EACH_ONCE_OLDEST_FIRST = """
GROUP BY m.number, s.message, s.person, s.name, s.signed_at, s.kept_at, e.number ORDER BY s.kept_at, m.number, s.name
"""

_HELD = "SELECT withheld, hold FROM information_set WHERE message = ? AND name = ? AND hold <> ''"

_OF_BUNDLE = """
WHERE (s.message, s.name) = (
    SELECT message, name FROM information_set WHERE id = COALESCE((SELECT variant FROM told WHERE bundle = ?1), ?1)
    UNION
    SELECT message, name FROM earlier_set WHERE id = COALESCE((SELECT variant FROM told WHERE bundle = ?1), ?1)
)
"""

_VARIANT = """
SELECT m.extension,
    s.id, s.name, s.person, s.signed_at, s.sections, s.withheld, s.body, s.hold, s.problems, COALESCE(e.number, 1)
FROM information_set s JOIN message m ON m.id = s.message
LEFT JOIN edition e ON e.message = s.message AND e.name = s.name
WHERE s.message = ?
"""

_DELIVERIES = f"""
SELECT m.extension, d.id, d.message, d.person, d.set_name, d.kind, d.organisation, d.state, d.reason,
    d.due_at, d.attempts, d.fence, d.began_at,
    CASE WHEN d.not_known_since >= d.began_at THEN d.not_known_since END,
    d.is_notice, d.is_released,
    (SELECT MAX(a.ended_at) FROM attempt a WHERE a.delivery = d.id AND a.outcome = 'DELIVERED'),
    c.name, {KEY_OF_PERSON}
FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN person p ON p.token = d.person
"""  # noqa: S608 - a constant

_ANY_DELIVERY = _DELIVERIES + "LEFT JOIN certificate c ON c.token = m.extension\n"

DELIVERY = _DELIVERIES + "JOIN certificate c ON c.token = m.extension\n"
"""Asks for deliveries, without those of whoever is erased: their certificates have no name any more."""

_DELIVERIES_ABOUT = DELIVERY + "WHERE d.person = ? ORDER BY d.number"
_MESSAGE_OF_DELIVERY = 2
"""In which column of DELIVERY the message stands."""

NOT_AS_SEALED = "not-as-sealed"
"""Why what somebody has changed behind the gateway's back is set aside, or stays where it is."""

_WANTED = (
    DELIVERY  # noqa: S608 - both parts are constants
    + """
WHERE d.state IN (SELECT value FROM json_each(?1)) AND (?2 = '' OR d.organisation = ?2)
    AND (?3 = '' OR d.set_name = ?3)
ORDER BY d.number
"""
)

_ATTEMPTS = """
SELECT a.number, a.started_at, a.consent, a.rule, a.ended_at, a.outcome, a.reason, a.reference, h.status, h.body,
    a.address
FROM attempt AS a LEFT JOIN answer AS h ON (h.delivery, h.attempt) = (a.delivery, a.number)
WHERE a.delivery = ? ORDER BY a.number
"""


_ASLEEP = """
SELECT DISTINCT person FROM delivery
WHERE state IN ('HELD_CONSENT', 'HELD_PROTECTED', 'HELD_PERSON', 'HELD_WISH', 'HELD_RECIPIENT')
ORDER BY person
"""


def newest_version(db: Vaulted, id_: str) -> int | None:
    """Return the number of a consent's newest version; None where there is no such consent."""
    version: int | None = db.execute("SELECT MAX(version) FROM consent WHERE id = ?", (id_,)).fetchone()[0]
    return version


def consent(db: Vaulted, id_: str) -> ConsentRecord:
    """Return the newest version of a consent, or raise NotFound or Erased."""
    return consent_of(db, one(db.execute(_CONSENT + " AND c.id = ?", (id_,))))


def consents(db: Vaulted) -> list[ConsentRecord | Damaged]:
    """Return the newest version of every consent, in the order they were first given."""
    return listed(db.execute(_CONSENT + _IS_THERE + _IN_THE_ORDER_GIVEN), 0, partial(consent_of, db))


def consents_about(db: Vaulted, person: PersonIdentity) -> list[ConsentRecord]:
    """Return the newest version of each consent about a person, in the order they were first given."""
    rows = db.execute(_CONSENTS_ABOUT, (db.token(person),)).fetchall()
    known = frozenset([PersonStatus(status) for *_, status in rows if status is not None])
    each_once = dict.fromkeys([tuple(row) for *row, _ in rows])
    return [consent_of(db, row, known) for row in each_once]


def statuses(db: Vaulted, person: PersonIdentity) -> frozenset[PersonStatus]:
    """Return what is recorded about a person."""
    rows = db.execute("SELECT status FROM person_status WHERE person = ?", (db.token(person),))
    return frozenset([PersonStatus(status) for (status,) in rows])


def sets_of_message(db: Vaulted, message: MessageId) -> list[KeptSet]:
    """Return what is known of a message's sets."""
    return _kept_sets(db, "WHERE s.message = ?", (message,))


def sets_about(db: Vaulted, person: PersonIdentity) -> list[KeptSet]:
    """Return what is known of all sets about a person, oldest first."""
    return _kept_sets(db, "WHERE s.person = ?", (db.token(person),))


def whole_about(db: Vaulted, person: PersonIdentity) -> tuple[list[Delivery], list[KeptSet], list[str]]:
    """Return all deliveries and all sets about a person, oldest first, of the messages of which all can be opened.

    And the messages of which something cannot.
    """
    about = (db.token(person),)
    rows = db.execute(_DELIVERIES_ABOUT, about).fetchall()
    deliveries, no_deliveries = sorted_out(listed(rows, _MESSAGE_OF_DELIVERY, partial(delivery_of, db)))
    sets, no_sets = sorted_out(listed(_set_rows(db, "WHERE s.person = ?", about), 0, partial(_kept_set, db)))
    damaged = list(dict.fromkeys(one.id for one in (*no_deliveries, *no_sets)))
    return (
        [one for one in deliveries if one.message not in damaged],
        [one for one in sets if one.message not in damaged],
        damaged,
    )


def kept_sets(db: Vaulted, person: PersonIdentity, names: Sequence[str]) -> list[KeptSet]:
    """Return what is known of the sets of these names about a person, oldest first."""
    where = "WHERE s.person = ? AND s.name IN (SELECT value FROM json_each(?))"
    return _kept_sets(db, where, (db.token(person), as_json(names)))


def kept_set(db: Vaulted, message: MessageId, name: str) -> KeptSet:
    """Return what is known of one of a message's sets, or raise NotFound."""
    found = _kept_sets(db, "WHERE s.message = ? AND s.name = ?", (message, name))
    if not found:
        raise NotFound("There is no such resource")
    return found[0]


def find_set(db: Vaulted, id_: str) -> KeptSet:
    """Return what is known of the set that has a variant with this Bundle id, or raise NotFound."""
    found = _kept_sets(db, _OF_BUNDLE, (id_,))
    if not found:
        raise NotFound("There is no such resource")
    return found[0]


def variant(db: Vaulted, message: MessageId, name: str, withheld: frozenset[str]) -> InformationSet | None:
    """Return the variant of a set that withholds exactly these sections, where there is one."""
    where = " AND s.name = ? AND s.withheld = ?"
    row = db.execute(_VARIANT + where, (message, name, stored_codes(withheld))).fetchone()
    return None if row is None else set_of(db, row)


def variants(db: Vaulted, message: MessageId) -> list[InformationSet]:
    """Return every variant of a message's sets, in the order of their names."""
    return [set_of(db, row) for row in db.execute(_VARIANT + " ORDER BY s.name, s.withheld", (message,))]


def envelope(db: Vaulted, message: MessageId) -> Envelope:
    """Return a message as it came, or raise NotFound or Erased."""
    asked = "SELECT content, sender, received_at FROM message WHERE id = ?"
    content, sender, received_at = one(db.execute(asked, (message,)))
    return Envelope(db.opened(content, "message", "content", message), sender, time_of(received_at))


def deliveries(db: Vaulted, state: DeliveryState | None, limit: int) -> list[Delivery | Damaged]:
    """Return deliveries, newest first."""
    newest_first = " ORDER BY d.number DESC LIMIT ?"
    if state is None:
        return _listed(db, db.execute(DELIVERY + newest_first, (limit,)))
    return _listed(db, db.execute(DELIVERY + "WHERE d.state = ?" + newest_first, (state.value, limit)))


def wanted(db: Vaulted, asked: Wanted) -> list[Delivery | Damaged]:
    """Return the deliveries that an operator asks for, oldest first."""
    organisation = asked.organisation.digits if asked.organisation else ""
    values = (as_json(sorted(asked.states)), organisation, asked.set_name)
    return _listed(db, db.execute(_WANTED, values))


def states_of(db: Vaulted, ids: Sequence[DeliveryId]) -> dict[DeliveryId, DeliveryState]:
    """Return where each of these deliveries stands."""
    asked = "SELECT id, state FROM delivery WHERE id IN (SELECT value FROM json_each(?))"
    return {id_: DeliveryState(state) for id_, state in db.execute(asked, (as_json(ids),))}


def deliveries_about(db: Vaulted, person: PersonIdentity) -> list[Delivery]:
    """Return all deliveries about a person, oldest first."""
    return deliveries_of(db, db.execute(_DELIVERIES_ABOUT, (db.token(person),)))


def deliveries_of_message(db: Vaulted, message: MessageId) -> list[Delivery]:
    """Return all deliveries of a message, oldest first."""
    return deliveries_of(db, db.execute(DELIVERY + "WHERE d.message = ? ORDER BY d.number", (message,)))


def delivery(db: Vaulted, id_: DeliveryId) -> tuple[Delivery, list[Attempt]]:
    """Return a delivery with its attempts, first to last, or raise NotFound or Erased."""
    # Asked for first: of a delivery that is not there as much is read as of any other.
    attempts = [attempt_of(db, id_, row) for row in db.execute(_ATTEMPTS, (id_,))]
    return delivery_of(db, one(db.execute(_ANY_DELIVERY + "WHERE d.id = ?", (id_,)))), attempts


def problems(db: Vaulted, delivery: Delivery) -> list[Problem]:
    """Return what is wrong with the variants of a delivery's set, each thing once."""
    asked = "SELECT id, problems FROM information_set WHERE message = ? AND name = ? ORDER BY id"
    rows = db.execute(asked, (delivery.message, delivery.set_name))
    told = [db.opened_text(sealed, "information_set", "problems", id_) for id_, sealed in rows]
    return list(dict.fromkeys(problem for stored in told for problem in problems_of(stored)))


def people_asleep(db: Vaulted) -> list[PersonIdentity]:
    """Return everybody who has a delivery that a consent or a new recipient may wake, and can be opened."""
    people = []
    for (token,) in db.execute(_ASLEEP).fetchall():
        with suppress(Tampered, Erased):
            people.append(db.person(token))
    return people


def deliveries_of(db: Vaulted, rows: Iterable[Row]) -> list[Delivery]:
    """Return the deliveries of these rows."""
    return [delivery_of(db, row) for row in rows]


def _listed(db: Vaulted, rows: Iterable[Row]) -> list[Delivery | Damaged]:
    return listed(rows, 1, partial(delivery_of, db))


def as_json(texts: Sequence[str]) -> str:
    """Return texts as the one value by which a statement asks for any of them."""
    return orjson.dumps(list(texts)).decode()


def _kept_sets(db: Vaulted, where: str, values: Sequence[str]) -> list[KeptSet]:
    return [_kept_set(db, row) for row in _set_rows(db, where, values)]


def _set_rows(db: Vaulted, where: str, values: Sequence[str]) -> list[Row]:
    return db.execute(_KEPT_SET + where + _EACH_ONCE_OLDEST_FIRST, values).fetchall()


def _kept_set(db: Vaulted, row: Row) -> KeptSet:
    *columns, has_held = row
    kept = kept_set_of(db, tuple(columns))
    return _with_held(db, kept) if has_held else kept


def _with_held(db: Vaulted, kept: KeptSet) -> KeptSet:
    held = db.execute(_HELD, (kept.message, kept.name))
    return replace(kept, held=frozenset([(codes_of(withheld), hold) for withheld, hold in held]))


def one(rows: Rows) -> Row:
    """Return the one row that there is, or raise NotFound."""
    row: Row | None = rows.fetchone()
    if row is None:
        raise NotFound("There is no such resource")
    return row
