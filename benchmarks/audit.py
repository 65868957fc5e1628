"""What the audit log costs: how many entries a second are made, grown into the tree, and verified.

    make bench

Sealed are entries in memory, one core. Appended are rows through the store's own writer (SQLite: synchronous=FULL;
PostgreSQL: as it comes), a hundred in each write; `bare` is the same writer without the tree. Verified are those that
were appended.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.stores import each_database
from gateway.audit.entries import SALT, sealed
from gateway.audit.happened import Happened
from gateway.audit.tree import Frontier
from gateway.auditing import Notary, verify
from gateway.database import open_store
from gateway.settings import Settings
from gateway.store.sql.log import Noted, note
from gateway.store.sql.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.stores import Kept
    from gateway.store.sql.database import Database

ENTRIES, AT_ONCE = 20_000, 100
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HAPPENED = [Noted("delivery.sending", "w1")] * AT_ONCE


def main() -> None:
    """Measure, and print what was measured."""
    print(f"sealed in memory     {in_memory():8.0f} /s")
    with each_database() as databases:
        for database in databases:
            bare = appended(database.copied(), has_tree=False)
            grown = appended(database, has_tree=True)
            print(database.name)
            print(f"appended, bare       {bare:8.0f} /s")
            print(f"appended, with tree  {grown:8.0f} /s   {1e6 / grown - 1e6 / bare:5.0f} µs more an entry")
            print(f"verified             {verified(database):8.0f} /s")


def in_memory() -> float:
    """Return how many entries a second are sealed and grown into a tree."""
    frontier, began = Frontier(), time.perf_counter()
    for number in range(1, ENTRIES + 1):
        happened = Happened("samsyn/bench", number, NOON, "delivery.sending", "someone", "message", "delivery", "w1")
        frontier.add(sealed(happened, bytes(SALT)).leaf)
    return ENTRIES / (time.perf_counter() - began)


def appended(database: Kept, *, has_tree: bool) -> float:
    """Return how many rows of the log a second become durable."""
    store = opened(database)
    if not has_tree:
        store._writer._writes._finish = _Nothing()  # type: ignore[attr-defined]  # noqa: SLF001 - what the bench leaves out
    began = time.perf_counter()
    for _ in range(ENTRIES // AT_ONCE):
        store._writer.write(lambda db: note(db, NOON, HAPPENED))  # noqa: SLF001 - the one writer there is
    took = time.perf_counter() - began
    store.close()
    return ENTRIES / took


class _Nothing:
    """Completes a transaction with nothing; fits `gateway.store.sql.writer.Finish`."""

    def reached(self, _db: Database) -> None:
        """Ask nothing."""

    def complete(self, _db: Database, _reached: Sequence[None]) -> None:
        """Add nothing."""


def verified(database: Kept) -> float:
    """Return how many entries a second are read, made anew and compared."""
    store = opened(database)
    with tempfile.TemporaryDirectory() as folder:
        notary = Notary(store, Path(folder, "audit-key"), [], lambda: NOON)
        notary.sign()
        began = time.perf_counter()
        found = verify(store, notary.verifier, [])
        took = time.perf_counter() - began
    assert found.faults == []
    store.close()
    return found.size / took


def opened(database: Kept) -> SqlStore:
    """Return the store in a database."""
    store = open_store(Settings(**database.settings))  # type: ignore[arg-type]
    assert isinstance(store, SqlStore)
    return store


if __name__ == "__main__":
    main()
