"""A peer between the gateway and its server that takes what it is sent and, from when it is told to, says nothing."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress

NUMBER = re.compile(rb"(K\0\0\0\x0c)....", re.DOTALL)
"""What a server says of the process that answers; source: BackendKeyData in PostgreSQL's protocol."""


class Peer:
    """Listens on this machine, and hands on to a server on a socket of the file system, both ways."""

    def __init__(self, server):
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = []
        self.is_silent = False
        """Whether it hands on nothing of whom it lets in from now on."""
        self.is_proxy = False
        """Whether it gives the server's processes numbers of its own."""
        threading.Thread(target=self._let_in, daemon=True).start()

    @property
    def port(self):
        return self._listening.getsockname()[1]

    def fall_silent(self, *, for_all=True):
        """Hand on nothing more of whom it has let in; of nobody else either, unless it is for these alone."""
        self.is_silent = for_all
        for state in self._open:
            state["silent"] = True

    def close(self):
        self._listening.close()
        for state in self._open:
            for end in state["ends"]:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _let_in(self):
        with suppress(OSError):
            while True:
                caller, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                state = {"silent": self.is_silent, "ends": (caller, server)}
                self._open.append(state)
                for ends in ((caller, server), (server, caller)):
                    threading.Thread(target=self._hand_on, args=(*ends, state), daemon=True).start()

    def _hand_on(self, here, there, state):
        with suppress(OSError):
            while sent := here.recv(65_536):
                if not state["silent"]:
                    there.sendall(NUMBER.sub(b"\\g<1>\0\0\0\x07", sent) if self.is_proxy else sent)
            there.shutdown(socket.SHUT_RDWR)
