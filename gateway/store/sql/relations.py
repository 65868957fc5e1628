"""What certificates say that they are to each other. Only those about the same person have to do with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ImpossibleRelation, UnknownCertificate

if TYPE_CHECKING:
    from gateway.documents import Message
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


def check_relations(db: Vaulted, message: Message) -> None:
    """Return if the certificate can be to others what it says; see `accept` of the port."""
    certificate, person = message.certificate, db.token(message.person)
    for kind, earlier in message.relations:
        if db.execute(_COMES_BEFORE, (*db.tokens(earlier), person, *db.tokens(certificate))).fetchone() is not None:
            raise ImpossibleRelation("Intyget kommer enligt sina relationer efter sig självt")
        if kind == _COMPLETES and db.execute(_IS_HERE, (*db.tokens(earlier), person)).fetchone() is None:
            raise UnknownCertificate("Intyget som kompletteras har inte kommit")


def keep_relations(db: Vaulted, message: Message) -> None:
    """Keep what the certificate says that it is to others, as it says it."""
    numbered = enumerate(message.relations, start=1)
    db.executemany(_ADD, [(message.id, number, kind, *db.tokens(earlier)) for number, (kind, earlier) in numbered])
