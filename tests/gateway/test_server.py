from __future__ import annotations

import socket

from gateway.commands.server import listen


def test_what_a_listener_accepts_sends_its_answers_at_once():
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
