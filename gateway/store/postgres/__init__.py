"""The store in one PostgreSQL database, for any number of processes on any number of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.steady import since_boot
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.postgres.schema import EPOCH_AND_VERSION, newest, prepare
from gateway.store.sql.living import Fence
from gateway.store.sql.readers import Readers
from gateway.store.sql.sealing import Sealing
from gateway.store.sql.store import SqlStore
from gateway.store.sql.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

_PLACE = """
SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system()
"""


class PostgresStore(SqlStore):
    """Keeps everything in one database. Reads never wait for writes, and writes of a process that meet share a commit.

    Args:
        address: The database, as `postgresql://…`. It must exist, and sort texts by their bytes (locale C).
        key_file: The file with the key-encryption key, the same on every machine. It is made where nothing is sealed
            yet.
        steady: Seconds on a clock of this machine that nobody sets. Its clock that tells the time of day is not asked.

    Raises:
        ConfigurationError: A newer version of the gateway has written the database, it sorts otherwise, or the key to
            it is missing or wrong; it was left as it is.
        StoreUnavailable: The server cannot be reached, or refuses.
    """

    def __init__(self, address: str, key_file: Path, steady: Callable[[], float] = since_boot) -> None:
        engine = PostgresEngine(address, steady)
        keys = prepare(engine, key_file)
        self._clock = engine.clock
        super().__init__(Writer(engine, Sealing(), Fence(EPOCH_AND_VERSION, newest())), Readers(engine), keys)

    @property
    def has_many_machines(self) -> bool:
        """Yes: whoever reaches the server."""
        return True

    def place(self) -> str:
        """Return which database of which server it is, by numbers that no copy of it has elsewhere."""
        place: str = self._readers.read(lambda db: db.execute(_PLACE).fetchone()[0])
        return place

    def now(self) -> datetime:
        """Return how late it is by the server."""
        return self._clock.now()
