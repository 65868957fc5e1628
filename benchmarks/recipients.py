"""Recipients on this machine: one that takes everything, one that says nothing, and one that is not there."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.queues import Queue

_ANSWER = b'{"resourceType":"OperationOutcome","id":"case-1","issue":[{"severity":"information","code":"success"}]}'


class Ports(NamedTuple):
    """Where they listen."""

    up: int
    silent: int
    dead: int
    """Nobody listens there."""


@contextmanager
def recipients() -> Iterator[Ports]:
    """Give recipients in another process, for a while."""
    ports: Queue[list[int]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_answer_for_ever, args=[ports], daemon=True)
    process.start()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = taken.getsockname()[1]
    try:
        yield Ports(*ports.get(), dead)
    finally:
        process.terminate()


def _answer_for_ever(ports: Queue[list[int]]) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(kind, "127.0.0.1", 0) for kind in (_Recipient, asyncio.Protocol)]
        ports.put([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(serve())


class _Recipient(asyncio.Protocol):
    """Says yes to every request, and knows no more of HTTP than that takes."""

    def __init__(self) -> None:
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go out by."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._read += data
        while (head := self._read.find(b"\r\n\r\n")) >= 0:
            length = int(re.search(rb"(?i)content-length: *(\d+)", self._read[:head])[1])  # type: ignore[index]
            if len(self._read) < head + 4 + length:
                return
            self._read = self._read[head + 4 + length :]
            self._transport.write(b"HTTP/1.1 201 -\r\nContent-Length: %d\r\n\r\n%b" % (len(_ANSWER), _ANSWER))  # type: ignore[attr-defined]
