"""The tables, and how a database of an earlier version gets those it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from gateway.errors import ConfigurationError
from gateway.store.postgres.connection import is_of_the_database
from gateway.store.postgres.schema.audit import AUDIT
from gateway.store.postgres.schema.kept import BY_PERSON, KEPT
from gateway.store.postgres.schema.rules import RULES, STAMPS, WAITING, WITNESSES
from gateway.store.postgres.schema.sending import EPOCH, NOT_KNOWN, RELEASES, SENDING, TOLD
from gateway.store.postgres.schema.vault import ANSWERS, ERASURE, SEALED_ONLY, VAULT, WRAPPING
from gateway.store.sql.covering import cover_all, cover_told, leave_nothing
from gateway.store.sql.database import unavailable
from gateway.store.sql.erasing import erase_again
from gateway.store.sql.unlocking import unlock
from gateway.store.sql.versions import bring_from

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.store.postgres.connection import PostgresEngine
    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Keys

_VERSIONS = (
    (*KEPT, *SENDING, *AUDIT, *RULES),
    *(
        TOLD,
        STAMPS,
        VAULT,
        WRAPPING,
        SEALED_ONLY,
        RELEASES,
        ERASURE,
        EPOCH,
        WITNESSES,
        WAITING,
        NOT_KNOWN,
        BY_PERSON,
        ANSWERS,
    ),
)
"""The statements that lead from each version to the next; an empty database has version 0."""

EPOCH_AND_VERSION = "SELECT e.number, v.number FROM epoch e, version v"
"""Asks for the epoch, and for the version of the tables."""

_IS_FIT = "SELECT 'B' < 'a' AND 'a b' < 'a-' AND current_setting('server_encoding') = 'UTF8'"
"""Whether texts are sorted by their bytes, as what is asked for expects."""


def prepare(engine: PostgresEngine, key_file: Path) -> Keys:
    """Make the tables of an empty database, or those that an older one lacks, and seal what it kept in clear.

    Returns:
        The keys to what is sealed in it.

    Raises:
        ConfigurationError: A newer gateway has changed the database, or it sorts by a language, or its key is missing
            or wrong; nothing was touched.
        StoreUnavailable: The server cannot be reached, or refuses.
    """
    try:
        db = engine.connect()
        try:
            engine.wait_to_prepare(db)
            engine.begin(db)
            _bring_up_to_date(db)
            engine.stay_with(db)
            keys = unlock(db, key_file)
            db.execute("COMMIT")
            cover_all(db, keys, engine.begin, _write_anew)
            cover_told(db, keys, engine.begin)
            leave_nothing(db, engine.begin, _stands_in_the_way)
            erase_again(db, keys, engine.begin)
        finally:
            db.close()
    except psycopg.Error as error:
        if is_of_the_database(error):
            raise unavailable() from error
        raise
    return keys


def newest() -> int:
    """Return the version of the tables as this gateway makes them."""
    return len(_VERSIONS)


def _write_anew(db: Database) -> None:
    """Write every table anew; what is in the server's own log goes as that is written over."""
    # First: what the server has counted for its plans holds values too.
    db.execute("ANALYZE")
    db.execute("VACUUM FULL")


def _stands_in_the_way(db: Database) -> str:
    """Write every table anew; return what kept the server from it (somebody for five seconds, a full disk), or nothing.

    Raises:
        psycopg.Error: The connection is gone.
    """
    try:
        _write_anew(db)
    except psycopg.Error as error:
        db.execute("SELECT 1")  # is it there still?
        return type(error).__name__
    return ""


def _bring_up_to_date(db: Database) -> None:
    if not db.execute(_IS_FIT).fetchone()[0]:
        raise ConfigurationError("The database has to be made with TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
    db.execute("CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL)")
    row = db.execute("SELECT number FROM version").fetchone()
    version: int = 0 if row is None else row[0]
    bring_from(version, _VERSIONS, db)
    if row is None:
        db.execute("INSERT INTO version VALUES (?)", (newest(),))
    else:
        db.execute("UPDATE version SET number = ?", (newest(),))
