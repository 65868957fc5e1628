"""What the vault is kept in: the key of each person, and the key of the index."""

from __future__ import annotations

WRAPPING = ("CREATE INDEX person_by_wrapping ON person (wrapped_by)",)

VAULT = (
    """
    CREATE TABLE index_key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        wrapped_by TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        covered INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    # `token` stands for the person everywhere else; the number itself is here, sealed, and nowhere else.
    """
    CREATE TABLE person (
        token TEXT NOT NULL PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        wrapped_by TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        number BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # Likewise of a certificate that has come: `token` stands for it as `extension` everywhere else.
    "CREATE TABLE certificate (token TEXT NOT NULL PRIMARY KEY, name BLOB NOT NULL) STRICT, WITHOUT ROWID",
)

_NAMING = ("message", "information_set", "consent", "delivery", "revocation", "person_status")

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'nothing is kept in clear'); END"

SEALED_ONLY = (
    # A process of an older version may have the file open still: what it would write in clear is refused. The number of
    # a person has 12 digits; what is sealed begins with its form, and is 60 signs long at least where it is a text.
    *(
        f"CREATE TRIGGER nobody_is_in_clear_in_{table} BEFORE INSERT ON {table} WHEN length(NEW.person) = 12 {_REFUSED}"
        for table in _NAMING
    ),
    f"CREATE TRIGGER no_answer_is_in_clear BEFORE INSERT ON answer WHEN substr(NEW.body, 1, 1) <> x'01' {_REFUSED}",
    f"""
    CREATE TRIGGER no_receipt_is_in_clear BEFORE UPDATE OF reference ON attempt
    WHEN length(NEW.reference) BETWEEN 1 AND 59 {_REFUSED}
    """,
    # What was written before this is looked for once more.
    "UPDATE index_key SET covered = 0",
)

ERASURE = (
    # Of whom somebody has asked that they be erased: it takes another to do it.
    "CREATE TABLE erasure_wish (person TEXT NOT NULL PRIMARY KEY, by_whom TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # What the erasure list tells too, which is another on each machine.
    "CREATE TABLE destroyed_key (key TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    # What a consent said before it was erased; empty of one that is there.
    "ALTER TABLE consent ADD COLUMN status TEXT NOT NULL DEFAULT ''",
    # One that was erased is moved to another database as it is.
    "DROP TRIGGER no_answer_is_in_clear",
    f"""
    CREATE TRIGGER no_answer_is_in_clear BEFORE INSERT ON answer
    WHEN length(NEW.body) > 0 AND substr(NEW.body, 1, 1) <> x'01' {_REFUSED}
    """,
)

ANSWERS = (
    # A hash without a key tells whoever has the database what was answered, by trying what that may have been.
    "ALTER TABLE answer DROP COLUMN sha256",
    # What held it has to be cleared away.
    "UPDATE index_key SET covered = 2 WHERE covered = 1",
)
