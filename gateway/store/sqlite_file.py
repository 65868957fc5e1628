"""One SQLite file, opened for whoever writes and reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gateway.store.sqlite_connection import Readers, connect_to_write, prepare
from gateway.store.sqlite_sealing import seal
from gateway.store.sqlite_writer import Writer

if TYPE_CHECKING:
    from pathlib import Path


class SqliteFile:
    """Reads never wait for writes, and writes that meet share one fsync.

    Args:
        path: The file; it is made where there is none, readable by its owner only. Its folder must exist.

    Raises:
        ConfigurationError: A newer version of the gateway has written the file; it was left as it is.
        StoreUnavailable: The file cannot be made, opened or written.
    """

    def __init__(self, path: Path) -> None:
        prepare(path)
        self._writer = Writer(partial(connect_to_write, path), seal)
        self._readers = Readers(path)

    def close(self) -> None:
        """Write what waits to be written, and let go of the file."""
        self._writer.close()
        self._readers.close()
