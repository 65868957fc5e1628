"""Whose turn it is: certificates that come after one another reach a recipient in that order, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.deliveries import DeliveryState
from gateway.store.sql.noticing import turn_of_notice
from gateway.store.sql.revoking import IS_CANCELLED

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.store.sql.vaulted import Vaulted

# A certificate comes after the one that it replaces or completes, where both are about the same person.
_WAITS = """
EXISTS (
    SELECT 1 FROM relation r
    JOIN message m ON m.id = r.message
    JOIN message before ON (before.root, before.extension, before.person) = (r.root, r.extension, m.person)
    JOIN delivery d ON d.message = before.id
    WHERE r.message = ?1 AND r.kind IN ('ERSATT', 'KOMPLT') AND d.organisation = ?3 AND NOT d.is_notice
        AND d.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')
)
"""

# Whatever becomes of the replacement now: who has had it has had it.
_IS_REPLACED = """
EXISTS (
    WITH RECURSIVE after (message, root, extension, person) AS (
        SELECT id, root, extension, person FROM message WHERE id = ?1
        UNION
        SELECT m.id, m.root, m.extension, m.person FROM after a
        JOIN relation r ON (r.root, r.extension) = (a.root, a.extension) AND r.kind = 'ERSATT'
        JOIN message m ON m.id = r.message AND m.person = a.person
    )
    SELECT 1 FROM after a WHERE a.message != ?1 AND (
        EXISTS (
            SELECT 1 FROM delivery d JOIN attempt t ON t.delivery = d.id AND t.outcome = 'DELIVERED'
            WHERE d.message = a.message AND d.organisation = ?3 AND d.set_name = ?4 AND NOT d.is_notice
        )
        OR EXISTS (SELECT 1 FROM reading r WHERE r.message = a.message AND r.organisation = ?3 AND r.set_name = ?4)
    )
)
"""

_TURN = f"SELECT {IS_CANCELLED}, {_IS_REPLACED}, {_WAITS}"


def out_of_turn(db: Vaulted, delivery: Delivery) -> tuple[DeliveryState, str] | None:
    """Return where a delivery goes that is not to be tried now, and why; None where it is its turn."""
    if delivery.is_notice:
        return turn_of_notice(db, delivery)
    organisation = delivery.organisation.digits if delivery.organisation else ""
    about = (delivery.message, delivery.id, organisation, delivery.set_name)
    is_cancelled, is_replaced, waits = db.execute(_TURN, about).fetchone()
    if is_cancelled:
        return DeliveryState.CANCELLED, "certificate-revoked"
    if is_replaced:
        return DeliveryState.SUPERSEDED, "replaced-already"
    return (DeliveryState.HELD_ORDER, "earlier-certificate-first") if waits else None
