"""What tells who has got what, and what they are told once it no longer holds."""

from __future__ import annotations

NOTICES = (
    "ALTER TABLE delivery ADD COLUMN is_notice INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE attempt ADD COLUMN bundle TEXT NOT NULL DEFAULT ''",
    # Attempts before this version tell by their decisions which variant of the newest edition they sent.
    """
    UPDATE attempt SET bundle = COALESCE((
        SELECT s.id FROM delivery d
        JOIN decision k ON k.delivery = d.id AND k.permitted AND k.way IN ('send', 'try') AND k.at <= attempt.started_at
        JOIN information_set s ON (s.message, s.name, s.withheld) = (d.message, d.set_name, k.withheld)
        WHERE d.id = attempt.delivery ORDER BY k.number DESC LIMIT 1
    ), '')
    """,
    """
    CREATE TABLE notice (
        delivery TEXT NOT NULL PRIMARY KEY REFERENCES delivery (id),
        id TEXT NOT NULL,
        problems TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE reading (
        message TEXT NOT NULL REFERENCES message (id),
        organisation TEXT NOT NULL,
        bundle TEXT NOT NULL,
        set_name TEXT NOT NULL,
        PRIMARY KEY (message, organisation, bundle)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT OR IGNORE INTO reading (message, organisation, bundle, set_name)
    SELECT k.message, k.organisation, s.id, k.set_name FROM decision k
    JOIN information_set s ON (s.message, s.name, s.withheld) = (k.message, k.set_name, k.withheld)
    WHERE k.way = 'pull' AND k.permitted
    """,
    # What an organisation has, or may have: what it took, what nobody knows of, what is under way, what it has read.
    """
    CREATE VIEW got (message, organisation, set_name, bundle) AS
    SELECT d.message, d.organisation, d.set_name, a.bundle FROM attempt a JOIN delivery d ON d.id = a.delivery
    WHERE a.outcome IN ('DELIVERED', 'UNKNOWN', '') AND a.bundle != '' AND NOT d.is_notice
    UNION ALL
    SELECT message, organisation, set_name, bundle FROM reading
    """,
    "DROP TRIGGER delivery_is_waited_for",
    # A notice waits for what it is about, and for what replaces or completes that.
    """
    CREATE TRIGGER delivery_is_waited_for AFTER UPDATE OF state ON delivery
    WHEN OLD.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER')
        AND NEW.state NOT IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER') AND NOT NEW.is_notice
    BEGIN
        UPDATE delivery SET state = 'READY', reason = 'earlier-certificate-is-over',
            due_at = (SELECT at FROM log ORDER BY sequence DESC LIMIT 1)
        WHERE state = 'HELD_ORDER' AND organisation = NEW.organisation AND (
            message IN (
                SELECT r.message FROM relation r
                JOIN message before ON (before.root, before.extension) = (r.root, r.extension)
                WHERE before.id = NEW.message
            )
            OR is_notice AND (message = NEW.message OR message IN (
                SELECT before.id FROM relation r
                JOIN message before ON (before.root, before.extension) = (r.root, r.extension)
                WHERE r.message = NEW.message
            ))
        );
    END
    """,
)

GOT = (
    # Whoever asks for a Bundle that is no more is told so only where it has had it.
    "CREATE INDEX attempt_of_bundle ON attempt (bundle)",
    "CREATE INDEX reading_of_bundle ON reading (bundle)",
)

TOLD = (
    # A Bundle that tells its reader of earlier documents that it has got: which variant it is, and what it tells.
    """
    CREATE TABLE told (
        bundle TEXT NOT NULL PRIMARY KEY,
        variant TEXT NOT NULL,
        earlier TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)
