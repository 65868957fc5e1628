"""System calls of one thread that fail from now on, by Linux's seccomp: nothing else in the process knows of it."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

import pytest

_NUMBERS = {
    "x86_64": {"fsync": 74, "fdatasync": 75, "pwrite64": 18, "openat": 257},
    "aarch64": {"fsync": 82, "fdatasync": 83, "pwrite64": 68, "openat": 56},
}
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOWED, _FAILS = 0x7FFF0000, 0x00050000
_LOAD, _IS_EQUAL, _HAS_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _FLAGS = 0, 32
"""Where the number of the call, and the third of what it is given, stand in what the filter is shown."""

_O_WRITES = 0o3


def nothing_becomes_durable() -> None:
    """Let fsync fail in this thread as where the disk is broken."""
    _let_fail(*_failing("fsync", errno.EIO), *_failing("fdatasync", errno.EIO))


def nothing_can_be_written() -> None:
    """Let writes fail in this thread, and openings to write, as where the disk has become read-only."""
    failed = (_RETURN, 0, 0, _FAILS | errno.EROFS)
    to_write = [(_LOAD, 0, 0, _FLAGS), (_HAS_BITS, 0, 1, _O_WRITES), failed]
    _let_fail(*_failing("pwrite64", errno.EROFS), (_IS_EQUAL, 0, len(to_write), _number("openat")), *to_write)


def _number(call: str) -> int:
    if platform.machine() not in _NUMBERS:
        pytest.skip("the numbers of this machine's system calls are not known here")
    return _NUMBERS[platform.machine()][call]


def _failing(call: str, how: int) -> list[tuple[int, int, int, int]]:
    return [(_IS_EQUAL, 0, 1, _number(call)), (_RETURN, 0, 0, _FAILS | how)]


def _let_fail(*steps: tuple[int, int, int, int]) -> None:
    """Let the calls of this thread through the steps of a filter: code, how many to skip if so or if not, value."""
    whole = [(_LOAD, 0, 0, _NUMBER), *steps, (_RETURN, 0, 0, _ALLOWED)]
    program = b"".join(struct.pack("HBBI", *step) for step in whole)
    kept = ctypes.create_string_buffer(program)
    asked = struct.pack("HxxxxxxP", len(whole), ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    assert libc.prctl(_SECCOMP, _FILTER, asked, 0, 0) == 0, ctypes.get_errno()
