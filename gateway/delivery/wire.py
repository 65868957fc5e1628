"""The wire: the one place of the gateway that connects to somebody.

One loop in a thread of its own does all that waits for recipients; whoever posts waits in its own thread or strand, and
knows nothing of the loop.
"""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import CancelledError
from datetime import UTC, datetime
from functools import partial
from threading import Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING

import aiohttp
import certifi
from yarl import URL

from gateway.delivery.connecting import connector
from gateway.delivery.passage import passing
from gateway.errors import ConfigurationError, Misconfigured, NotReached, PermitOver, UnknownOutcome
from gateway.heard import Heard
from gateway.permits import address_of
from gateway.permits.permit import LIFE
from gateway.strands import result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from gateway.client_certificates import ClientCertificate
    from gateway.delivery.passage import Passage
    from gateway.identity import OrganisationNumber
    from gateway.permits import Leaving

MAX_ANSWER = 1024 * 1024
"""Bytes of an answer that are read; a receipt is far shorter."""

_KEPT = frozenset({"location", "retry-after", "idempotency-key", "content-type"})
"""The headers of an answer that say something to us."""

_UNTRUSTED = {
    10: "expired",
    18: "unknown-authority",
    19: "unknown-authority",
    20: "unknown-authority",
    62: "wrong-host",
}
"""OpenSSL's words for why a certificate is not trusted. Source: openssl/x509_vfy.h."""


def _publicly_trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


class Wire:
    """Posts releases. TLS is verified, proxies and redirects are not followed, and nothing is decompressed.

    Args:
        seconds: How long an exchange may take in all: connecting, sending, and the whole of the answer.
        private: The `host:port` that may lead to a machine or network of ours.
        ours: What organisations are shown that ask who we are; the others are shown nothing.
        trust: Makes a context that says whose certificates are believed: the public authorities'.

    Raises:
        ConfigurationError: One of our certificates is none that TLS can be spoken with.
    """

    def __init__(
        self,
        seconds: float,
        private: frozenset[str],
        ours: Mapping[OrganisationNumber, ClientCertificate] = MappingProxyType({}),
        trust: Callable[[], ssl.SSLContext] = _publicly_trusted,
    ) -> None:
        self._seconds = seconds
        self._private = private
        self._trust = trust
        self._ours = {organisation: (one, _showing(one, trust())) for organisation, one in ours.items()}
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None

    def post(self, url: str, headers: Mapping[str, str], release: Leaving) -> Heard:
        """Open a release for this URL, post what is in it there, and return what was answered.

        An answer that is too long, or does not end, is returned as far as it came.

        Raises:
            NotPermitted: The release may not go there; nothing was sent.
            NotReached: There was no connection, or the permit was over; nothing was sent.
            Misconfigured: The other side cannot be trusted, or does not trust us, or what we would show it has run
                out; nothing was sent.
            UnknownOutcome: It was sent, or part of it, and nothing was answered.
        """
        told: Future[Heard] = asyncio.run_coroutine_threadsafe(self._post(url, headers, release), self._running())
        try:
            return result_of(told)
        except CancelledError:
            raise UnknownOutcome("broken-off") from None

    def close(self) -> None:
        """Let go of the connections, and break off what is under way; whoever posts afterwards opens new ones."""
        with self._lock:
            if self._loop is None:
                return
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=_run, args=[self._loop], name="wire", daemon=True).start()
            return self._loop

    async def _end(self) -> None:
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, url: str, headers: Mapping[str, str], release: Leaving) -> Heard:
        address = address_of(url)
        shown = self._shown_to(release.permit.organisation)
        try:
            body = release.open(address)
        except PermitOver as over:
            raise NotReached(f"not-sent:{over}") from None
        with passing(release.permit) as passage:
            answer: list[Heard] = []
            try:
                async with asyncio.timeout(self._seconds):
                    await self._exchange(address, headers, body, shown, answer)
            except TimeoutError:
                return _cut(answer, passage, "no-answer")
            except (aiohttp.ClientError, OSError) as error:
                return _cut(answer, passage, "broken-off", error)
            return answer[0]

    def _shown_to(self, organisation: OrganisationNumber | None) -> ssl.SSLContext | None:
        """Return the context that shows an organisation who we are; None where it is shown nothing."""
        if organisation is None or organisation not in self._ours:
            return None
        certificate, context = self._ours[organisation]
        if certificate.ends_at <= datetime.now(UTC):
            raise Misconfigured("tls:own-certificate-expired")
        return context

    async def _exchange(
        self, address: str, headers: Mapping[str, str], body: bytes, shown: ssl.SSLContext | None, answer: list[Heard]
    ) -> None:
        """Post, and put what is answered into `answer`, as it comes: a deadline may cut it at any time."""
        session = self._opened()
        # True: as the connector has it.
        tls = shown or True
        # As it is written: a path that was put in order would be another than the permit's.
        url = URL(address, encoded=True)
        async with session.post(url, data=body, headers=headers, allow_redirects=False, ssl=tls) as response:
            kept = {name.lower(): value for name, value in response.headers.items() if name.lower() in _KEPT}
            heard = partial(Heard, response.status, kept)
            read = bytearray()
            answer[:] = [heard(b"", "no-answer")]
            async for chunk in response.content.iter_any():
                read += chunk
                if len(read) > MAX_ANSWER:
                    answer[:] = [heard(bytes(read[:MAX_ANSWER]), "answer-too-large")]
                    response.close()
                    return
            answer[:] = [heard(bytes(read))]

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector(self._private, self._trust()),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=LIFE),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _showing(ours: ClientCertificate, context: ssl.SSLContext) -> ssl.SSLContext:
    """Return a context that shows a certificate of ours to whoever asks."""
    try:
        context.load_cert_chain(ours.file, ours.key)
    except OSError:  # what OpenSSL raises is one, too
        raise ConfigurationError(f"The client certificate {ours.file} is none that TLS can be spoken with") from None
    return context


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()


def _cut(answer: list[Heard], passage: Passage, reason: str, error: BaseException | None = None) -> Heard:
    """Return an answer that was cut off as far as it came; raise what it means where none had begun."""
    if answer:
        [heard] = answer
        return Heard(heard.status, heard.headers, heard.body, reason)
    if isinstance(error, aiohttp.ClientSSLError):
        raise Misconfigured(_distrust(error)) from None
    if not passage.is_connected:
        raise NotReached("not-sent" if error is None else f"not-sent:{_cause(error)}") from None
    raise UnknownOutcome(reason) from None


def _cause(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no-such-host"
    if isinstance(error, TimeoutError):
        return "too-slow"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return "refused" if isinstance(cause, ConnectionRefusedError) else "no-connection"


def _distrust(error: aiohttp.ClientSSLError) -> str:
    """Return why there is no TLS: what is wrong with a certificate, or what OpenSSL calls it."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
        return f"tls:{_UNTRUSTED.get(getattr(cause, 'verify_code', 0), 'not-trusted')}"
    reason = getattr(getattr(error, "os_error", None), "reason", None) or "failed"
    return f"tls:{reason.lower().replace('_', '-')}"
