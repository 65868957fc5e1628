"""Names that one process at a time may bear, among all that use a database."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from gateway.store.postgres.connection import Connection
from gateway.store.sql.database import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A connection that holds the lock gets it once more, and one that lost it with its server gets it where it is free.
_HOLD = "SELECT pg_try_advisory_lock(?)"


@contextmanager
def held_name(address: str, name: str) -> Iterator[Callable[[], bool]]:
    """Hold a name for a while. The server lets go of it when the process is gone, or cannot be reached from it.

    Returns:
        What says, each time it is asked, whether nobody else holds the name: it is held from the first time on, and
        taken anew where the connection was cut. Raises StoreUnavailable where the server cannot be reached.
    """
    held = _Name(address, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True))
    try:
        yield held.is_held
    finally:
        held.let_go()


class _Name:
    def __init__(self, address: str, number: int) -> None:
        self._address = address
        self._number = number
        self._db: Connection | None = None

    def is_held(self) -> bool:
        try:
            if self._db is None:
                self._db = Connection(self._address)
            return bool(self._db.execute(_HOLD, (self._number,)).fetchone()[0])
        except psycopg.Error as error:
            self.let_go()
            raise unavailable() from error

    def let_go(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
