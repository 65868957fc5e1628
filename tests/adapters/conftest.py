"""What several tests of adapters begin with."""

from __future__ import annotations

import socket

import pytest
from certificates import made_certificate


@pytest.fixture(scope="module")
def authority():
    return made_certificate("authority")


@pytest.fixture
def at_home(monkeypatch):
    """Every name leads to this machine; what is looked up is listed."""
    asked = []
    really = socket.getaddrinfo

    def lookup(host, port, *rest):
        asked.append(host)
        return really("127.0.0.1", port, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked
