"""The first versions of the tables, as they led from one to the next."""

from __future__ import annotations

_VERSION_1 = (
    # `number` keeps the order in which rows came, which a rowid does not over a VACUUM. Large values stand
    # last in their rows, so that reading what stands before them touches none of their pages.
    """
    CREATE TABLE message (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        root TEXT NOT NULL,
        extension TEXT NOT NULL,
        kind TEXT NOT NULL,
        person TEXT NOT NULL,
        sender TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        problems TEXT NOT NULL,
        content BLOB NOT NULL,
        UNIQUE (root, extension)
    ) STRICT
    """,
    """
    CREATE TABLE information_set (
        id TEXT NOT NULL PRIMARY KEY,
        message TEXT NOT NULL REFERENCES message (id),
        name TEXT NOT NULL,
        withheld TEXT NOT NULL,
        sections TEXT NOT NULL,
        person TEXT NOT NULL,
        signed_at TEXT NOT NULL,
        hold TEXT NOT NULL,
        kept_at INTEGER NOT NULL,
        problems TEXT NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (message, name, withheld)
    ) STRICT
    """,
    "CREATE INDEX information_set_of_person ON information_set (person, name)",
    """
    CREATE TABLE consent (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        person TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        resource TEXT NOT NULL,
        UNIQUE (id, version)
    ) STRICT
    """,
    "CREATE INDEX consent_of_person ON consent (person)",
    # `due_at` of a delivery in SENDING is the end of its lease: that is when another worker may take it up.
    """
    CREATE TABLE delivery (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        message TEXT NOT NULL REFERENCES message (id),
        person TEXT NOT NULL,
        set_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        organisation TEXT,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        due_at INTEGER,
        attempts INTEGER NOT NULL,
        fence INTEGER NOT NULL,
        worker TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX delivery_of_message ON delivery (message)",
    "CREATE INDEX delivery_of_person ON delivery (person)",
    "CREATE INDEX delivery_by_state ON delivery (state)",
    "CREATE INDEX delivery_by_kind ON delivery (kind, state)",
    """
    CREATE INDEX delivery_due ON delivery (due_at, id)
    WHERE state IN ('READY', 'RETRY_WAIT', 'UNKNOWN', 'HELD_CONSENT', 'SENDING')
    """,
    """
    CREATE TABLE attempt (
        delivery TEXT NOT NULL REFERENCES delivery (id),
        number INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        consent TEXT NOT NULL,
        rule TEXT NOT NULL,
        ended_at INTEGER,
        outcome TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        reference TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (delivery, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE log (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        event TEXT NOT NULL,
        message TEXT NOT NULL,
        delivery TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX log_of_message ON log (message)",
    """
    CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
    """,
    """
    CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
    """,
    # REPLACE removes the old row without asking the trigger above.
    """
    CREATE TRIGGER log_is_never_replaced BEFORE INSERT ON log
    WHEN EXISTS (SELECT 1 FROM log WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
    """,
    "CREATE TABLE heartbeat (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT",
    "INSERT INTO heartbeat VALUES (1, 0)",
)

_VERSION_2 = (
    # Beside the message and not in it: what stands after a message's content is slow to read.
    """
    CREATE TABLE remark (
        message TEXT NOT NULL PRIMARY KEY REFERENCES message (id),
        signature TEXT NOT NULL,
        reason TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        notes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_VERSION_3 = (
    """
    CREATE TABLE decision (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        way TEXT NOT NULL,
        delivery TEXT NOT NULL,
        message TEXT NOT NULL REFERENCES message (id),
        set_name TEXT NOT NULL,
        organisation TEXT NOT NULL,
        permitted INTEGER NOT NULL,
        reason TEXT NOT NULL,
        consent TEXT NOT NULL,
        rule TEXT NOT NULL,
        withheld TEXT NOT NULL,
        since INTEGER,
        until INTEGER
    ) STRICT
    """,
    "CREATE INDEX decision_on_set ON decision (message, set_name, organisation)",
    """
    CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
    BEGIN SELECT RAISE(ABORT, 'a decision stands as it was made'); END
    """,
    """
    CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'a decision stands as it was made'); END
    """,
    """
    CREATE TRIGGER decision_is_never_replaced BEFORE INSERT ON decision
    WHEN EXISTS (SELECT 1 FROM decision WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'a decision stands as it was made'); END
    """,
)

_VERSION_4 = ("ALTER TABLE attempt ADD COLUMN tries INTEGER NOT NULL DEFAULT 1",)

_VERSION_5 = ("ALTER TABLE delivery ADD COLUMN began_at INTEGER",)

_VERSION_6 = (
    "ALTER TABLE decision ADD COLUMN objected INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE decision ADD COLUMN policy TEXT NOT NULL DEFAULT ''",
)

_VERSION_7 = (
    # Which edition of a set is the newest, where it is not the first; the ones before it, as they were.
    """
    CREATE TABLE edition (
        message TEXT NOT NULL REFERENCES message (id),
        name TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (message, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE earlier_set (
        id TEXT NOT NULL PRIMARY KEY,
        message TEXT NOT NULL REFERENCES message (id),
        name TEXT NOT NULL,
        edition INTEGER NOT NULL,
        withheld TEXT NOT NULL,
        sections TEXT NOT NULL,
        hold TEXT NOT NULL,
        kept_at INTEGER NOT NULL,
        replaced_at INTEGER NOT NULL,
        problems TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX earlier_set_of_message ON earlier_set (message, name, edition)",
    # What an operator has begun: the same key is never begun twice.
    "CREATE TABLE operation (key TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)

_VERSION_8 = (
    # Beside the attempt and not in it: what a recipient says may tell of the person, and nothing that lists reads it.
    """
    CREATE TABLE answer (
        delivery TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        status INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (delivery, attempt),
        FOREIGN KEY (delivery, attempt) REFERENCES attempt (delivery, number)
    ) STRICT
    """,
)

_VERSION_9 = (
    """
    CREATE TABLE person_status (
        person TEXT NOT NULL,
        status TEXT NOT NULL,
        PRIMARY KEY (person, status)
    ) STRICT, WITHOUT ROWID
    """,
)

FIRST = (
    *(_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5),
    *(_VERSION_6, _VERSION_7, _VERSION_8, _VERSION_9),
)
"""The statements that lead to each, from the one before."""
