"""The tables, and the one place that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.store.sql.versions import bring_from
from gateway.store.sqlite.schema.audit import ANCHOR, AUDIT, STAMPS, WITNESSES
from gateway.store.sqlite.schema.first import FIRST
from gateway.store.sqlite.schema.flow import CLOCK, ENDPOINTS, EPOCH, FLOW, NOT_KNOWN, RELEASES
from gateway.store.sqlite.schema.notices import GOT, NOTICES, TOLD
from gateway.store.sqlite.schema.order import BY_PERSON, ORDER, WAITING
from gateway.store.sqlite.schema.vault import ANSWERS, ERASURE, SEALED_ONLY, VAULT, WRAPPING

if TYPE_CHECKING:
    import sqlite3


_VERSION_11 = (
    # The person is part of what is revoked: a revocation about somebody else counts for nothing.
    """
    CREATE TABLE revocation (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        root TEXT NOT NULL,
        extension TEXT NOT NULL,
        person TEXT NOT NULL,
        sender TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        content BLOB NOT NULL,
        UNIQUE (root, extension, person)
    ) STRICT
    """,
)

_VERSION_12 = (
    # As the certificate says it, whether or not the earlier one is here, or is about the same person.
    """
    CREATE TABLE relation (
        message TEXT NOT NULL REFERENCES message (id),
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        root TEXT NOT NULL,
        extension TEXT NOT NULL,
        PRIMARY KEY (message, number)
    ) STRICT, WITHOUT ROWID
    """,
)

_VERSIONS = (
    *(*FIRST, FLOW, _VERSION_11, _VERSION_12, ORDER),
    *(CLOCK, ENDPOINTS, NOTICES, AUDIT, GOT, ANCHOR, TOLD, STAMPS, VAULT, WRAPPING, SEALED_ONLY, RELEASES, ERASURE),
    *(EPOCH, WITNESSES, WAITING, NOT_KNOWN, BY_PERSON, ANSWERS),
)
"""The statements that lead from each version of the schema to the next; an empty file has version 0."""

EPOCH_AND_VERSION = "SELECT number, (SELECT user_version FROM pragma_user_version) FROM epoch"
"""Asks for the epoch, and for the version of the tables."""

_CLOSED = -1
"""The version of a file whose content has moved elsewhere."""


def newest() -> int:
    """Return the version of the tables as this gateway makes them."""
    return len(_VERSIONS)


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Make the tables of a new file, or those that an older file lacks.

    Runs inside the caller's transaction: a start that is cut short leaves the file as it was.

    Raises:
        ConfigurationError: A newer gateway has changed the file, or it is closed for good; nothing was touched.
    """
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version == _CLOSED:
        raise ConfigurationError("What this database kept has moved to PostgreSQL: name that one in `postgres`")
    bring_from(version, _VERSIONS, db)
    db.execute(f"PRAGMA user_version = {newest()}")


def close_for_good(db: sqlite3.Connection) -> None:
    """Let nobody write to the file or open it from now on; whoever has it open and writes is told it is unavailable.

    Runs inside the caller's transaction. Who writes looks at the version first. One of an earlier gateway does not: its
    write ends at the tree, or at the log, and without them none is done.
    """
    db.execute("ALTER TABLE tree RENAME TO moved_tree")
    db.execute("ALTER TABLE log RENAME TO moved_log")
    db.execute(f"PRAGMA user_version = {_CLOSED}")
