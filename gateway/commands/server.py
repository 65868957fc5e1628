"""A web server in this process, with our own log and our own words where it cannot begin."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from gateway.commands.connections import BoundedProtocol
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
        listening = socket.create_server((host, port), backlog=2048, reuse_port=False)
    except OSError as error:
        raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror}") from None
    # What it accepts inherits this. Without it an answer waits for the other side to confirm the last one, some 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def server_of(app: FastAPI) -> uvicorn.Server:
    """Return a server for the application; uvicorn's own log, with its addresses and tracebacks, is off."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
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
