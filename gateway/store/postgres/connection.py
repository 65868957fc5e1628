"""Connections to the server: opening them, and telling their errors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg

from gateway.steady import since_boot
from gateway.store.postgres import asking
from gateway.store.postgres.asking import Asking
from gateway.store.postgres.clock import ServerClock
from gateway.store.postgres.dialect import in_postgres
from gateway.store.sql.database import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gateway.store.sql.database import Database, Rows

_PATIENCE = "5s"
"""How long a transaction waits for another process to finish its own."""

_STUCK = "15s"
"""After how long the server ends a transaction whose process says nothing more, so that the others can go on."""

_GONE_MILLISECONDS = 15_000
"""How long the other end of a connection may leave what it was sent without a word, before it is taken for gone."""

_IDLE_SECONDS = 10
"""After how long an idle connection asks whether there is another end still."""

_WRITING = 0x53616D73
"""The lock that a process holds while it writes; the number is Samsyn's own, and says nothing."""

_IN_USE = 0x53616D74
"""The lock that all share who use the database, and that who fills it has to have alone."""

_PREPARING = 0x53616D75
"""The lock that a process holds while it makes the tables, or brings up to date what is in them."""

_ASK_AGAIN_SECONDS = 0.1

_LOG = "SELECT log FROM tree"
"""What the audit log of the database is called: no other's is called so."""


class Connection:
    """One connection, asked in the store's SQL; fits `gateway.store.sql.database.Link`."""

    def __init__(self, address: str) -> None:
        self._db = Asking.connect(
            address,
            autocommit=True,
            connect_timeout=asking.CONNECT_SECONDS,
            tcp_user_timeout=_GONE_MILLISECONDS,
            keepalives_idle=_IDLE_SECONDS,
            keepalives_interval=_IDLE_SECONDS // 2,
            keepalives_count=2,
            application_name="samsyn",
            cursor_factory=psycopg.RawCursor,
            options=f"-c lock_timeout={_PATIENCE} -c idle_in_transaction_session_timeout={_STUCK}",
        )
        try:
            self._db.get_to_know(address)
        except BaseException:
            self._db.close()
            raise

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run a statement once."""
        return self._db.cursor().execute(in_postgres(sql), parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Rows:
        """Run a statement for each of the parameters."""
        every = list(parameters)
        if len(every) == 1:
            return self.execute(sql, every[0])
        cursor = self._db.cursor()
        if every:
            cursor.executemany(in_postgres(sql), every)
        return cursor

    def rollback(self) -> None:
        """Undo what is not committed, and end the transaction, where there is one."""
        self._db.rollback()

    def close(self) -> None:
        """Let go of it; what it has not committed is undone."""
        self._db.close()


class PostgresEngine:
    """Writes and reads one database on a server; fits `gateway.store.sql.database.Engine`.

    All processes write one after the other, as they do with a file: what each has read still holds when it writes.

    Args:
        address: The database.
        steady: Seconds on a clock of this machine that nobody sets.
    """

    def __init__(self, address: str, steady: Callable[[], float] = since_boot) -> None:
        self._address = address
        self.clock = ServerClock(steady)
        """Tells the server's time once somebody has begun to write."""
        self._log: str | None = None

    def connect(self) -> Connection:
        """Open a connection.

        Raises:
            psycopg.OperationalError: The server cannot be reached, or somebody fills the database just now.
            StoreUnavailable: What the database keeps is no longer what `stay_with` saw.
        """
        db = Connection(self._address)
        try:
            db.execute(f"SELECT pg_advisory_lock_shared({_IN_USE})")
            self._refuse_another(db)
        except BaseException:
            db.close()
            raise
        return db

    def connect_to_read(self) -> Connection:
        """Open a connection; raise likewise."""
        return self.connect()

    def stay_with(self, db: Database) -> None:
        """Open no connection from now on where the database keeps something else than it does now."""
        self._log = db.execute(_LOG).fetchone()[0]

    def wait_to_prepare(self, db: Database) -> None:
        """Return once no other process makes the tables or brings them up to date; then none does while this is open.

        It asks again and again: who waits in the database keeps alive what is written over there.
        """
        while not db.execute(f"SELECT pg_try_advisory_lock({_PREPARING})").fetchone()[0]:
            time.sleep(_ASK_AGAIN_SECONDS)

    def is_alone(self, db: Database) -> bool:
        """Say whether nobody else uses the database; then nobody does while this connection is open."""
        return bool(db.execute(f"SELECT pg_try_advisory_lock({_IN_USE})").fetchone()[0])

    def begin_to_read(self, db: Database) -> None:
        """Begin to read: the database is seen as it stands at the first question."""
        db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def begin(self, db: Database) -> None:
        """Ask how late it is, if it is time, and begin to write; wait up to five seconds where another process is."""
        self.clock.ask(db)
        db.execute("BEGIN")
        db.execute(f"SELECT pg_advisory_xact_lock({_WRITING})")

    def clear_away(self) -> None:
        """Let the server write over what was deleted; its own log and its backups are its administrator's."""
        db = self.connect()
        try:
            db.execute("VACUUM")
        finally:
            db.close()

    def has_failed(self, error: BaseException) -> bool:
        """Say whether it is the database that failed."""
        return is_of_the_database(error)

    def _refuse_another(self, db: Database) -> None:
        if self._log is not None and db.execute(_LOG).fetchone()[0] != self._log:
            raise unavailable()


def is_of_the_database(error: BaseException) -> bool:
    """Say whether it is the database that failed, and not what was asked of it."""
    return isinstance(error, psycopg.OperationalError | psycopg.InternalError | psycopg.InterfaceError)
