"""The contract that every adapter fits, and the one way in which adapters speak HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

import httpx
import orjson

from gateway.delivery.deadline import Deadline
from gateway.errors import (
    Busy,
    EndpointGone,
    Misconfigured,
    PermanentFailure,
    PermitOver,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.permits import address_of

if TYPE_CHECKING:
    from gateway.documents import Receipt
    from gateway.permits import Release

MAX_ANSWER = 1024 * 1024
"""Bytes of an answer that are read; a receipt is far shorter."""

_NAME = re.compile(r"[A-Za-z0-9._~:/?&=%+-]{1,200}")

_WORTH_ANOTHER_TRY = frozenset({408, 425})
_TOO_MANY, _UNAVAILABLE, _GONE = 429, 503, 410


class Adapter(Protocol):
    """Speaks one kind of recipient's language. Does not retry, store, log, map or decide."""

    def __init__(self, endpoint: str, client: httpx.Client) -> None:
        """Speak to the recipient at this address."""

    def send(self, release: Release) -> Receipt:
        """Hand a release to the recipient.

        Raises:
            TemporaryFailure: The same release may be accepted later; nothing was taken.
            UnknownOutcome: It may have been taken: nobody answered, or unreadably.
            PermanentFailure: It will never be accepted.
        """


class Answer(NamedTuple):
    """A recipient's answer to a release that it did not refuse."""

    status: int
    location: str
    """Where the recipient says that it keeps it; empty where it does not say, or not so that it can be shown."""
    body: bytes

    def json(self) -> object:
        """Return the body.

        Raises:
            UnknownOutcome: It is no JSON.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise UnknownOutcome("The answer is no JSON") from None


def name_of(text: object, release: Release) -> str:
    """Return what a recipient calls a release, where that can be kept and shown to operators; else nothing.

    It is the recipient's word: a name or an address, and no text, nor anything with the person's number in it.
    """
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        return ""
    number = release.person.digits[2:]
    return "" if number in re.sub(r"[-+]", "", text) else text


def post(client: httpx.Client, url: str, release: Release) -> Answer:
    """Post a release's Bundle as it is, and return the answer, if it says yes.

    The exchange takes no longer than the client's timeout in all. The answer is read to MAX_ANSWER bytes, without
    following redirects; a failure is one of the three words that the rest of the road knows.

    Raises:
        TemporaryFailure: Not reached, or failing.
        Busy: It asks for time.
        Misconfigured: It sends us elsewhere, which is not followed.
        EndpointGone: It takes nothing here any more.
        UnknownOutcome: Reached, and then silent, broken off, or too long.
        PermanentFailure: Refused.
    """
    headers = {
        "Content-Type": "application/fhir+json",
        "Accept": "application/fhir+json",
        "Accept-Encoding": "identity",
        "Idempotency-Key": release.idempotency_key,
    }
    try:
        with (
            Deadline(client.timeout.read) as deadline,
            client.stream(
                "POST",
                url,
                content=release.open(address_of(url)),
                headers=headers,
                follow_redirects=False,
                extensions={"trace": deadline.trace},
            ) as response,
        ):
            return _read(response, deadline, release)
    except PermitOver as error:
        raise TemporaryFailure(str(error)) from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise TemporaryFailure(f"Not reached ({type(error).__name__})") from None
    except httpx.HTTPError as error:
        raise UnknownOutcome(f"No answer ({type(error).__name__})") from None


def _read(response: httpx.Response, deadline: Deadline, release: Release) -> Answer:
    status = response.status_code
    if status == _TOO_MANY or (status == _UNAVAILABLE and "Retry-After" in response.headers):
        raise Busy(f"HTTP {status}", _retry_after(response.headers.get("Retry-After", "")))
    if status in _WORTH_ANOTHER_TRY or status >= 500:  # noqa: PLR2004 - the classes of HTTP status are known by their digits
        raise TemporaryFailure(f"HTTP {status}")
    if 300 <= status < 400:  # noqa: PLR2004 - likewise
        raise Misconfigured(f"HTTP {status}: redirects are not followed")
    if status == _GONE:
        raise EndpointGone(f"HTTP {status}")
    if status >= 400:  # noqa: PLR2004 - likewise
        raise PermanentFailure(f"HTTP {status}")
    return Answer(status, name_of(response.headers.get("Location"), release), _body(response, deadline))


def _body(response: httpx.Response, deadline: Deadline) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise UnknownOutcome(f"The answer is longer than {MAX_ANSWER} bytes")
        if deadline.is_over:
            raise UnknownOutcome("The answer took too long")
    return body


def _retry_after(text: str) -> timedelta | None:
    """Return how long to wait, as the header says in either of its forms; less than nothing where that is past.

    Source: RFC 9110 §10.2.3.
    """
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
