"""How a connection comes about: a name is looked up once, what it leads to is checked, and that is what is called."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.delivery.addresses import is_public
from gateway.delivery.passage import open_passage
from gateway.errors import NotPermitted, NotReached
from gateway.permits import address_of

if TYPE_CHECKING:
    import ssl

    from aiohttp.connector import AddrInfoType, Connection
    from aiohttp.tracing import Trace

_IDLE = 15.0
"""Seconds that a connection is kept for the next release."""


def connector(private: frozenset[str], trusted: ssl.SSLContext) -> aiohttp.TCPConnector:
    """Return what opens connections, and keeps them for a while.

    Args:
        private: The `host:port` that may lead to a machine or network of ours.
        trusted: Whose certificates are believed.
    """
    return _Connector(
        limit=0,  # the worker sees to that
        ssl=trusted,
        resolver=_Names(),
        use_dns_cache=False,
        socket_factory=partial(_pinned, private),
        happy_eyeballs_delay=None,
        keepalive_timeout=_IDLE,
    )


class _Connector(aiohttp.TCPConnector):
    """Gives a connection, new or kept, to an open passage alone, for a request to just the address of its permit.

    The guard of the process is told of new connections, and neither of one that is used again nor of what is asked for
    on it. It is noted on the passage that there is one: before that, nothing can have been sent.
    """

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp names its arguments
    ) -> Connection:
        """Return a connection.

        Raises:
            NotPermitted: No permit is open, or one that was made up or is for somewhere else.
        """
        passage = open_passage()
        if passage is None or not passage.permit.is_ours or not _is_for(passage.permit.address, req):
            raise NotPermitted("Not permitted: nothing connects without a permit for just that")
        connection = await super().connect(req, traces, timeout)
        passage.is_connected = True
        return connection


def _is_for(address: str, request: aiohttp.ClientRequest) -> bool:
    """Say whether a request goes to an address, and says so in just its words: another Host has another answer.

    What a Host means is not asked for: what is passed over in an address may count to whoever reads it.
    """
    said = request.headers.getall("Host", [])
    return address_of(str(request.url)) == address and said == [request.url.host_port_subcomponent]


class _Names(AbstractResolver):
    """Looks names up in the context of whoever asks, so that the permit is seen."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where a name leads; OSError where it leads nowhere."""
        found = await asyncio.to_thread(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        return [_result(host, port, one) for one in found]

    async def close(self) -> None:
        """Let go of nothing."""


def _result(host: str, port: int, found: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, address = found
    return ResolveResult(
        hostname=host, host=address[0], port=port, family=family, proto=protocol, flags=socket.AI_NUMERICHOST
    )


def _pinned(private: frozenset[str], found: AddrInfoType) -> socket.socket:
    """Return a socket for just this address, if the open permit's own address may be called there.

    Raises:
        NotPermitted: No permit is open.
        NotReached: What is behind the permit's address is a machine or network of ours, or the permit is over.
    """
    passage = open_passage()
    if passage is None:
        raise NotPermitted("Not permitted: nothing connects without a permit")
    family, kind, protocol, _, address = found
    if passage.permit.is_over:
        raise NotReached("not-sent:permit-over")
    if passage.permit.place not in private and not is_public(str(address[0])):
        raise NotReached("not-sent:blocked-address")
    passage.pinned.add((str(address[0]), int(address[1])))
    return socket.socket(family, kind, protocol)
