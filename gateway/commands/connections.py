"""Connections within bounds: how long each may keep us waiting, and how many there may be.

uvicorn waits for ever on whoever says nothing, or a byte now and then, and takes as many as come until the process may
open no more files, its database's included.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

HEAD_SECONDS = 5.0
"""How long the head of a request may take to come whole."""

BODY_SECONDS = 10.0
"""How long its body may take besides what it may for its length."""

SLOWEST = 64 * 1024
"""Bytes a second that a long body has to come at, at least."""

MOST = 1_000
"""How many connections there are at most, however many files the process may open."""


def most_connections() -> int:
    """Return how many connections there may be: half of the files that may be open are left to all else."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if files == resource.RLIM_INFINITY else min(MOST, files // 2)


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed where its request does not come in time, or where another needs its place.

    Where there are as many as there may be, who comes takes the place of another that says nothing: first of one that
    never has, and of the one that has been silent longest. Where all are being answered, who comes is turned away.
    """

    waits_since: float | None = None
    """Since when a request is waited for that has not come whole; None while one is answered."""
    _until = 0.0
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)
        if len(self.connections) > most_connections():
            self._least_missed().transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._rest()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Wait for the rest of a head; the first one's time runs since there is a connection."""
        super().on_message_begin()
        if self._alarm is None:
            self._wait(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """Wait for the body."""
        self._rest()
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Give a long body the time that it needs."""
        self._until += len(body) / SLOWEST
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no longer: it is ours to answer. Where it is answered before it had come whole, wait for the next."""
        self._rest()
        super().on_message_complete()
        if self.cycle.response_complete:
            self._wait(HEAD_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request, which uvicorn does for a while."""
        self.waits_since = self.loop.time()
        super().on_response_complete()

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed yet."""
        return not self.transport.is_closing()

    @property
    def worth(self) -> tuple[bool, bool, float]:
        """How much it would be missed."""
        return self.waits_since is None, self.cycle is not None, self.waits_since or 0.0

    def _least_missed(self) -> BoundedProtocol:
        others = (one for one in self.connections if isinstance(one, BoundedProtocol) and one.is_open)
        return min(others, key=lambda one: one.worth)

    def _wait(self, seconds: float) -> None:
        now = self.loop.time()
        self.waits_since = now if self.waits_since is None else self.waits_since
        self._until = now + seconds
        self._alarm = self.loop.call_at(self._until, self._look)

    def _look(self) -> None:
        if self.loop.time() < self._until:
            self._alarm = self.loop.call_at(self._until, self._look)
        else:
            self.transport.abort()

    def _rest(self) -> None:
        self.waits_since = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
