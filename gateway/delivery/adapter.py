"""The contract that every adapter fits, and the one way in which adapters speak HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import orjson

from gateway.deliveries import MISMATCHED
from gateway.documents import Receipt
from gateway.errors import (
    Busy,
    DeliveryError,
    EndpointGone,
    Misconfigured,
    Mismatched,
    NotKnownThere,
    PermanentFailure,
    RevokedThere,
    TemporaryFailure,
    UnknownOutcome,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.heard import Heard
    from gateway.permits import Leaving, Release

_NAME = re.compile(r"[A-Za-z0-9._~:/?&=+-]{1,200}")

_WORTH_ANOTHER_TRY = frozenset({408, 425})
_TOO_MANY, _UNAVAILABLE, _GONE = 429, 503, 410

Failed = TypeVar("Failed", bound=DeliveryError)


class Transport(Protocol):
    """The one way out of the gateway."""

    def post(self, url: str, headers: Mapping[str, str], release: Leaving) -> Heard:
        """Open a release for this URL, whole as it is, post what is in it there, and return what was answered.

        Raises:
            NotPermitted: The release may not go there; nothing was sent.
            TemporaryFailure: Nothing was sent.
            UnknownOutcome: It was sent, or part of it, and nothing was answered.
        """


class Adapter(Protocol):
    """Speaks one kind of recipient's language. Does not retry, store, log, map or decide."""

    def __init__(self, endpoint: str, transport: Transport) -> None:
        """Speak to the recipient at this address: releases may be posted there, and to no other path either."""

    def send(self, release: Release) -> Receipt:
        """Hand a release to the recipient.

        Raises:
            TemporaryFailure: The same release may be accepted later; nothing was taken.
            UnknownOutcome: It may have been taken: nobody answered, or unreadably.
            PermanentFailure: It will never be accepted.
        """


class Answer(NamedTuple):
    """A recipient's answer to a release that it did not refuse. What is made of it keeps what was heard."""

    heard: Heard
    location: str
    """Where the recipient says that it keeps it; empty where it does not say, or not so that it can be shown."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.heard.status

    def json(self) -> object:
        """Return the body.

        Raises:
            UnknownOutcome: It is no JSON.
        """
        try:
            return orjson.loads(self.heard.body)
        except orjson.JSONDecodeError:
            raise self.unreadable() from None

    def receipt(self, reference: str) -> Receipt:
        """Return the answer as the recipient's word that it has taken the release."""
        return Receipt(reference, self.heard)

    def unreadable(self) -> UnknownOutcome:
        """Return the answer as one that proves nothing, since it is not what was agreed on."""
        return _unreadable(self.heard)

    def mismatched(self) -> Mismatched:
        """Return the answer as one about something else than was sent."""
        return _of(self.heard, Mismatched(MISMATCHED))

    def refusal(self, why: str) -> PermanentFailure:
        """Return the refusal that the answer is, whatever its status."""
        return _refusal(self.heard, why)


def name_of(text: object, release: Release) -> str:
    """Return what a recipient calls a release, where that can be kept and shown to operators; else nothing.

    It is the recipient's word: a name or an address, and no text, nor anything with the person's number in it. What is
    written in percents could be anything, and is not kept either.
    """
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        return ""
    number = release.person.digits[2:]
    return "" if number in re.sub(r"[^0-9]", "", text) else text


def post(transport: Transport, url: str, release: Release) -> Answer:
    """Post a release's Bundle as it is, and return the answer, if it says yes.

    Raises:
        TemporaryFailure: Not reached, or failing.
        Busy: It asks for time.
        Misconfigured: It cannot be trusted, or sends us elsewhere, which is not followed.
        EndpointGone: It takes nothing here any more.
        UnknownOutcome: Reached, and then silent, broken off, too long, or of a status that says neither yes nor no.
        Mismatched: It answers about something else.
        RevokedThere: Refused, because the recipient knows that the certificate is revoked.
        NotKnownThere: Refused, because the recipient does not know what it is about.
        PermanentFailure: Refused otherwise.
    """
    headers = {
        "Content-Type": "application/fhir+json",
        "Accept": "application/fhir+json",
        "Accept-Encoding": "identity",
        "Idempotency-Key": release.idempotency_key,
        "User-Agent": "samsyn",
    }
    heard = transport.post(url, headers, release)
    _refused(heard)
    if heard.broken:
        raise _of(heard, UnknownOutcome(heard.broken))
    answer = Answer(heard, name_of(heard.headers.get("location"), release))
    if _says_no(heard):
        raise answer.refusal("Refused in an OperationOutcome")
    if heard.headers.get("idempotency-key", release.idempotency_key) != release.idempotency_key:
        raise answer.mismatched()
    return answer


def _refused(heard: Heard) -> None:
    """Return where the status is a yes; raise what it means where it is not, however the body ended."""
    status = heard.status
    if status == _TOO_MANY or (status == _UNAVAILABLE and "retry-after" in heard.headers):
        raise _of(heard, Busy(f"HTTP {status}", _retry_after(heard.headers.get("retry-after", ""))))
    if status in _WORTH_ANOTHER_TRY or status >= 500:  # noqa: PLR2004 - the classes of HTTP status are known by their digits
        raise _of(heard, TemporaryFailure(f"HTTP {status}"))
    if 300 <= status < 400:  # noqa: PLR2004 - likewise
        raise _of(heard, Misconfigured(f"HTTP {status}: redirects are not followed"))
    if status == _GONE:
        raise _of(heard, EndpointGone(f"HTTP {status}"))
    if status >= 400:  # noqa: PLR2004 - likewise
        raise _refusal(heard, f"HTTP {status}")
    if status < 200:  # noqa: PLR2004 - likewise
        raise _unreadable(heard)


def _unreadable(heard: Heard) -> UnknownOutcome:
    return _of(heard, UnknownOutcome("unreadable-answer"))


def _refusal(heard: Heard, why: str) -> PermanentFailure:
    codes = [one.get("code") for one in _issues(heard)]
    if "deleted" in codes:
        return _of(heard, RevokedThere(f"{why}: revoked"))
    if "not-found" in codes:
        return _of(heard, NotKnownThere(f"{why}: not known"))
    return _of(heard, PermanentFailure(why))


def _says_no(heard: Heard) -> bool:
    """Say whether an answer is an OperationOutcome with errors, whatever its status."""
    return any(one.get("severity") in {"fatal", "error"} for one in _issues(heard))


def _issues(heard: Heard) -> list[dict[str, Any]]:
    """Return an OperationOutcome's issues; none where it is none.

    Of their codes `deleted` is what is no longer there to be had, `not-found` what never was.
    Source: http://hl7.org/fhir/R4/valueset-issue-type.html.
    """
    try:
        said = orjson.loads(heard.body)
    except orjson.JSONDecodeError:
        return []
    issues = said.get("issue") if isinstance(said, dict) else None
    return [one for one in issues if isinstance(one, dict)] if isinstance(issues, list) else []


def _of(heard: Heard, error: Failed) -> Failed:
    """Return an error with what was heard."""
    error.heard = heard
    return error


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
