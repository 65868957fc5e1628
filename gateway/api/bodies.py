"""Request bodies: read to a limit, in the types that are taken in, and no more at once than there is room for."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation when it runs

from gateway.errors import MalformedMessage, MessageTooLarge, Overloaded, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

ROOM = 12 * 1024 * 1024
"""Bytes of bodies that are taken in at once: one of the largest, or hundreds of the usual. What is made of them takes
many times that."""

_LENGTH = re.compile(r"[0-9]{1,19}")
_UTF_8 = re.compile(r'charset="?utf-?8"?')


class _Room:
    """How much there is room for yet."""

    def __init__(self, size: int) -> None:
        self._left = size

    @contextmanager
    def taken(self) -> Iterator[Callable[[int], None]]:
        """Lend what takes room for so many bytes more, or raises Overloaded; all of it is given back in the end."""
        taken = 0

        def take(more: int) -> None:
            nonlocal taken
            if more > self._left:
                raise Overloaded("Too much is being taken in just now; come back")
            self._left -= more
            taken += more

        try:
            yield take
        finally:
            self._left += taken


_ROOM = _Room(ROOM)


def body_of(limit: int, *types: str) -> Callable[[Request], AsyncIterator[bytes]]:
    """Return a dependency that reads a body of one of these media types, to `limit` bytes, and has room until answered.

    Raises:
        UnsupportedMedia: Another type, another charset than UTF-8, or a content coding.
        MalformedMessage: A Content-Length that is no number.
        MessageTooLarge: More bytes; what is beyond is not read.
        Overloaded: There is no room for it now.
    """

    async def read(request: Request) -> AsyncIterator[bytes]:
        _check_type(request, types)
        expected = _announced(request)
        if expected > limit:
            raise MessageTooLarge(f"The body is larger than {limit} bytes")
        with _ROOM.taken() as take:
            take(expected)
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise MessageTooLarge(f"The body is larger than {limit} bytes")
                take(max(0, len(body) - expected))
                expected = max(expected, len(body))
            yield bytes(body)

    return read


def _announced(request: Request) -> int:
    """Return how many bytes the sender says that it sends; what it really sends is counted while it is read."""
    length = request.headers.get("content-length", "0")
    if not _LENGTH.fullmatch(length):
        raise MalformedMessage("The Content-Length is no number")
    return int(length)


def _check_type(request: Request, types: tuple[str, ...]) -> None:
    # A charset that is stated in any other way than this one is not worth guessing at.
    media, *parameters = request.headers.get("content-type", "").lower().split(";")
    if media.strip() not in types:
        raise UnsupportedMedia(f"The content type has to be {' or '.join(types)}")
    charsets = [one.strip() for one in parameters if "charset" in one]
    if not all(_UTF_8.fullmatch(one) for one in charsets):
        raise UnsupportedMedia("The charset has to be UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("The body must not be compressed")
