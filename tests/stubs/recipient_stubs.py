"""A recipient on the wire that misbehaves as its path says: `/b10/body` drips, `/b13/307` sends us elsewhere.

Paths are named by the rows of the fault table. Anything else is a good recipient: the same key has its effect once.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from typing import Self

RESET = "reset"
"""Breaks the connection off, as a crash does."""

Step = bytes | float | str
"""What a behaviour does next: sends bytes, waits for seconds, or resets."""

YES = {"resourceType": "OperationOutcome", "id": "arende-1", "issue": [{"severity": "information", "code": "success"}]}
NOT_KNOWN = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
NO = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid", "diagnostics": "Nej"}]}


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


@dataclass
class Stub:
    """A server in a thread; it counts connections, requests, and what has had its effect."""

    tls: ssl.SSLContext | None = None
    greeting: bytes = b""
    """What it says before it is asked anything."""
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    effects: dict[str, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[started], daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/inbox") -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}{path}"

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(started))
        self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        writer.write(self.greeting)
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                await self._answer(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        for step in behaviour(request, self):
            if step == RESET:
                writer.transport.abort()
                raise ConnectionError
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await asyncio.sleep(step)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(first.split()[1], headers, await reader.readexactly(int(headers["content-length"])))


def answer(status: int, body: bytes | dict = b"", /, *, reason: str = "-", **headers: str) -> bytes:
    """A whole answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/fhir+json", "Content-Length": str(len(content)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode() + content


def behaviour(request: Request, stub: Stub) -> Iterator[Step]:
    """What a recipient does with a request, step by step."""
    row, _, rest = request.path.strip("/").partition("/")
    yield from ROWS.get(row, _good)(request, stub, rest)


def _good(request: Request, stub: Stub, _rest: str) -> Iterator[Step]:
    known = request.key in stub.effects
    stub.effects.setdefault(request.key, request.body)
    yield answer(200 if known else 201, YES, Location="/arenden/1")


def _status(status: int, body: bytes | dict = b"", **headers: str) -> Callable[..., Iterator[Step]]:
    def behave(_request: Request, _stub: Stub, rest: str) -> Iterator[Step]:
        filled = {name: value.format(rest) for name, value in headers.items()}
        yield answer(int(rest) if status == 0 else status, body, **filled)

    return behave


def _silent(*_: object) -> Iterator[Step]:
    yield 3600.0


def _drip(_request: Request, _stub: Stub, rest: str) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\n"
    if rest == "body":
        yield b"Content-Length: 100000\r\n\r\n"
    while True:
        yield 0.05
        yield b"x" if rest == "body" else b"X-Drop: 1\r\n"


def _long(_request: Request, _stub: Stub, rest: str) -> Iterator[Step]:
    if rest == "endless":
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"10000\r\n" + b" " * 65_536 + b"\r\n"
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n"
    while True:
        yield b" " * 65_536


def _bomb(*_: object) -> Iterator[Step]:
    yield answer(200, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")


def _odd(_request: Request, _stub: Stub, rest: str) -> Iterator[Step]:
    bodies = {
        "empty": (b"", "application/fhir+json"),
        "login": (b"<html><form>Logga in</form></html>", "text/html"),
        "other": (b'{"resourceType": "Patient"}', "application/fhir+json"),
        "garbage": (b"\xff\x00", "application/octet-stream"),
    }
    content, kind = bodies[rest]
    yield answer(200, content, Content_Type=kind)


def _of_another(_request: Request, _stub: Stub, rest: str) -> Iterator[Step]:
    if rest == "key":
        yield answer(200, YES, Idempotency_Key="of-another")
    yield answer(200, {"resourceType": "Task", "id": "arende-7", "focus": {"reference": "Bundle/of-another"}})


def _lost(request: Request, stub: Stub, rest: str) -> Iterator[Step]:
    """Takes it, and breaks off before the first answer is read; the second time it knows it."""
    if request.key not in stub.effects:
        stub.effects[request.key] = request.body
        yield RESET
    yield from _good(request, stub, rest)


def _twice(request: Request, stub: Stub, rest: str) -> Iterator[Step]:
    [once] = _good(request, stub, rest)
    yield once + answer(500, b"response splitting")


ROWS: dict[str, Callable[..., Iterator[Step]]] = {
    "b01": _status(500, b'{"resourceType": "OperationOutcome"}'),
    "b02": _status(0, NO),
    "b03": _status(0, NOT_KNOWN),
    "b06": _status(429, Retry_After="120"),
    "b07": _status(503, Retry_After="{}"),
    "b09": _silent,
    "b10": _drip,
    "b11": _long,
    "b12": _bomb,
    "b13": _status(0, Location="https://elsewhere.example/inbox"),
    "b14": _odd,
    "b15": _status(0),
    "b16": _of_another,
    "b20": _lost,
    "b21": _twice,
    "b25": _status(410),
}
"""Row of the fault table → how a recipient behaves there."""
