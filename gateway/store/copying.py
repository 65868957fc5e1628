"""Moving what a SQLite file keeps to a PostgreSQL database, while gateways use the file."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg

from gateway.errors import ConfigurationError
from gateway.stops import Scope, Stop
from gateway.store.postgres import schema
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.sql.database import unavailable
from gateway.store.sql.sealing import seal
from gateway.store.sql.stops import stop
from gateway.store.sql.vaulted import Vaulted
from gateway.store.sqlite.connection import SqliteEngine, prepare
from gateway.store.sqlite.schema import close_for_good

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Keys

# In the order they were made, for each refers to earlier ones; the names of persons first, or each gets a new one.
_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name != 'pseudonym', rowid
"""

_COLUMNS = """
SELECT column_name, data_type, is_identity FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position
"""

_AT_ONCE = 500
"""How many rows are in memory at once."""

_GO_ON = "SELECT setval(pg_get_serial_sequence('{table}', '{name}'), MAX({name})) FROM {table}"

_MADE_WITH_A_ROW = frozenset({"clock", "heartbeat", "tree", "anchor", "index_key", "epoch"})

_IS_USED = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table})"  # noqa: S608 - names of ours
    for table in ("log", "endpoint", "message", "person", "checkpoint")
)


def move(file: Path, address: str, key_file: Path, by: str) -> int:
    """Copy everything to a database that keeps nothing yet, and close the file for good; return how many rows.

    Who hands in something meanwhile is told to come again. In the database the workers are paused until a person lets
    them go on: by then whoever used the file should have ended. What is sealed is moved as it is,
    and needs the same key.

    Raises:
        ConfigurationError: The database is in use already, if only by a gateway that has kept nothing yet, or one of
            the two is not fit; the file is as it was.
        StoreUnavailable: One of the two failed. Where the database has everything, the file may still be in use:
            empty the database, and move once more.
    """
    keys = prepare(file, key_file)
    server = PostgresEngine(address)
    schema.prepare(server, key_file)
    try:
        return _move(SqliteEngine(file), server, keys, by)
    except (sqlite3.Error, psycopg.Error) as error:
        raise unavailable() from error


def _move(file: SqliteEngine, server: PostgresEngine, keys: Keys, by: str) -> int:
    source, target = file.connect(), server.connect()
    try:
        file.begin(source)
        server.begin(target)
        if not server.is_alone(target) or target.execute(f"SELECT {_IS_USED}").fetchone()[0]:
            raise ConfigurationError(
                "The PostgreSQL database is in use already: name an empty one that no gateway runs on"
            )
        copied = sum(_copy(source, target, table) for (table,) in source.execute(_TABLES).fetchall())
        # It has moved, and is no copy: where it is, it settles at the first start.
        target.execute("UPDATE epoch SET home = ''")
        stop(Vaulted(target, keys), Stop(Scope.WORKERS, "", by, "moved from a file", server.clock.now()))
        seal(target)
        # The database first: were the file closed before it, a failure in between would leave nobody to keep anything.
        target.execute("COMMIT")
        close_for_good(source)
        source.execute("COMMIT")
    finally:
        source.close()
        target.close()
    return copied


def _copy(source: Database, target: Database, table: str) -> int:
    columns = target.execute(_COLUMNS, (table,)).fetchall()
    names = ", ".join(name for name, _, _ in columns)
    places = ", ".join("?" for _ in columns)
    put = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of ours
    if table in _MADE_WITH_A_ROW:
        target.execute(f"DELETE FROM {table}")  # noqa: S608 - likewise
    count = 0
    for rows in _some(source, f"SELECT {names} FROM {table}"):  # noqa: S608 - likewise
        target.executemany(put, [_told(row, columns) for row in rows])
        count += len(rows)
    for name, _, counts in columns:
        if counts == "YES":
            target.execute(_GO_ON.format(table=table, name=name))
    return count


def _some(source: Database, asked: str) -> Iterator[list[Any]]:
    rows = source.execute(asked)
    while some := list(islice(rows, _AT_ONCE)):
        yield some


def _told(row: Sequence[Any], columns: Sequence[Any]) -> list[Any]:
    """Return a row as PostgreSQL has it: what is true or false is no number there."""
    return [bool(value) if kind == "boolean" else value for value, (_, kind, _) in zip(row, columns, strict=True)]
