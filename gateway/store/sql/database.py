"""What the store's SQL is run by: a connection to any of the databases, within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gateway.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")


class Rows(Protocol):
    """What a statement brings: rows, or how many it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:  # noqa: ANN401 - a row has what was asked for
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Return the rows, one after the other."""


class Database(Protocol):
    """A connection in a transaction; `sqlite3.Connection` is one."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows:
        """Run a statement once."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Rows:
        """Run a statement for each of the parameters."""


class Link(Database, Protocol):
    """A connection that can be let go of."""

    def rollback(self) -> None:
        """Undo what is not committed, and end the transaction, where there is one."""

    def close(self) -> None:
        """Let go of it; what it has not committed is undone."""


class Engine(Protocol):
    """What is different from one database to the next, for whoever writes and reads."""

    def connect(self) -> Link:
        """Open a connection for many and large writes; raise what `has_failed` knows where there is no database."""

    def connect_to_read(self) -> Link:
        """Open a connection for reads alone; raise likewise."""

    def begin_to_read(self, db: Database) -> None:
        """Begin to read: all is seen as it stands at one moment."""

    def begin(self, db: Database) -> None:
        """Begin to write, alone among all processes; wait a while where another is writing."""

    def clear_away(self) -> None:
        """Leave nothing of what was deleted, in the database or beside it, as far as readers let it; free its space."""

    def has_failed(self, error: BaseException) -> bool:
        """Say whether it is the database that failed, and not what was asked of it."""


class Writes(Protocol):
    """Runs writes, each in whole or not at all."""

    def write(self, work: Callable[[Database], T]) -> T:
        """Return what the work returned, once it is durable; raise what it raised, once it is undone.

        Raises:
            StoreUnavailable: The database could not be written; nothing was changed.
        """

    def clear_away(self) -> None:
        """Leave nothing of what was deleted; raise StoreUnavailable where it stays for now."""

    def close(self) -> None:
        """Return when all that waited is written; whoever comes later is refused."""


class Reads(Protocol):
    """Runs reads, each of the database as it stands at one moment."""

    def read(self, work: Callable[[Database], T]) -> T:
        """Return what the work makes of the database.

        Raises:
            StoreUnavailable: The database could not be read.
        """

    def close(self) -> None:
        """Let go of the database."""


def unavailable() -> StoreUnavailable:
    """Return what the caller is told: neither address nor SQL nor the database's own words."""
    return StoreUnavailable("The store cannot be read or written just now")
