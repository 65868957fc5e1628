"""A bound on a whole exchange with a recipient.

httpx bounds each read and not the sum of them: an answer that drips, header by header or byte by byte, would go on for
as long as it drips, and outlive the lease of the delivery. So the connection is cut when the time is over.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_OPENED = "connection.connect_tcp.complete"


class Deadline:
    """Cuts the connection of one exchange when its time is over; each exchange has a connection of its own.

    Args:
        seconds: How long the exchange may take in all; None for as long as it likes.
    """

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut) if seconds is not None else None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Begin."""
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End: nothing is cut any more."""
        if self._timer is not None:
            self._timer.cancel()

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return self._end is not None and time.monotonic() > self._end

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Learn the connection, as httpcore tells it when it has opened one."""
        if event == _OPENED:
            self._socket = info["return_value"].get_extra_info("socket")

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
