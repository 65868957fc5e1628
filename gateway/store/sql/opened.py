"""A database, opened for whoever writes and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.store.sql.database import Reads, Writes


class Opened:
    """What every part of the store writes and reads through.

    Args:
        writer: Runs each write and completes it, as the audit log asks, before it is done.
        readers: Runs each read.
    """

    def __init__(self, writer: Writes, readers: Reads) -> None:
        self._writer = writer
        self._readers = readers

    def close(self) -> None:
        """Write what waits to be written, and let go of the database."""
        self._writer.close()
        self._readers.close()
