"""Where something may leave to, as permits write it."""

from __future__ import annotations

from urllib.parse import urlsplit

READER = "reader"
"""The address of whoever asked, where a set leaves in an answer: no recipient's address is without a scheme."""

_PORTS = {"http": 80, "https": 443}


def address_of(url: str) -> str:
    """Return a URL as a permit writes it: all that is asked for there, its path and query too, always alike."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{place_of(url)}{parts.path or '/'}{query}"


def place_of(url: str) -> str:
    """Return whom a URL leads to: `host:port`, and `[::1]:port` for an address with colons."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS[parts.scheme]}"
