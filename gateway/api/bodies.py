"""Request bodies: read to a limit, in the types that are taken in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation when it runs

from gateway.errors import MalformedMessage, MessageTooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_LENGTH = re.compile(r"[0-9]{1,19}")
_UTF_8 = re.compile(r'charset="?utf-?8"?')


def body_of(limit: int, *types: str) -> Callable[[Request], Awaitable[bytes]]:
    """Return a dependency that reads a body of one of these media types, to `limit` bytes.

    Raises:
        UnsupportedMedia: Another type, another charset than UTF-8, or a content coding.
        MalformedMessage: A Content-Length that is no number.
        MessageTooLarge: More bytes; what is beyond is not read.
    """

    async def read(request: Request) -> bytes:
        _check_type(request, types)
        if _announced(request) > limit:
            raise MessageTooLarge(f"The body is larger than {limit} bytes")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise MessageTooLarge(f"The body is larger than {limit} bytes")
        return bytes(body)

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
