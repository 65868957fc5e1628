"""The tables of what is due, of how recipients stand, and of what is stopped."""

from __future__ import annotations

FLOW = (
    # A lane is what waits of one set for one recipient, as it falls due: its head is found however long it is.
    "DROP INDEX delivery_due",
    """
    CREATE INDEX delivery_lane ON delivery (kind, organisation, set_name, due_at, id)
    WHERE state IN ('READY', 'RETRY_WAIT', 'UNKNOWN', 'HELD_CONSENT', 'SENDING')
        AND organisation IS NOT NULL AND due_at IS NOT NULL
    """,
    """
    CREATE TABLE recipient (
        organisation TEXT NOT NULL PRIMARY KEY,
        failures INTEGER NOT NULL,
        width INTEGER,
        not_before INTEGER,
        openings INTEGER NOT NULL,
        cause TEXT,
        reason TEXT,
        since INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE stop (
        number INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        name TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        because TEXT NOT NULL,
        since INTEGER NOT NULL,
        lifted_by TEXT NOT NULL,
        UNIQUE (scope, name)
    ) STRICT
    """,
)

ENDPOINTS = (
    """
    CREATE TABLE endpoint (
        organisation TEXT NOT NULL PRIMARY KEY,
        url TEXT NOT NULL,
        wanted TEXT NOT NULL,
        approved_by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # Where the attempt was sent to: what is approved may have changed since.
    "ALTER TABLE attempt ADD COLUMN address TEXT NOT NULL DEFAULT ''",
)

NOT_KNOWN = (
    # Since when the recipient of a notice does not know what it is about; it counts from `began_at` on.
    "ALTER TABLE delivery ADD COLUMN not_known_since INTEGER",
    """
    UPDATE delivery SET not_known_since = (
        SELECT MIN(ended_at) FROM attempt
        WHERE delivery = delivery.id AND reason = 'not-known-there' AND ended_at >= delivery.began_at
    ) WHERE is_notice AND began_at IS NOT NULL
    """,
)

EPOCH = (
    "CREATE TABLE epoch (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, home TEXT NOT NULL) STRICT",
    "INSERT INTO epoch VALUES (1, 1, '')",
)

CLOCK = (
    "CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), latest INTEGER NOT NULL) STRICT",
    "INSERT INTO clock VALUES (1, 0)",
)

RELEASES = (
    # Whether an operator lets it go although the person's identity is protected, or may be.
    "ALTER TABLE delivery ADD COLUMN is_released INTEGER NOT NULL DEFAULT 0",
)
