"""What an older version kept in clear is sealed: some people at a time, and from where it was cut short."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gateway.decisions import consent_version
from gateway.errors import ConfigurationError, Erased, Tampered
from gateway.identity import CertificateId, PersonIdentity
from gateway.log import LogLine, log
from gateway.store.sql.vaulted import Vaulted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateway.store.sql.database import Database, Rows
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Keys

_PEOPLE_AT_ONCE = 50
"""Of how many people what was kept in clear is sealed in one transaction."""

_IS_COVERED = "SELECT covered FROM index_key"

_HAS_KEPT = "SELECT 1 FROM log LIMIT 1"

# 0 where something may be in clear, 2 where nothing is and something may be left of what was, 1 where nothing is.
_COVERED = "UPDATE index_key SET covered = 1"
_LEFT = "UPDATE index_key SET covered = 2"
_IS_LEFT = "SELECT 1 FROM index_key WHERE covered = 2"

# A person's number has 12 digits, and what stands for one has 32.
_IN_CLEAR = " UNION ".join(
    f"SELECT person FROM {table} WHERE length(person) = 12"  # noqa: S608 - the parts are constants
    for table in ("message", "consent", "revocation", "person_status")
)

_SOME = f"SELECT person FROM ({_IN_CLEAR}) people LIMIT ?"  # noqa: S608 - likewise

_MESSAGES = "SELECT id, root, extension, problems, content FROM message WHERE person = ?"
_COVER_MESSAGE = "UPDATE message SET root = ?, extension = ?, problems = ?, content = ? WHERE id = ?"

_REMARKS = "SELECT r.message, r.notes FROM remark r JOIN message m ON m.id = r.message WHERE m.person = ?"
_COVER_REMARK = "UPDATE remark SET notes = ? WHERE message = ?"

_RELATIONS = """
SELECT r.message, r.number, r.root, r.extension FROM relation r JOIN message m ON m.id = r.message WHERE m.person = ?
"""
_COVER_RELATION = "UPDATE relation SET root = ?, extension = ? WHERE message = ? AND number = ?"

_SETS = "SELECT id, problems, body FROM information_set WHERE person = ?"
_COVER_SET = "UPDATE information_set SET problems = ?, body = ? WHERE id = ?"

_EARLIER_SETS = """
SELECT s.id, s.problems, s.body FROM earlier_set s JOIN message m ON m.id = s.message WHERE m.person = ?
"""
_COVER_EARLIER_SET = "UPDATE earlier_set SET problems = ?, body = ? WHERE id = ?"

_NOTICES = "SELECT n.delivery, n.problems, n.body FROM notice n JOIN delivery d ON d.id = n.delivery WHERE d.person = ?"
_COVER_NOTICE = "UPDATE notice SET problems = ?, body = ? WHERE delivery = ?"

_CONSENTS = "SELECT id, version, resource FROM consent WHERE person = ?"
_COVER_CONSENT = "UPDATE consent SET resource = ? WHERE id = ? AND version = ?"

_REVOCATIONS = "SELECT id, root, extension, content FROM revocation WHERE person = ?"
_COVER_REVOCATION = "UPDATE revocation SET root = ?, extension = ?, content = ? WHERE id = ?"

_RECEIPTS = """
SELECT a.delivery, a.number, a.reference FROM attempt a JOIN delivery d ON d.id = a.delivery
WHERE d.person = ? AND a.reference <> ''
"""
_COVER_RECEIPT = "UPDATE attempt SET reference = ? WHERE delivery = ? AND number = ?"

_ANSWERS = """
SELECT h.delivery, h.attempt, h.body FROM answer h JOIN delivery d ON d.id = h.delivery WHERE d.person = ?
"""
_COVER_ANSWER = "UPDATE answer SET body = ? WHERE delivery = ? AND attempt = ?"

_NAMED_IN = ("message", "information_set", "consent", "delivery", "revocation")

_HAS_A_NAME = "SELECT 1 FROM pseudonym WHERE person = ?"
_COVER_NAME = "UPDATE pseudonym SET person = ? WHERE person = ?"

_COVER_STATUSES = """
INSERT INTO person_status (person, status) SELECT ?1, status FROM person_status WHERE person = ?2
ON CONFLICT DO NOTHING
"""
_FORGET_STATUSES = "DELETE FROM person_status WHERE person = ?"

_IS_TOLD_IN_CLEAR = "SELECT 1 FROM told WHERE substr(earlier, 1, 1) = '[' LIMIT 1"

_TOLD_IN_CLEAR = """
SELECT t.bundle, t.earlier, m.person FROM told t
JOIN (SELECT id, message FROM information_set UNION SELECT id, message FROM earlier_set) s ON s.id = t.variant
JOIN message m ON m.id = s.message WHERE substr(t.earlier, 1, 1) = '['
"""

_FORGET_TOLD = "DELETE FROM told WHERE substr(earlier, 1, 1) = '['"

_COVER_TOLD = "UPDATE told SET earlier = ? WHERE bundle = ?"

_MESSAGE_OF = "SELECT id FROM message WHERE root = ? AND extension = ?"
_REVOCATION_OF = "SELECT id FROM revocation WHERE root = ? AND extension = ? AND person = ?"


def cover_all(
    db: Database, keys: Keys, begin: Callable[[Database], None], write_anew: Callable[[Database], None]
) -> None:
    """Seal what an older version kept in clear, and leave nothing of it; done before, nothing is done.

    Args:
        db: A connection that is in no transaction.
        keys: Seal it.
        begin: Begins to write.
        write_anew: Writes the database anew, so that nothing is left of what was deleted or written over.
    """
    vaulted = Vaulted(db, keys)
    if vaulted.execute(_IS_COVERED).fetchone()[0]:
        return
    is_over = False
    while not is_over:
        begin(db)
        is_over = cover(vaulted, _PEOPLE_AT_ONCE)
        db.execute("COMMIT")
    if db.execute(_HAS_KEPT).fetchone() is not None:
        write_anew(db)
    begin(db)
    db.execute(_COVERED)
    db.execute("COMMIT")


def cover_told(db: Database, keys: Keys, begin: Callable[[Database], None]) -> None:
    """Seal which earlier certificates readers were told of, where an older version kept that in clear.

    Args:
        db: A connection that is in no transaction.
        keys: Seal it.
        begin: Begins to write.
    """
    if db.execute(_IS_TOLD_IN_CLEAR).fetchone() is None:
        return
    vaulted = Vaulted(db, keys)
    begin(db)
    for bundle, earlier, token in db.execute(_TOLD_IN_CLEAR).fetchall():
        with suppress(Erased, Tampered):
            sealed = vaulted.sealed_text(earlier, vaulted.person(token), "told", "earlier", bundle)
            db.execute(_COVER_TOLD, (sealed, bundle))
    db.execute(_FORGET_TOLD)  # of what is no more, or cannot be sealed, nobody is told anything
    db.execute(_LEFT)
    db.execute("COMMIT")


def leave_nothing(db: Database, begin: Callable[[Database], None], clear: Callable[[Database], str]) -> None:
    """See to it that nothing is left of what was in clear and was written over; where it is, the next start does.

    Args:
        db: A connection that is in no transaction.
        begin: Begins to write.
        clear: Clears that away, and returns what stood in its way: empty where nothing did.
    """
    if db.execute(_IS_LEFT).fetchone() is None:
        return
    if in_the_way := clear(db):
        log(LogLine.NOT_CLEARED, error=in_the_way)
        return
    begin(db)
    db.execute(_COVERED)
    db.execute("COMMIT")


def cover(db: Vaulted, people: int) -> bool:
    """Seal all that is kept in clear of so many people; say whether that was all."""
    found = db.execute(_SOME, (people,)).fetchall()
    for (digits,) in found:
        _cover(db, PersonIdentity(digits))
    return len(found) < people


def _cover(db: Vaulted, person: PersonIdentity) -> None:
    _cover_names(db, person)
    _cover_messages(db, person)
    _cover_revocations(db, person)
    _cover_sets(db, person)
    _cover_what_was_said(db, person)
    for table in _NAMED_IN:
        named = f"UPDATE {table} SET person = ? WHERE person = ?"  # noqa: S608 - constants
        db.execute(named, (db.token(person), person.digits))


def _cover_names(db: Vaulted, person: PersonIdentity) -> None:
    """Cover what stands once for each person, who may be known already: an older process did not recognise them."""
    is_named = db.execute(_HAS_A_NAME, (db.token(person),)).fetchone() is not None
    token = db.token_of_second_name(person) if is_named else db.token(person)
    db.execute(_COVER_NAME, (token, person.digits))
    db.execute(_COVER_STATUSES, (db.token(person), person.digits))
    db.execute(_FORGET_STATUSES, (person.digits,))


def _cover_messages(db: Vaulted, person: PersonIdentity) -> None:
    for id_, root, extension, problems, content in _found(db, _MESSAGES, person):
        certificate = CertificateId(root, extension)
        _refuse_second(id_, db.execute(_MESSAGE_OF, db.tokens(certificate)))
        db.keep_certificate(certificate, person)
        sealed = db.sealed_text(problems, person, "message", "problems", id_)
        values = (*db.tokens(certificate), sealed, db.sealed(content, person, "message", "content", id_), id_)
        db.execute(_COVER_MESSAGE, values)
    for id_, notes in _found(db, _REMARKS, person):
        db.execute(_COVER_REMARK, (db.sealed_text(notes, person, "remark", "notes", id_), id_))
    for id_, number, *earlier in _found(db, _RELATIONS, person):
        db.execute(_COVER_RELATION, (*db.tokens(CertificateId(*earlier)), id_, number))


def _cover_revocations(db: Vaulted, person: PersonIdentity) -> None:
    for id_, root, extension, content in _found(db, _REVOCATIONS, person):
        tokens = db.tokens(CertificateId(root, extension))
        _refuse_second(id_, db.execute(_REVOCATION_OF, (*tokens, db.token(person))))
        sealed = db.sealed(content, person, "revocation", "content", id_)
        db.execute(_COVER_REVOCATION, (*tokens, sealed, id_))


def _refuse_second(id_: str, first: Rows) -> None:
    """Return if nothing sealed is the same as what is about to be: which of the two counts is a person's to say."""
    for (kept,) in first.fetchall():
        raise ConfigurationError(
            f"An older version of the gateway has kept {id_} after the same was sealed as {kept}: end it,"
            " and start from a backup made before, or have one of the two taken out"
        )


def _cover_sets(db: Vaulted, person: PersonIdentity) -> None:
    for table, asked, change in (
        ("information_set", _SETS, _COVER_SET),
        ("information_set", _EARLIER_SETS, _COVER_EARLIER_SET),
        ("notice", _NOTICES, _COVER_NOTICE),
    ):
        for id_, problems, body in _found(db, asked, person):
            sealed = db.sealed_text(problems, person, table, "problems", id_)
            db.execute(change, (sealed, db.sealed(body, person, table, "body", id_), id_))


def _cover_what_was_said(db: Vaulted, person: PersonIdentity) -> None:
    for id_, version, resource in _found(db, _CONSENTS, person):
        place = ("consent", "resource", consent_version(id_, version))
        db.execute(_COVER_CONSENT, (db.sealed_text(resource, person, *place), id_, version))
    for delivery, number, reference in _found(db, _RECEIPTS, person):
        sealed = db.sealed_text(reference, person, "attempt", "reference", delivery)
        db.execute(_COVER_RECEIPT, (sealed, delivery, number))
    for delivery, number, body in _found(db, _ANSWERS, person):
        db.execute(_COVER_ANSWER, (db.sealed(body, person, "answer", "body", delivery), delivery, number))


def _found(db: Vaulted, asked: str, person: PersonIdentity) -> Iterable[Row]:
    found: Iterable[Row] = db.execute(asked, (person.digits,)).fetchall()
    return found
