"""The store in one SQLite file, for any number of threads and for several processes of one machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.store.sql.living import Fence
from gateway.store.sql.readers import Readers
from gateway.store.sql.sealing import Sealing
from gateway.store.sql.store import SqlStore
from gateway.store.sql.writer import Writer
from gateway.store.sqlite.connection import SqliteEngine, prepare
from gateway.store.sqlite.schema import EPOCH_AND_VERSION, newest

if TYPE_CHECKING:
    from pathlib import Path


class SqliteStore(SqlStore):
    """Keeps everything in one file. Reads never wait for writes, and writes that meet share one fsync.

    Args:
        path: The file; it is made where there is none, readable by its owner only. Its folder must exist.
        key_file: The file with the key-encryption key; `<path>.vault-key` where none is named. It is made where nothing
            is sealed yet.

    Raises:
        ConfigurationError: A newer version of the gateway has written the file, or the key to it is missing or wrong;
            it was left as it is.
        StoreUnavailable: The file cannot be made, opened or written.
    """

    def __init__(self, path: Path, key_file: Path | None = None) -> None:
        keys = prepare(path, key_file or path.with_name(f"{path.name}.vault-key"))
        engine = SqliteEngine(path)
        self._path = path
        super().__init__(Writer(engine, Sealing(), Fence(EPOCH_AND_VERSION, newest())), Readers(engine), keys)

    @property
    def has_many_machines(self) -> bool:
        """No: the file is on one."""
        return False

    def place(self) -> str:
        """Return where the file is."""
        return str(self._path.resolve())

    def now(self) -> datetime:
        """Return how late it is by the machine."""
        return datetime.now(UTC)
