"""What keeps the order of certificates that come after one another."""

from __future__ import annotations

ORDER = (
    "CREATE INDEX relation_to ON relation (root, extension, kind)",
    # Whatever way a delivery comes to its end, those that wait for it go on: they are asked again whether it is
    # their turn. The time is that of what was last told, which is the moment of the change.
    """
    CREATE TRIGGER delivery_is_waited_for AFTER UPDATE OF state ON delivery
    WHEN OLD.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')
        AND NEW.state NOT IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')
    BEGIN
        UPDATE delivery SET state = 'READY', reason = 'earlier-certificate-is-over',
            due_at = (SELECT at FROM log ORDER BY sequence DESC LIMIT 1)
        WHERE state = 'HELD_ORDER' AND organisation = NEW.organisation AND message IN (
            SELECT r.message FROM relation r
            JOIN message before ON (before.root, before.extension) = (r.root, r.extension)
            WHERE before.id = NEW.message
        );
    END
    """,
    """
    CREATE TRIGGER delivery_goes_on AFTER UPDATE OF state ON delivery
    WHEN OLD.state = 'HELD_ORDER' AND NEW.state = 'READY'
    BEGIN
        INSERT INTO log (at, event, message, delivery, detail)
        VALUES (NEW.due_at, 'delivery.ready', NEW.message, NEW.id, NEW.reason);
    END
    """,
)

WAITING = (
    "DROP TRIGGER delivery_is_waited_for",
    # A delivery may wait for an earlier certificate, for a later one, or for what it is to tell of: whatever comes to
    # its end, all that waits about the same person is asked again whether it is its turn.
    """
    CREATE TRIGGER delivery_is_waited_for AFTER UPDATE OF state ON delivery
    WHEN OLD.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')
        AND NEW.state NOT IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER') AND NOT NEW.is_notice
    BEGIN
        UPDATE delivery SET state = 'READY', reason = 'what-it-waited-for-is-over',
            due_at = (SELECT at FROM log ORDER BY sequence DESC LIMIT 1)
        WHERE state = 'HELD_ORDER' AND organisation = NEW.organisation AND person = NEW.person;
    END
    """,
)

BY_PERSON = ("CREATE INDEX message_of_person ON message (person)",)
