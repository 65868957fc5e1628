"""The listener, and connections that keep a server waiting or are too many."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from gateway.commands import connections
from gateway.commands.server import listen, server_of


def test_what_a_listener_accepts_sends_its_answers_at_once():
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def _app(_scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


@contextmanager
def serving(app=_app):
    """A server of this application, in a thread; yields its address."""
    with listen("127.0.0.1", 0) as listening:
        server = server_of(app)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def _is_closed(peer):
    peer.settimeout(30)
    try:
        return peer.recv(1) == b""
    except ConnectionResetError:
        return True


HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100000000\r\n"


@pytest.mark.parametrize(("begins", "drips"), [(b"", b""), (b"GET / HTTP/1.1\r\nX", b"x"), (HEAD + b"\r\n", b"x")])
def test_a24_who_says_nothing_or_a_byte_now_and_then_is_hung_up_on(monkeypatch, begins, drips):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)
    with serving() as address, socket.create_connection(address) as peer, ExitStack() as stack:
        peer.sendall(begins)
        enough = threading.Event()
        stack.callback(enough.set)
        threading.Thread(target=_drip, args=(peer, drips, enough), daemon=True).start()

        assert _is_closed(peer)


def _drip(peer, drips, enough):
    while drips and not enough.wait(0.02):
        try:
            peer.sendall(drips)
        except OSError:
            return


def test_a24_who_sends_much_has_the_time_that_it_takes(monkeypatch):
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.2)

    def body():
        for _ in range(8):
            time.sleep(0.1)
            yield bytes(connections.SLOWEST)

    with serving() as (host, port):
        assert httpx.post(f"http://{host}:{port}", content=body(), timeout=30).status_code == 200


def test_a24_a_connection_that_was_answered_before_it_had_sent_all_is_closed_in_the_end(monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)

    async def hasty(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    with serving(hasty) as address, socket.create_connection(address, timeout=30) as peer:
        peer.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n12")
        assert b"503" in peer.recv(1000)
        peer.sendall(b"34")

        assert _is_closed(peer)


def test_a25_of_more_connections_than_there_may_be_those_that_waited_longest_make_way(monkeypatch):
    monkeypatch.setattr(connections, "MOST", 20)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 600.0)
    with serving() as address, ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(address)) for _ in range(60)]

        for _ in range(5):
            assert httpx.get(f"http://{address[0]}:{address[1]}", timeout=30).status_code == 200
        assert all(_is_closed(peer) for peer in idle[:40])


def test_a25_who_is_being_answered_makes_way_for_nobody(monkeypatch):
    monkeypatch.setattr(connections, "MOST", 1)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 600.0)
    begun, go_on = threading.Event(), threading.Event()

    async def slow(scope, receive, send):
        begun.set()
        await asyncio.to_thread(go_on.wait, 30)
        await _app(scope, receive, send)

    with serving(slow) as address, socket.create_connection(address) as first:
        first.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert begun.wait(30)
        with socket.create_connection(address) as second:
            assert _is_closed(second)
        go_on.set()
        first.settimeout(30)
        assert first.recv(100).startswith(b"HTTP/1.1 200")
