"""What the database itself sees to: the log is only added to, and what waited for an earlier certificate goes on."""

from __future__ import annotations

_UNDER_WAY = "('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')"

RULES = (
    """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'what is written in % stands as it was written', TG_TABLE_NAME;
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_stands_against_{how.lower()} BEFORE {how} ON {table} EXECUTE FUNCTION refuse()"
        for table in ("log", "decision", "leaf", "checkpoint")
        for how in ("DELETE", "TRUNCATE")
    ),
    *(
        f"CREATE TRIGGER {table}_stands_against_update BEFORE UPDATE ON {table} EXECUTE FUNCTION refuse()"
        for table in ("log", "decision", "checkpoint")
    ),
    # The salt may go: then nobody can say any more what an entry commits to.
    """
    CREATE TRIGGER leaf_stands_against_update BEFORE UPDATE OF number, log, decision, person, hash ON leaf
        EXECUTE FUNCTION refuse()
    """,
    # A notice waits for what it is about, and for what replaces or completes that.
    """
    CREATE FUNCTION go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE delivery SET state = 'READY', reason = 'earlier-certificate-is-over',
            due_at = (SELECT at FROM log ORDER BY sequence DESC LIMIT 1)
        WHERE state = 'HELD_ORDER' AND organisation = NEW.organisation AND (
            message IN (
                SELECT r.message FROM relation r
                JOIN message earlier ON (earlier.root, earlier.extension) = (r.root, r.extension)
                WHERE earlier.id = NEW.message
            )
            OR is_notice AND (message = NEW.message OR message IN (
                SELECT earlier.id FROM relation r
                JOIN message earlier ON (earlier.root, earlier.extension) = (r.root, r.extension)
                WHERE r.message = NEW.message
            ))
        );
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE TRIGGER delivery_is_waited_for AFTER UPDATE OF state ON delivery FOR EACH ROW
        WHEN (OLD.state IN {_UNDER_WAY} AND NEW.state NOT IN {_UNDER_WAY} AND NOT NEW.is_notice)
        EXECUTE FUNCTION go_on()
    """,
    """
    CREATE FUNCTION note_going_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO log (at, event, message, delivery, detail)
        VALUES (NEW.due_at, 'delivery.ready', NEW.message, NEW.id, NEW.reason);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER delivery_goes_on AFTER UPDATE OF state ON delivery FOR EACH ROW
        WHEN (OLD.state = 'HELD_ORDER' AND NEW.state = 'READY') EXECUTE FUNCTION note_going_on()
    """,
)
