"""A recipient that answers slowly: the time is for the whole of its answer."""

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest
from releases import a_release

from adapters.employer import EmployerAdapter
from gateway.errors import UnknownOutcome


def _drip(listening: socket.socket, beginning: bytes, drop: bytes, stop: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(beginning)
        while not stop.wait(0.1):
            try:
                connection.sendall(drop)
            except OSError:
                return


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
    ],
    ids=["headers", "body"],
)
@pytest.mark.httpx_mock(should_mock=lambda _: False)
def test_an_answer_that_drips_is_cut_when_the_time_for_the_whole_of_it_is_over(beginning, drop):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        recipient = threading.Thread(target=_drip, args=(listening, beginning, drop, stop))
        recipient.start()
        began = time.monotonic()

        with httpx.Client(timeout=1.0, limits=httpx.Limits(max_keepalive_connections=0)) as client:
            endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}/"
            adapter = EmployerAdapter(endpoint, client)
            with pytest.raises(UnknownOutcome):
                adapter.send(a_release(endpoint))

        assert time.monotonic() - began < 5
        stop.set()
        recipient.join()
