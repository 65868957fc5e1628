"""Writes that keep what came in: messages with their sets, consents, and the deliveries that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.decisions import Way
from gateway.errors import CertificateConflict, NotFound, Tampered, VersionConflict
from gateway.store.sql.deciding import keep_decision
from gateway.store.sql.log import Noted, note
from gateway.store.sql.reading import (
    NOT_AS_SEALED,
    consents_about,
    newest_version,
    sets_of_message,
    whole_about,
)
from gateway.store.sql.relations import check_relations, keep_relations
from gateway.store.sql.rows import consent_row, delivery_row, message_row, remark_row, set_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from gateway.decisions import ConsentRecord, PersonStatus
    from gateway.deliveries import Delivery
    from gateway.documents import InformationSet, Message
    from gateway.identity import MessageId, PersonIdentity
    from gateway.store.port import Plan
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_KNOWN = "SELECT id, person, content FROM message WHERE root = ? AND extension = ?"

_ADD_MESSAGE = """
INSERT INTO message (id, root, extension, kind, person, sender, received_at, problems, content)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_ADD_REMARK = "INSERT INTO remark (message, signature, reason, fingerprint, notes) VALUES (?, ?, ?, ?, ?)"

_ADD_SET = """
INSERT INTO information_set
    (id, name, person, signed_at, sections, withheld, body, hold, problems, message, kept_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_ADD_CONSENT = "INSERT INTO consent (id, version, person, resource, recorded_at) VALUES (?, ?, ?, ?, ?)"

_MARK_PERSON = "INSERT INTO person_status (person, status) VALUES (?, ?) ON CONFLICT DO NOTHING"

_UNMARK_PERSON = "DELETE FROM person_status WHERE person = ? AND status = ?"

# The fence belongs to the claims: a plan neither raises nor lowers it.
_PUT_DELIVERY = """
INSERT INTO delivery
    (id, message, person, set_name, kind, organisation, state, reason, due_at, attempts, fence, began_at, is_notice)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    kind = excluded.kind, organisation = excluded.organisation, state = excluded.state,
    reason = excluded.reason, due_at = excluded.due_at, attempts = excluded.attempts,
    began_at = excluded.began_at
"""


def accept(
    db: Vaulted,
    message: Message,
    sets: Sequence[InformationSet],
    plan: Plan,
    same_content: Callable[[bytes, bytes], bool],
) -> bool:
    """Keep a message with its sets and deliveries; see the port."""
    certificate = message.certificate
    known = db.execute(_KNOWN, db.tokens(certificate)).fetchone()
    if known is not None:
        _check_that_it_says_the_same(db, message, known, same_content)
        return False
    check_relations(db, message)
    at = message.envelope.received_at
    db.keep_certificate(certificate, message.person)
    db.execute(_ADD_MESSAGE, message_row(db, message))
    db.execute(_ADD_REMARK, remark_row(db, message))
    keep_relations(db, message)
    add_sets(db, message.id, sets, at)
    note(db, at, [Noted("message.accepted", str(message.kind), message=message.id)])
    planned = plan(consents_about(db, message.person), sets_of_message(db, message.id), ())
    put_deliveries(db, at, (), planned)
    return True


def add_sets(db: Vaulted, message: MessageId, sets: Sequence[InformationSet], at: datetime) -> None:
    """Keep the variants of a message's sets."""
    db.executemany(_ADD_SET, [set_row(db, message, kept, at) for kept in sets])


def add_consent(db: Vaulted, consent: ConsentRecord, plan: Plan) -> None:
    """Keep the first version of a consent; VersionConflict where there is one with this id already."""
    if newest_version(db, consent.id) is not None:
        raise VersionConflict("There is a consent with this id already")
    _keep_consent(db, consent, plan)


def keep_next_version(db: Vaulted, consent: ConsentRecord, plan: Plan) -> None:
    """Keep the next version of a consent; see the port."""
    newest = newest_version(db, consent.id)
    if newest is None:
        raise NotFound("There is no such resource")
    if consent.version != newest + 1:
        raise VersionConflict("The consent has been changed since it was read")
    _keep_consent(db, consent, plan)


def mark_person(
    db: Vaulted, person: PersonIdentity, status: PersonStatus, plan: Plan, at: datetime, *, holds: bool
) -> bool:
    """Record that a status of a person holds or no longer does; see the port. The log does not tell whose it is."""
    change = _MARK_PERSON if holds else _UNMARK_PERSON
    if not db.execute(change, (db.token(person), status.value)).rowcount:
        return False
    note(db, at, [Noted("person.marked" if holds else "person.unmarked", status, person=person)])
    _replan(db, person, at, plan)
    return True


def replan(db: Vaulted, people: Iterable[PersonIdentity], at: datetime, plan: Plan) -> None:
    """Ask the plan again about each of these people, and write the deliveries that it asks for."""
    for person in people:
        _replan(db, person, at, plan)


def _replan(db: Vaulted, person: PersonIdentity, at: datetime, plan: Plan) -> None:
    """Ask the plan again about a person; what cannot be opened stays where it stands, and is told.

    It keeps no consent from being withdrawn: what the gate cannot open does not leave.
    """
    before, sets, damaged = whole_about(db, person)
    note(db, at, [Noted("security.alert", NOT_AS_SEALED, message=message) for message in damaged])
    try:
        consents = consents_about(db, person)
    except Tampered:
        note(db, at, [Noted("security.alert", NOT_AS_SEALED, person=person)])
        return
    put_deliveries(db, at, before, plan(consents, sets, before))


def _keep_consent(db: Vaulted, consent: ConsentRecord, plan: Plan) -> None:
    db.execute(_ADD_CONSENT, consent_row(db, consent))
    note(db, consent.recorded_at, [Noted("consent.kept", consent.reference, person=consent.person)])
    _replan(db, consent.person, consent.recorded_at, plan)


def _check_that_it_says_the_same(
    db: Vaulted, message: Message, known: Row, same_content: Callable[[bytes, bytes], bool]
) -> None:
    id_, person, sealed = known
    if not sealed:
        raise CertificateConflict("Intygs-id tillhör ett intyg som inte finns kvar här")
    came, content = message.envelope.content, db.opened(sealed, "message", "content", id_)
    if person != db.token(message.person) or not (came == content or same_content(content, came)):
        raise CertificateConflict("Intygs-id används redan av ett annat intyg")


def put_deliveries(db: Vaulted, at: datetime, before: Sequence[Delivery], planned: Iterable[Delivery]) -> None:
    """Write the deliveries that stand otherwise than before, and log where they have come to stand."""
    known = {delivery.id: delivery for delivery in before}
    changed = [delivery for delivery in planned if known.get(delivery.id) != delivery]
    db.executemany(_PUT_DELIVERY, [delivery_row(db, delivery) for delivery in changed])
    for delivery in changed:
        if delivery.decision is not None:
            keep_decision(db, at, Way.PLAN, delivery, delivery.decision)
    moved = [delivery for delivery in changed if delivery.id not in known or known[delivery.id].state != delivery.state]
    note(db, at, [Noted.of_state(delivery, delivery.state, delivery.reason) for delivery in moved])
