"""Request bodies: read to a limit, in the types that are taken in."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation when it runs

from gateway.errors import MessageTooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def body_of(limit: int, *types: str) -> Callable[[Request], Awaitable[bytes]]:
    """Return a dependency that reads a body of one of these media types, to `limit` bytes.

    Raises:
        UnsupportedMedia: Another type, another charset than UTF-8, or a content coding.
        MessageTooLarge: More bytes; what is beyond is not read.
    """

    async def read(request: Request) -> bytes:
        _check_type(request, types)
        if int(request.headers.get("content-length", "0")) > limit:
            raise MessageTooLarge(f"The body is larger than {limit} bytes")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise MessageTooLarge(f"The body is larger than {limit} bytes")
        return bytes(body)

    return read


def _check_type(request: Request, types: tuple[str, ...]) -> None:
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    if header.get_content_type() not in types:
        raise UnsupportedMedia(f"The content type has to be {' or '.join(types)}")
    if str(header.get_param("charset") or "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMedia("The charset has to be UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("The body must not be compressed")
