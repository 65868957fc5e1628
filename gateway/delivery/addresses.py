"""Which addresses a set may be sent to: what an operator has named, and of that only what is nobody's inside."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from gateway.permits import place_of

_PORTS = frozenset({80, 443})
_OTHERS = 1024
"""Below it, a port that is not the web's belongs to another protocol, which could be made to read ours as its own."""

_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
"""A host's name in ASCII; one that ends in a number would be read as an address, in whatever spelling."""

_GLOBAL = IPv6Network("2000::/3")
"""IPv6 addresses of somebody's. Source: RFC 4291 §2.4, IANA IPv6 Global Unicast Address Assignments."""

_6TO4 = IPv6Network("2002::/16")
"""IPv6 addresses that lead to the IPv4 address inside them. Source: RFC 3056."""


def is_public(address: str) -> bool:
    """Say whether an IP address is out on the Internet: not this machine, not a network of ours, not everybody."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in _GLOBAL and ip not in _6TO4 and ip.is_global


def unfit(url: str) -> str:
    """Return why a URL is none that anything could be sent to, whatever it leads to; nothing where it is one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "no address that can be called"
    called = parts.path + parts.query
    if parts.scheme not in ("http", "https") or re.search(r"[\s\x00-\x1f\x7f\\]", url) or not called.isascii():
        return "no address that can be called"
    if "@" in parts.netloc or "%" in parts.netloc or parts.fragment:
        return "an address with a name, a zone or a fragment in it"
    if _literal(host) is None and not _NAME.fullmatch(host):
        return "without a host, or with one that is not written in ASCII, as a name or as an address in full"
    if port is not None and port < _OTHERS and port not in _PORTS:
        return "an address with the port of another protocol"
    return ""


def kept_inside(url: str, private: frozenset[str]) -> str:
    """Return why a URL may not be sent to although it is one; nothing where it may.

    What a name leads to is not asked here, but each time that it is called.

    Args:
        url: Where an operator wants sets to be posted; not unfit.
        private: The `host:port` that may lead to a machine or network of ours, and need no TLS.
    """
    place, host = place_of(url), urlsplit(url).hostname or ""
    literal = _literal(host)
    if place in private:
        return ""
    if host == "localhost" or host.endswith(".localhost") or (literal is not None and not is_public(host)):
        return f"a machine or network of ours; name {place} in private_endpoints if that is meant"
    return "" if urlsplit(url).scheme == "https" else f"without TLS; name {place} in private_endpoints if that is meant"


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
