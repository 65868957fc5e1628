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
