"""How a command is told to end, by SIGINT or SIGTERM, and ends in order."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    import uvicorn


class Stopping:
    """Listens for the signals, from when it is made until the process ends."""

    def __init__(self) -> None:
        self.told = threading.Event()
        """Set once the process has been told to end."""
        self._server: uvicorn.Server | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)

    def run(self, server: uvicorn.Server, listening: socket.socket) -> None:
        """Answer requests until told to end; returns when those under way are answered.

        uvicorn listens by itself meanwhile, and raises the signal once more when it has ended in order. The default
        answer to SIGTERM is to die there and then, with the store open: so this one stands behind it.
        """
        self._server = server
        if not self.told.is_set():
            server.run(sockets=[listening])

    def _end(self, *_: object) -> None:
        self.told.set()
        if self._server is not None:
            self._server.should_exit = True
