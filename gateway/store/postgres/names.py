"""Names that one process at a time may bear, among all that use a database."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from gateway.store.postgres.connection import Connection
from gateway.store.sql.database import unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def held_name(address: str, name: str) -> Iterator[bool]:
    """Hold a name for a while; say whether nobody else held it. The server lets go of it when the process is gone.

    Raises:
        StoreUnavailable: The server cannot be reached.
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    try:
        db = Connection(address)
    except psycopg.Error as error:
        raise unavailable() from error
    try:
        yield bool(db.execute("SELECT pg_try_advisory_lock(?)", (number,)).fetchone()[0])
    finally:
        db.close()
