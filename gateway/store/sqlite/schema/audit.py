"""What the audit log is kept in: the tree over the log and the decisions, its checkpoints, and the pseudonyms."""

from __future__ import annotations

_KNOWN_PEOPLE = ("message", "consent", "revocation", "person_status")

ANCHOR = (
    # When the log was last kept elsewhere, and how many microseconds ago that may be; without limit where nobody asks.
    "CREATE TABLE anchor (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, max_age INTEGER) STRICT",
    "INSERT INTO anchor VALUES (1, 0, NULL)",
)

WITNESSES = (
    """
    CREATE TABLE cosignature (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        witness TEXT NOT NULL,
        size INTEGER NOT NULL,
        line TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT
    """,
    *(
        f"""
        CREATE TRIGGER cosignature_is_never_{done} BEFORE {doing} ON cosignature
        BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
        """
        for done, doing in (("changed", "UPDATE"), ("deleted", "DELETE"))
    ),
    # Of each log of others that is witnessed here, the newest checkpoint.
    """
    CREATE TABLE witnessed (
        origin TEXT NOT NULL PRIMARY KEY,
        size INTEGER NOT NULL,
        note TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

STAMPS = (
    """
    CREATE TABLE stamp (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        size INTEGER NOT NULL,
        at INTEGER NOT NULL,
        answer BLOB NOT NULL
    ) STRICT
    """,
    *(
        f"""
        CREATE TRIGGER stamp_is_never_{done} BEFORE {doing} ON stamp
        BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
        """
        for done, doing in (("changed", "UPDATE"), ("deleted", "DELETE"))
    ),
)

AUDIT = (
    # At random and not from the number: nobody finds it by trying every number, and who deletes a row unnames somebody.
    """
    CREATE TABLE pseudonym (
        person TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"INSERT OR IGNORE INTO pseudonym SELECT person, lower(hex(randomblob(16))) FROM {table}"  # noqa: S608
        for table in _KNOWN_PEOPLE
    ),
    *(
        f"""
        CREATE TRIGGER person_of_{table}_has_a_pseudonym AFTER INSERT ON {table}
        BEGIN INSERT OR IGNORE INTO pseudonym VALUES (NEW.person, lower(hex(randomblob(16)))); END
        """  # noqa: S608 - constants
        for table in _KNOWN_PEOPLE
    ),
    # The pseudonym of whom it is about, where no message tells.
    "ALTER TABLE log ADD COLUMN person TEXT NOT NULL DEFAULT ''",
    # An entry is a row of the log, with the decision that it rests on, or a decision alone.
    """
    CREATE TABLE leaf (
        number INTEGER PRIMARY KEY,
        log INTEGER,
        decision INTEGER,
        person TEXT NOT NULL,
        salt BLOB NOT NULL,
        commitment BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE tree (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        log TEXT NOT NULL,
        size INTEGER NOT NULL,
        frontier BLOB NOT NULL,
        last_log INTEGER NOT NULL,
        last_decision INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO tree VALUES (1, 'samsyn/' || lower(hex(randomblob(8))), 0, x'', 0, 0)",
    """
    CREATE TABLE checkpoint (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        size INTEGER NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        note TEXT NOT NULL
    ) STRICT
    """,
    *(
        f"""
        CREATE TRIGGER {table}_is_never_{done} BEFORE {doing} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END
        """
        for table in ("leaf", "checkpoint")
        for done, doing in (
            ("changed", "UPDATE" if table == "checkpoint" else "UPDATE OF number, log, decision, person, hash"),
            ("deleted", "DELETE"),
        )
    ),
)
