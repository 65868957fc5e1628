"""Questions that have an end, though the server may be long at work on them: one that says nothing is asked elsewhere.

A peer that is gone is noticed by TCP. One that takes what it is sent and says nothing more (a proxy whose server is
gone, a server that hangs) looks like one that is at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.errors import _WaitTimeout

if TYPE_CHECKING:
    from psycopg.abc import PQGen

T = TypeVar("T")

CONNECT_SECONDS = 5
"""How long the server may take until there is a connection, and to say whether it is at work."""

SILENT_SECONDS = 15.0
"""How long the server may say nothing before it is asked whether it is at work."""

_LAST_SECONDS = 1.0
"""How long what it said meanwhile is waited for, once it is not."""

_LOOK_UP_SECONDS = 0.1
"""How often a signal may end the waiting."""

# Who has done its work and waits for us to take what it says has said it to nobody. A server may be told not to say
# what it does (`track_activities`): whoever is not known to be idle is then at work.
_IS_AT_WORK = """
SELECT 1 FROM pg_stat_activity
WHERE pid = $1 AND COALESCE(state, '') NOT LIKE 'idle%' AND wait_event_type IS DISTINCT FROM 'Client'
"""


class _Bounded(psycopg.Connection[Any]):
    """A connection on which each question has to be answered in a few seconds."""

    def wait(self, gen: PQGen[T], interval: float = _LOOK_UP_SECONDS, timeout: float | None = CONNECT_SECONDS) -> T:
        """Return what was answered.

        Raises:
            psycopg.OperationalError: Nothing was.
        """
        return super().wait(gen, interval, timeout)


class Asking(psycopg.Connection[Any]):
    """A connection on which a question is over where the server neither answers it nor is at work on it."""

    _address = ""
    _process: int | None = None

    def get_to_know(self, address: str) -> None:
        """Ask which of the server's processes answers; to be done once there is a connection.

        What was said as it was opened may be a proxy's word, and no process of the server's.

        Args:
            address: Where the server is asked whether that is at work.

        Raises:
            psycopg.OperationalError: It does not answer.
        """
        self._address = address
        [(self._process,)] = psycopg.RawCursor(self).execute("SELECT pg_backend_pid()").fetchall()

    def wait(self, gen: PQGen[T], interval: float = _LOOK_UP_SECONDS, timeout: float | None = None) -> T:
        """Return what was answered.

        Raises:
            psycopg.OperationalError: Nothing was, and nothing will be; the connection is closed.
        """
        patience = timeout or SILENT_SECONDS
        while True:
            try:
                return super().wait(gen, interval, patience)
            except _WaitTimeout:
                if timeout is not None or patience == _LAST_SECONDS:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("The server says nothing") from None
                patience = SILENT_SECONDS if self._is_at_work() else _LAST_SECONDS

    def _is_at_work(self) -> bool:
        """Say whether the server is, as far as it says so on another connection."""
        try:
            with _Bounded.connect(self._address, autocommit=True, connect_timeout=CONNECT_SECONDS) as other:
                asked = psycopg.RawCursor(other).execute(_IS_AT_WORK, (self._process,))
                return asked.fetchone() is not None
        except psycopg.Error as error:
            # It lets nobody else in, and has said so: that is not silence.
            return "FATAL" in str(error)
