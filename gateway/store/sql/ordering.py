"""Whose turn it is: certificates that come after one another reach a recipient in that order, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.deliveries import ONLY_NEWEST, DeliveryState
from gateway.store.sql.noticing import turn_of_notice
from gateway.store.sql.revoking import IS_CANCELLED

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.store.sql.vaulted import Vaulted

_ON_ITS_WAY = "d.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER') AND NOT d.is_notice"

# Of the attempts, the newest that tells something counts: one that failed before anything was taken does not.
_MAY_HAVE_IT = """(
    SELECT t.outcome FROM attempt t
    WHERE t.delivery = d.id AND t.outcome IN ('', 'UNKNOWN', 'DELIVERED', 'SUPERSEDED', 'DEAD')
    ORDER BY t.number DESC LIMIT 1
) IN ('', 'UNKNOWN')"""

# A certificate comes after the one that it replaces or completes, where both are about the same person. What may have
# been taken waits for nobody: it is repeated so that somebody knows. Nor is what waits for its replacement waited for
# by that one: each would wait for the other. Who is to have the newest only will have nothing of one that is replaced
# and cannot have been taken.
_WAITS = f"""
EXISTS (
    SELECT 1 FROM relation r
    JOIN message m ON m.id = r.message
    JOIN message before ON (before.root, before.extension, before.person) = (r.root, r.extension, m.person)
    JOIN delivery d ON d.message = before.id
    WHERE r.message = ?1 AND r.kind IN ('ERSATT', 'KOMPLT') AND d.organisation = ?3 AND {_ON_ITS_WAY}
        AND NOT (r.kind = 'ERSATT' AND d.state = 'HELD_ORDER' AND d.reason = 'may-be-replaced-already')
        AND NOT (?5 AND r.kind = 'ERSATT' AND d.set_name = ?4 AND ({_MAY_HAVE_IT}) IS NOT TRUE)
) AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = ?2 AND {_MAY_HAVE_IT})
"""  # noqa: S608 - the parts are constants

_REPLACEMENTS = """
    WITH RECURSIVE after (message, root, extension, person) AS (
        SELECT id, root, extension, person FROM message WHERE id = ?1
        UNION
        SELECT m.id, m.root, m.extension, m.person FROM after a
        JOIN relation r ON (r.root, r.extension) = (a.root, a.extension) AND r.kind = 'ERSATT'
        JOIN message m ON m.id = r.message AND m.person = a.person
    )
"""

# Whatever becomes of the replacement now: who has had it has had it.
_IS_REPLACED = f"""
EXISTS (
    {_REPLACEMENTS}
    SELECT 1 FROM after a WHERE a.message != ?1 AND (
        EXISTS (
            SELECT 1 FROM delivery d JOIN attempt t ON t.delivery = d.id AND t.outcome = 'DELIVERED'
            WHERE d.message = a.message AND d.organisation = ?3 AND d.set_name = ?4 AND NOT d.is_notice
        )
        OR EXISTS (SELECT 1 FROM reading r WHERE r.message = a.message AND r.organisation = ?3 AND r.set_name = ?4)
    )
)
"""  # noqa: S608 - the parts are constants

# Null where no replacement may have been taken; else whether any of those that may have been is on its way still.
_MAY_BE_REPLACED = f"""
(
    {_REPLACEMENTS}
    SELECT MAX(CASE WHEN {_ON_ITS_WAY} THEN 1 ELSE 0 END) FROM after a JOIN delivery d ON d.message = a.message
    WHERE a.message != ?1 AND d.organisation = ?3 AND d.set_name = ?4 AND NOT d.is_notice AND {_MAY_HAVE_IT}
)
"""  # noqa: S608 - the parts are constants

_IS_OUTRUN = f"""
?5 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = ?2 AND {_MAY_HAVE_IT}) AND EXISTS (
    {_REPLACEMENTS}
    SELECT 1 FROM after a JOIN delivery d ON d.message = a.message
    WHERE a.message != ?1 AND d.organisation = ?3 AND d.set_name = ?4 AND {_ON_ITS_WAY}
)
"""  # noqa: S608 - the parts are constants

# Most certificates are neither revoked nor come after one another: that is a short question.
IS_ALONE = """
NOT EXISTS (SELECT 1 FROM relation WHERE message = d.message) AND NOT EXISTS (
    SELECT 1 FROM message m JOIN relation r ON (r.root, r.extension) = (m.root, m.extension) WHERE m.id = d.message
) AND NOT EXISTS (
    SELECT 1 FROM message m JOIN revocation r ON (r.root, r.extension, r.person) = (m.root, m.extension, m.person)
    WHERE m.id = d.message
)
"""
"""Whether the certificate of the delivery d is not revoked, comes after no other, and no other after it."""

_TURN = f"SELECT {IS_CANCELLED}, {_IS_REPLACED}, {_IS_OUTRUN}, {_MAY_BE_REPLACED}, {_WAITS}"


def out_of_turn(
    db: Vaulted, delivery: Delivery, *, is_alone: bool, only_newest: bool
) -> tuple[DeliveryState, str] | None:
    """Return where a delivery goes that is not to be tried now, and why; None where it is its turn.

    Args:
        db: The database.
        delivery: It is about to be tried.
        is_alone: What IS_ALONE says of it.
        only_newest: Whether its recipient is to have only the newest of certificates that replace each other.
    """
    if delivery.is_notice:
        return turn_of_notice(db, delivery)
    return None if is_alone else _turn_among_others(db, delivery, only_newest=only_newest)


def _turn_among_others(db: Vaulted, delivery: Delivery, *, only_newest: bool) -> tuple[DeliveryState, str] | None:
    organisation = delivery.organisation.digits if delivery.organisation else ""
    about = (delivery.message, delivery.id, organisation, delivery.set_name, only_newest)
    is_cancelled, is_replaced, is_outrun, may_be_replaced, waits = db.execute(_TURN, about).fetchone()
    if is_cancelled:
        return DeliveryState.CANCELLED, "certificate-revoked"
    if is_replaced:
        return DeliveryState.SUPERSEDED, "replaced-already"
    if is_outrun:
        return DeliveryState.CANCELLED, ONLY_NEWEST
    if may_be_replaced is not None:
        # Once nobody asks any more, nobody will know: a person looks at what replaces it, and this is older.
        return DeliveryState.HELD_ORDER if may_be_replaced else DeliveryState.SUPERSEDED, "may-be-replaced-already"
    return (DeliveryState.HELD_ORDER, "earlier-certificate-first") if waits else None
