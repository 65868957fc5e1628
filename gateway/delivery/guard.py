"""The guard of the sending process: nothing gets out, and no other process is begun, that has no permit for just that.

Python tells an audit hook of every connection before it is made, whoever makes it. A hook cannot be taken away again:
what is on guard stays on guard until its process ends. See PEP 578, and "Audit events table" of Python's library.
"""

from __future__ import annotations

import _posixsubprocess
import sys
from importlib.util import find_spec
from typing import Any, NoReturn

from gateway.delivery.passage import open_passage
from gateway.errors import ConfigurationError, NotPermitted
from gateway.log import LogLine, log

_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
"""Their second argument is the address; a message on a connection that was made before has none."""

_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
"""A name that is looked up is told to others too."""

_NEVER = frozenset(
    {
        "socket.bind",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "pty.spawn",
    }
)
"""What a sending process has no reason to do, with or without a permit."""


def stand_guard() -> None:
    """Let nothing out of this process, from now on, but what an open permit names.

    Raises:
        ConfigurationError: uvloop is installed, and makes connections that no hook is told of.
    """
    if find_spec("uvloop") is not None:
        raise ConfigurationError("uvloop is installed: nobody can watch what it connects to; remove it")
    sys.addaudithook(_watch)
    # What multiprocessing begins processes with: the only thing of Python's own that no hook is told of.
    _posixsubprocess.fork_exec = _refuse_to_begin


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise NotPermitted before something happens that no permit lets happen."""
    if event in _CONNECTS:
        is_permitted = _may_connect(arguments[1])
    elif event in _LOOKS_UP:
        is_permitted = _may_look_up(event, arguments)
    else:
        is_permitted = event not in _NEVER and not event.startswith("ctypes.")
    if not is_permitted:
        _refuse(event)


def _refuse(what: str) -> NoReturn:
    log(LogLine.NO_PERMIT, what=what)
    raise NotPermitted(f"Not permitted: {what} without a permit for it")


def _refuse_to_begin(*_: object) -> NoReturn:
    _refuse("fork_exec")


def _may_connect(address: object) -> bool:
    if address is None:
        return True
    passage = open_passage()
    return passage is not None and isinstance(address, tuple) and passage.is_valid and address[:2] in passage.pinned


def _may_look_up(event: str, arguments: tuple[Any, ...]) -> bool:
    passage = open_passage()
    if passage is None or not passage.is_valid or event != "socket.getaddrinfo":
        return False
    host, port = arguments[:2]
    return f"{host}:{port}" == passage.permit.place
