"""The databases that are measured: a file, and one on a PostgreSQL server that keeps everything as durably."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = count(1)


class Kept(Protocol):
    """A database that a gateway keeps everything in."""

    @property
    def name(self) -> str:
        """What database it is."""

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a gateway that keeps everything in it."""

    def copied(self) -> Kept:
        """Return another with the same in it; nobody may have this one open."""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement of ours, and return its rows."""

    def drop(self) -> None:
        """Let go of all that is in it."""


@contextmanager
def each_database() -> Iterator[tuple[Kept, ...]]:
    """Give an empty database of each kind."""
    server = PostgresServer()
    try:
        with TemporaryDirectory() as folder:
            yield SqliteFile(Path(folder, "bench.db")), on_server(server, Path(folder))
    finally:
        server.stop()


@dataclass(frozen=True)
class SqliteFile:
    """A file; the keys are files beside it."""

    path: Path
    name: str = "SQLite"

    @property
    def settings(self) -> dict[str, str]:
        """What names it."""
        return {"database": str(self.path)}

    def copied(self) -> SqliteFile:
        """Copy the files."""
        other = self.path.with_name(f"copy-{next(_NUMBERS)}.db")
        for file in self.path.parent.glob(f"{self.path.name}*"):
            shutil.copy(file, other.with_name(file.name.replace(self.path.name, other.name)))
        return SqliteFile(other)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run it, once nobody else writes."""
        with closing(sqlite3.connect(self.path, timeout=30)) as db, db:
            return db.execute(statement).fetchall()

    def drop(self) -> None:
        """Remove the files."""
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


@dataclass(frozen=True)
class OnServer:
    """A database on a server; the keys are files in a folder."""

    server: PostgresServer
    address: str
    folder: Path
    name: str = "PostgreSQL"

    @property
    def settings(self) -> dict[str, str]:
        """What names it, and its keys."""
        return {
            "postgres": self.address,
            "vault_key": f"{self.folder}/vault-key",
            "audit_key": f"{self.folder}/audit-key",
        }

    @property
    def _database(self) -> str:
        return str(conninfo_to_dict(self.address)["dbname"])

    def copied(self) -> OnServer:
        """Copy the database, and the keys: what was seen of the one is nothing that was seen of the other."""
        other = self.folder.with_name(f"copy-{next(_NUMBERS)}-keys")
        shutil.copytree(self.folder, other)
        return OnServer(self.server, self.server.new_database(template=self._database), other)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run it."""
        with psycopg.connect(self.address, autocommit=True) as db:
            cursor = db.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        """Drop the database, whoever is connected to it, and the keys."""
        self.server.run(f"DROP DATABASE {self._database} WITH (FORCE)")
        shutil.rmtree(self.folder)


def on_server(server: PostgresServer, folder: Path) -> OnServer:
    """Return an empty database on a server, with its keys in a folder of their own in this one."""
    keys = folder / "keys"
    keys.mkdir()
    return OnServer(server, server.new_database(), keys)
