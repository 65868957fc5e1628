"""What certificates say that they are to each other. Only those about the same person have to do with one another."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from gateway.errors import ImpossibleRelation, UnknownCertificate
from gateway.store.sql.reading import as_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.documents import Message
    from gateway.identity import MessageId
    from gateway.store.sql.vaulted import Vaulted

_COMPLETES = "KOMPLT"
"""The relation that says nothing without the other certificate. Source: kv_relation."""

_ADD = "INSERT INTO relation (message, number, kind, root, extension) VALUES (?, ?, ?, ?, ?)"

_IS_HERE = "SELECT 1 FROM message WHERE root = ? AND extension = ? AND person = ?"

_COMES_BEFORE = """
WITH RECURSIVE before (root, extension) AS (
    VALUES (?, ?)
    UNION
    SELECT r.root, r.extension FROM before b
    JOIN message m ON (m.root, m.extension) = (b.root, b.extension) AND m.person = ?
    JOIN relation r ON r.message = m.id
)
SELECT 1 FROM before WHERE (root, extension) = (?, ?)
"""

_COMES_AFTER = """
SELECT r.message, before.id FROM relation r
JOIN message m ON m.id = r.message
JOIN message before ON (before.root, before.extension, before.person) = (r.root, r.extension, m.person)
WHERE r.message IN (SELECT value FROM json_each(?))
"""


def check_relations(db: Vaulted, message: Message) -> None:
    """Return if the certificate can be to others what it says; see `accept` of the port."""
    certificate, person = message.certificate, db.token(message.person)
    for kind, earlier in message.relations:
        if db.execute(_COMES_BEFORE, (*db.tokens(earlier), person, *db.tokens(certificate))).fetchone() is not None:
            raise ImpossibleRelation("Intyget kommer enligt sina relationer efter sig självt")
        if kind == _COMPLETES and db.execute(_IS_HERE, (*db.tokens(earlier), person)).fetchone() is None:
            raise UnknownCertificate("Intyget som kompletteras har inte kommit")


def places_in_order(db: Vaulted, messages: Collection[MessageId]) -> dict[MessageId, int]:
    """Return the place of each message among these: one whose certificate comes after another's has a later place."""
    before: dict[MessageId, set[MessageId]] = {message: set() for message in sorted(messages)}
    for message, earlier in db.execute(_COMES_AFTER, (as_json(list(before)),)):
        before[message].add(earlier)
    return {message: place for place, message in enumerate(TopologicalSorter(before).static_order())}


def keep_relations(db: Vaulted, message: Message) -> None:
    """Keep what the certificate says that it is to others, as it says it."""
    numbered = enumerate(message.relations, start=1)
    db.executemany(_ADD, [(message.id, number, kind, *db.tokens(earlier)) for number, (kind, earlier) in numbered])
