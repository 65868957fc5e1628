"""What the vault is kept in: the key of each person, and the key of the index."""

from __future__ import annotations

WRAPPING = ("CREATE INDEX person_by_wrapping ON person (wrapped_by)",)

VAULT = (
    """
    CREATE TABLE index_key (
        id BIGINT PRIMARY KEY CHECK (id = 1),
        wrapped_by TEXT NOT NULL,
        wrapped BYTEA NOT NULL,
        covered BIGINT NOT NULL DEFAULT 0
    )
    """,
    # `token` stands for the person everywhere else; the number itself is here, sealed, and nowhere else.
    """
    CREATE TABLE person (
        token TEXT PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        wrapped_by TEXT NOT NULL,
        wrapped BYTEA NOT NULL,
        number BYTEA NOT NULL
    )
    """,
    # Likewise of a certificate that has come: `token` stands for it as `extension` everywhere else.
    "CREATE TABLE certificate (token TEXT PRIMARY KEY, name BYTEA NOT NULL)",
)
