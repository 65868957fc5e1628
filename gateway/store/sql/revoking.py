"""The write of those who revoke: the revocation, and what becomes of the certificate's deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import CertificateConflict, UnknownCertificate
from gateway.revocations import RevocationState
from gateway.store.sql.keeping import put_deliveries
from gateway.store.sql.log import Noted, note
from gateway.store.sql.noticing import tell_those_who_have_it
from gateway.store.sql.reading import deliveries_of_message
from gateway.store.sql.rows import stored_time

if TYPE_CHECKING:
    from gateway.identity import DeliveryId, MessageId
    from gateway.revocations import Revocation
    from gateway.store.port import Cancel, Tell
    from gateway.store.sql.vaulted import Vaulted

_KNOWN = "SELECT id, person FROM message WHERE root = ? AND extension = ?"

_IS_REVOKED = "SELECT 1 FROM revocation WHERE root = ? AND extension = ? AND person = ?"

_ADD = """
INSERT INTO revocation (id, root, extension, person, sender, received_at, content) VALUES (?, ?, ?, ?, ?, ?, ?)
"""

_MAY_HAVE = """
SELECT DISTINCT a.delivery FROM attempt a JOIN delivery d ON d.id = a.delivery
WHERE d.message = ? AND a.outcome IN ('DELIVERED', 'UNKNOWN', '')
"""

# What came of an edition that was taken or refused is known: only what may have been taken since then is asked for
# again, and not once its organisation has been told that it is revoked.
IS_CANCELLED = """
EXISTS (
    SELECT 1 FROM message m JOIN revocation r ON (r.root, r.extension, r.person) = (m.root, m.extension, m.person)
    WHERE m.id = ?1 AND (
        NOT EXISTS (
            SELECT 1 FROM attempt WHERE delivery = ?2 AND outcome = 'UNKNOWN' AND number > (
                SELECT COALESCE(MAX(number), 0) FROM attempt
                WHERE delivery = ?2 AND outcome IN ('DELIVERED', 'SUPERSEDED', 'DEAD')
            )
        )
        OR EXISTS (
            SELECT 1 FROM delivery d JOIN delivery told ON told.is_notice
                AND (told.message, told.organisation, told.set_name) = (d.message, d.organisation, d.set_name)
            JOIN attempt a ON a.delivery = told.id
            WHERE d.id = ?2 AND NOT d.is_notice
        )
    )
)
"""
"""Whether the delivery ?2, of the message ?1, is of a revoked certificate, and nothing is left to find out about it."""


def revoke(db: Vaulted, revocation: Revocation, cancel: Cancel, tell: Tell, *, keep_early: bool) -> RevocationState:
    """Keep a revocation, the deliveries as they stand because of it, and what is told of it; see the port."""
    certificate = revocation.certificate
    known = db.execute(_KNOWN, db.tokens(certificate)).fetchone()
    if known is not None and known[1] != db.token(revocation.person):
        raise CertificateConflict("Intygs-id används av ett annat intyg")
    if known is None and not keep_early:
        raise UnknownCertificate("Intyget har inte kommit")
    about = (*db.tokens(certificate), db.token(revocation.person))
    if db.execute(_IS_REVOKED, about).fetchone() is not None:
        return RevocationState.ALREADY
    _keep(db, revocation, "" if known is None else known[0])
    if known is None:
        return RevocationState.AHEAD
    before = deliveries_of_message(db, known[0])
    at = revocation.envelope.received_at
    put_deliveries(db, at, before, cancel(before, _may_have(db, known[0])))
    tell_those_who_have_it(db, before, tell, at)
    return RevocationState.DONE


def _keep(db: Vaulted, revocation: Revocation, message: str) -> None:
    envelope, certificate = revocation.envelope, revocation.certificate
    values = (
        revocation.id,
        *db.tokens(certificate),
        db.token(revocation.person),
        envelope.sender,
        stored_time(envelope.received_at),
        db.sealed(envelope.content, revocation.person, "revocation", "content", revocation.id),
    )
    db.execute(_ADD, values)
    reference = f"Revocation/{revocation.id}"
    events = ["revocation.accepted", *(["revocation.by_another"] if revocation.is_by_another else [])]
    kept = [Noted(event, reference, message=message, person=revocation.person) for event in events]
    note(db, envelope.received_at, kept)


def _may_have(db: Vaulted, message: MessageId) -> frozenset[DeliveryId]:
    """Return the deliveries of which an attempt was taken, or may have been."""
    return frozenset(delivery for (delivery,) in db.execute(_MAY_HAVE, (message,)))
