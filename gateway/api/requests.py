"""What happens around every request: a name for it, one line in the log, and headers that keep answers private."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request

from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAME = re.compile(r"(?![0-9-]{10,13}$)[A-Za-z0-9-]{1,64}")
"""What a sender may call a request: repeated in the answer, and so nothing that could be a person's number."""
_QUIET = ("/health/", "/metrics")


class Requests:
    """ASGI middleware: plain, since Starlette's own kind would keep whole answers in memory."""

    def __init__(self, app: ASGIApp, tell: Callable[[Request, Exception], Response]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        request_id = _name_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            await self._app(scope, receive, named)
        except ClientDisconnect:
            status = 0  # whoever asked is gone, and nobody hears an answer
        except Exception as error:  # noqa: BLE001 - the server would write the error's text, and whom it names, to the log
            log(LogLine.UNPLANNED, route=_route_of(scope), error=type(error).__name__)
            if not status:
                await self._tell(Request(scope), error)(scope, receive, named)
        if not scope["path"].startswith(_QUIET):
            _note(scope, status, began)


def _name_of(scope: Scope) -> str:
    """Return the sender's name for the request, where it is one, or a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
    return given if _NAME.fullmatch(given) else str(uuid.uuid4())


def _note(scope: Scope, status: int, began: float) -> None:
    took = round(1000 * (time.monotonic() - began), 1)
    log(LogLine.REQUEST, method=scope["method"], route=_route_of(scope), status=status, milliseconds=took)


def _route_of(scope: Scope) -> str:
    """Return the pattern of the address that was called, never the address: that may hold anything."""
    return str(getattr(scope.get("route"), "path", "none"))
