"""Connections that are lent to readers; a write under way neither stops nor disturbs them."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from gateway.store.sql.database import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.sql.database import Database, Engine, Link

T = TypeVar("T")


class Readers:
    """Lends each reading thread a connection of its own.

    Args:
        engine: The database; connected to whenever no connection is free.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[Link] = deque()
        self._closed = False

    def read(self, work: Callable[[Database], T]) -> T:
        """Return what the work makes of the database as it stands at one moment.

        Raises:
            StoreUnavailable: The database could not be read.
        """
        if self._closed:
            raise unavailable()
        try:
            db = self._begun()
            try:
                return work(db)
            finally:
                self._give_back(db)
        except Exception as error:
            if self._engine.has_failed(error):
                raise unavailable() from error
            raise

    def close(self) -> None:
        """Close the connections; one that is being read from is closed when its reader is done."""
        self._closed = True
        self._close_free()

    def _close_free(self) -> None:
        with suppress(IndexError):
            while True:
                self._free.pop().close()

    def _begun(self) -> Link:
        """Return a connection that reads; where one that was kept does not, none of those do that were kept with it."""
        db = self._take()
        try:
            return self._begin(db)
        except Exception as error:
            if not self._engine.has_failed(error):
                raise
        self._close_free()
        return self._begin(self._engine.connect_to_read())

    def _begin(self, db: Link) -> Link:
        try:
            self._engine.begin_to_read(db)
        except Exception:
            db.close()
            raise
        return db

    def _take(self) -> Link:
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.connect_to_read()

    def _give_back(self, db: Link) -> None:
        try:
            db.rollback()
        except Exception:
            db.close()  # A connection that cannot even do this is not lent again.
            raise
        self._free.append(db)
        if self._closed:
            self.close()
