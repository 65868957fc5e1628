"""One thread writes for the whole process: what waits at one moment shares a transaction and an fsync."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from gateway.errors import StoreUnavailable
from gateway.store.sql.database import unavailable
from gateway.strands import result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.store.sql.database import Database, Engine, Link

T = TypeVar("T")

_MOST_TOGETHER = 64
"""How many writes share a transaction at most: enough to hide the fsync, few enough that none waits long."""


class Finish(Protocol):
    """Completes what a transaction wrote, before it is durable."""

    def reached(self, db: Database) -> Any:  # noqa: ANN401 - whatever tells it one write from the next
        """Return how far the database has come; asked after each write."""

    def complete(self, db: Database, reached: Sequence[Any]) -> None:
        """Complete the writes of a transaction, by how far each of them has brought it."""


class _Write(NamedTuple):
    work: Callable[[Database], Any]
    told: Future[Any]


class _Undone(Exception):
    """One of the writes of a transaction failed, or what they wrote could not be completed."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Writer:
    """Runs writes one after the other, and commits those that waited together at once.

    Where one of them fails all are undone, and each half of them is done again by itself, and so on: the one that
    fails does so alone. So a write may be run several times before it counts.

    Args:
        engine: The database; connected to at the first write, and again after it has failed.
        finish: Completes each transaction before it is done; what cannot be completed is undone, and fails alone too.
        fence: Looks at the database before a transaction writes; where that fails, nothing is written.
        most_together: How many writes share a transaction at most.
    """

    def __init__(
        self,
        engine: Engine,
        finish: Finish,
        fence: Callable[[Database], None],
        most_together: int = _MOST_TOGETHER,
    ) -> None:
        self._engine = engine
        self._finish = finish
        self._fence = fence
        self._most_together = most_together
        self._db: Link | None = None
        self._waiting: deque[_Write] = deque()
        self._woken = Condition()
        self._closing = False
        # A daemon, so that a process that forgot to close can end; nobody was told of what it cuts off.
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Database], T]) -> T:
        """Return what the work returned, once it is durable; raise what it raised, once it is undone.

        The work runs in another thread and must not write through the store itself.

        Raises:
            StoreUnavailable: The database could not be written, or the writer is closed; nothing was changed.
        """
        told: Future[T] = Future()
        with self._woken:
            if self._closing:
                raise StoreUnavailable("The store is closed")
            self._waiting.append(_Write(work, told))
            self._woken.notify()
        return result_of(told)

    def clear_away(self) -> None:
        """Leave nothing of what was deleted.

        Raises:
            StoreUnavailable: The database could not be written; what was deleted stays deleted.
        """
        try:
            self._engine.clear_away()
        except Exception as error:
            if self._engine.has_failed(error):
                raise unavailable() from error
            raise

    def close(self) -> None:
        """Return when all that waited is written; whoever comes later is refused."""
        with self._woken:
            self._closing = True
            self._woken.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._commit(batch)
        self._let_go()

    def _next_batch(self) -> Sequence[_Write]:
        """Wait for work; nothing is returned only once the writer is closed and all is done."""
        with self._woken:
            self._woken.wait_for(lambda: self._waiting or self._closing)
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most_together))]

    def _commit(self, batch: Sequence[_Write]) -> None:
        try:
            if self._db is None:
                self._db = self._engine.connect()
            self._engine.begin(self._db)
            self._fence(self._db)
            done = self._done_in(self._db, batch)
            self._db.execute("COMMIT")
        except _Undone as undone:
            self._commit_apart(batch, undone.error)
        except BaseException as error:  # noqa: BLE001 - each of the callers has to be told, or it waits for ever
            self._let_go()
            _tell_all_unavailable(batch, error)
        else:
            _tell_each(batch, done)

    def _commit_apart(self, batch: Sequence[_Write], failed: Exception) -> None:
        """Undo all, and commit each half by itself; tell the write that fails alone what it failed for."""
        try:
            if self._db is not None:
                self._db.rollback()
        except Exception as error:  # noqa: BLE001 - as above
            self._let_go()
            _tell_all_unavailable(batch, error)
            return
        if len(batch) == 1:
            batch[0].told.set_exception(self._told(failed))
            return
        half = len(batch) // 2
        self._commit(batch[:half])
        self._commit(batch[half:])

    def _done_in(self, db: Database, batch: Sequence[_Write]) -> list[Any]:
        """Return what each write returned, and complete them."""
        done, reached = [], []
        try:
            for write in batch:
                done.append(write.work(db))
                reached.append(self._finish.reached(db))
            self._finish.complete(db, reached)
        except Exception as error:
            raise _Undone(error) from error
        return done

    def _told(self, error: Exception) -> Exception:
        if not self._engine.has_failed(error):
            return error
        told = unavailable()
        told.__cause__ = error
        return told

    def _let_go(self) -> None:
        """Close the connection, which undoes what it has not committed; the next write opens another."""
        if self._db is not None:
            self._db.close()
            self._db = None


def _tell_each(batch: Sequence[_Write], done: Sequence[Any]) -> None:
    for write, result in zip(batch, done, strict=True):
        write.told.set_result(result)


def _tell_all_unavailable(batch: Sequence[_Write], error: BaseException) -> None:
    # One each: an exception that is raised in several threads would mix up their tracebacks.
    for write in batch:
        told = unavailable()
        told.__cause__ = error
        write.told.set_exception(told)
