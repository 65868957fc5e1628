"""A database, opened for whoever writes and reads, with the keys to what is sealed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gateway.store.sql.vaulted import Keys, Vaulted

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.sql.database import Reads, Writes

T = TypeVar("T")


class VaultedWrites:
    """Runs writes that seal and open."""

    def __init__(self, writes: Writes, keys: Keys) -> None:
        self._writes = writes
        self._keys = keys

    def write(self, work: Callable[[Vaulted], T]) -> T:
        """Return what the work returned, once it is durable; raise as `Writes.write` does."""
        return self._writes.write(lambda db: work(Vaulted(db, self._keys)))

    def clear_away(self) -> None:
        """Leave nothing of what was deleted; raise as `Writes.clear_away` does."""
        self._writes.clear_away()

    def close(self) -> None:
        """Return when all that waited is written."""
        self._writes.close()


class VaultedReads:
    """Runs reads that open what is sealed."""

    def __init__(self, reads: Reads, keys: Keys) -> None:
        self._reads = reads
        self._keys = keys

    def read(self, work: Callable[[Vaulted], T]) -> T:
        """Return what the work makes of the database; raise as `Reads.read` does."""
        return self._reads.read(lambda db: work(Vaulted(db, self._keys)))

    def close(self) -> None:
        """Let go of the database."""
        self._reads.close()


class Opened:
    """What every part of the store writes and reads through.

    Args:
        writer: Runs each write and completes it, as the audit log asks, before it is done.
        readers: Runs each read.
        keys: Seal and open what is kept.
    """

    def __init__(self, writer: Writes, readers: Reads, keys: Keys) -> None:
        self._keys = keys
        self._writer = VaultedWrites(writer, keys)
        self._readers = VaultedReads(readers, keys)

    def close(self) -> None:
        """Write what waits to be written, and let go of the database."""
        self._writer.close()
        self._readers.close()
