"""Files that nobody but their owner may read: made whole or not at all, and by one at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OTHERS = 0o077
"""The rights of everybody but the owner."""


def make_private(file: Path, content: bytes, what: str) -> None:
    """Make a file where there is none yet; one that is there stays as it is.

    Args:
        file: Where; its folder has to exist.
        content: What stands in it.
        what: What it is called when it cannot be made.

    Raises:
        ConfigurationError: The file cannot be made.
    """
    try:
        # Never in the place of another: two processes may start at once.
        with _written(file, content) as new, suppress(FileExistsError):
            os.link(new, file)
        _settle(file.parent)
    except OSError:
        raise ConfigurationError(f"{what} {file} cannot be made") from None


def replace_private(file: Path, content: bytes, what: str) -> None:
    """Put other content in the place of a file's; whoever reads it gets the one or the other.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    try:
        with _written(file, content) as new:
            new.replace(file)
        _settle(file.parent)
    except OSError:
        raise ConfigurationError(f"{what} {file} cannot be written") from None


def read_private(file: Path, what: str) -> bytes:
    """Return what stands in a file.

    Raises:
        ConfigurationError: There is none, it cannot be read, or others than its owner may read it.
    """
    try:
        if file.stat().st_mode & _OTHERS:
            raise ConfigurationError(f"{what} {file} can be read by others than its owner")
        return file.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"{what} {file} is missing") from None
    except OSError:
        raise ConfigurationError(f"{what} {file} cannot be read") from None


def owners_only(path: str, flags: int) -> int:
    """Open a file for its owner only, where it is made by that: an opener for `open`."""
    return os.open(path, flags, 0o600)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let nobody else who asks for this change what is in a folder; who comes meanwhile waits, however long that takes.

    Raises:
        OSError: The folder cannot be opened, or what it lies on knows no locks.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


@contextmanager
def _written(file: Path, content: bytes) -> Iterator[Path]:
    """Give a new file beside this one, with the content on disk; what is still there afterwards is gone.

    A name at random: what a process that was killed has left is in nobody's way.
    """
    new = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        with open(new, "xb", opener=owners_only) as made:
            made.write(content)
            made.flush()
            os.fsync(made.fileno())
        yield new
    finally:
        new.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have on disk which files a folder has: a key that is lost with the power opens nothing afterwards."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
