"""The store in one PostgreSQL database, for any number of processes on any number of machines."""

from __future__ import annotations

from gateway.store.postgres.connection import PostgresEngine, Readers
from gateway.store.postgres.schema import prepare
from gateway.store.sql.sealing import seal
from gateway.store.sql.store import SqlStore
from gateway.store.sql.writer import Writer


class PostgresStore(SqlStore):
    """Keeps everything in one database. Reads never wait for writes, and writes of a process that meet share a commit.

    Args:
        address: The database, as `postgresql://…`. It must exist, and sort texts by their bytes (locale C).

    Raises:
        ConfigurationError: A newer version of the gateway has written the database, or it sorts otherwise; it was left
            as it is.
        StoreUnavailable: The server cannot be reached, or refuses.
    """

    def __init__(self, address: str) -> None:
        prepare(address)
        super().__init__(Writer(PostgresEngine(address), seal), Readers(address))
