"""Which epoch a database is in, and where it lives: who began in an earlier epoch writes no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.log import LogLine, log
from gateway.stops import Scope
from gateway.store.port.kept import Epoch
from gateway.store.sql.database import unavailable
from gateway.store.sql.log import Noted, note
from gateway.store.sql.opened import Opened
from gateway.store.sql.sending import take_back
from gateway.store.sql.stops import lift, stops

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Vaulted

_WORKERS = "SELECT DISTINCT worker FROM delivery WHERE state = 'SENDING' ORDER BY worker"

_UNKNOWN = "SELECT COUNT(*) FROM delivery WHERE state = 'UNKNOWN'"


class Fence:
    """Lets a process write as long as the database is in the epoch in which the process began, and its tables are ours.

    Args:
        asked: What asks for the epoch and the version of the tables.
        version: The version of the tables that this process knows.
    """

    def __init__(self, asked: str, version: int) -> None:
        self._asked = asked
        self._version = version
        self._epoch: int | None = None

    def __call__(self, db: Database) -> None:
        """Look at the epoch and the tables, in the transaction that is to write.

        Raises:
            StoreUnavailable: A new one has begun, a newer gateway has changed the tables, or what they kept has moved.
        """
        epoch, version = db.execute(self._asked).fetchone()
        if version != self._version:
            log(LogLine.OUTGROWN, version=self._version, now=version)
            raise unavailable()
        self._epoch = self._epoch or epoch
        if epoch != self._epoch:
            log(LogLine.OUTLIVED, began_in=self._epoch, now=epoch)
            raise unavailable()


class SqlLiving(Opened):
    """Fits `gateway.store.port.living.Living`, which says what it promises, but for what differs between databases."""

    def epoch(self) -> Epoch:
        """Return which epoch the database is in."""
        return self._readers.read(lambda db: Epoch(*db.execute("SELECT number, home FROM epoch").fetchone()))

    def settle(self, home: str) -> None:
        """Keep that the database lives, and where."""
        self._writer.write(lambda db: db.execute("UPDATE epoch SET home = ?", (home,)))

    def live_on(self, home: str, by: str, because: str, at: datetime) -> int:
        """Keep that the database lives from now on; return how many deliveries are UNKNOWN."""
        return self._writer.write(lambda db: _live_on(db, home, by, because, at))


def _live_on(db: Vaulted, home: str, by: str, because: str, at: datetime) -> int:
    db.execute("UPDATE epoch SET number = number + 1, home = ?", (home,))
    note(db, at, [Noted("operator.action", f"live-on {by}: {because}")])
    if any(one.scope is Scope.COPY for one in stops(db)):
        lift(db, Scope.COPY, "", by, at)
    for (worker,) in db.execute(_WORKERS).fetchall():
        take_back(db, worker, at)
    count: int = db.execute(_UNKNOWN).fetchone()[0]
    return count
