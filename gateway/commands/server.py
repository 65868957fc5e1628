"""A web server in this process, with our own log and our own words where it cannot begin."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 20
"""Seconds that requests under way get when the server is told to stop."""

SILENCE = 5
"""Seconds that an idle connection is kept."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        ConfigurationError: The address is taken, or not ours.
    """
    try:
        return socket.create_server((host, port), backlog=2048, reuse_port=False)
    except OSError as error:
        raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror}") from None


def run(server: uvicorn.Server, listening: socket.socket) -> None:
    """Answer requests until SIGINT or SIGTERM; returns when those under way are answered.

    uvicorn raises the signal once more when it has ended in order, and the default answer to SIGTERM is to die there
    and then: with the store open, and a status that looks like an accident. So an answer of our own stands behind it.
    """

    def end(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    server.run(sockets=[listening])


def server_of(app: FastAPI) -> uvicorn.Server:
    """Return a server for the application; uvicorn's own log, with its addresses and tracebacks, is off."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=SILENCE,
            timeout_graceful_shutdown=GRACE,
        )
    )
