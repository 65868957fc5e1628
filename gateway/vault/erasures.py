"""Which data keys were destroyed: told beside the key-encryption key, so that no backup brings one back.

The list is applied at each start: a restored database has the keys again, and loses them before anything is read.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.private_files import owners_only

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import RawIOBase
    from pathlib import Path

_LINE = re.compile(r"([0-9a-f]{32}) ([0-9T:+.-]+)")


class ErasureList:
    """A file with a line for each destroyed key: its id, and when.

    It names keys and no persons, and whoever is erased and comes again has new keys, which stand.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, keys: Mapping[str, datetime]) -> None:
        """Add keys, each with when it is destroyed, durably and before that.

        Raises:
            ConfigurationError: The file cannot be written; nothing may be destroyed.
        """
        lines = "".join(f"{id_} {at.isoformat()}\n" for id_, at in keys.items())
        try:
            with open(self._file, "ab", buffering=0, opener=owners_only) as kept:
                fcntl.flock(kept, fcntl.LOCK_EX)
                _append(kept, lines.encode())
            _sync_folder(self._file.parent)
        except OSError:
            raise ConfigurationError(f"The erasure list {self._file} cannot be written") from None

    def keys(self) -> Mapping[str, datetime]:
        """Return the ids of the keys that were destroyed, with when; none where there is no file.

        Raises:
            ConfigurationError: The file cannot be read, or a line was changed or cut short: which key it was, nobody
                knows, and a person has to say.
        """
        try:
            lines = self._file.read_text("ascii").splitlines() if self._file.exists() else []
            return dict(map(self._key_in, lines))
        except OSError:
            raise ConfigurationError(f"The erasure list {self._file} cannot be read") from None
        except ValueError:
            raise ConfigurationError(
                f"The erasure list {self._file} is damaged: it holds something else than key ids"
            ) from None

    def _key_in(self, line: str) -> tuple[str, datetime]:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(line)
        return found[1], datetime.fromisoformat(found[2])


def _append(kept: RawIOBase, lines: bytes) -> None:
    """Add lines to a file whole, or leave it as it was: half a line would be no key's."""
    before = kept.seek(0, os.SEEK_END)
    is_whole = False
    try:
        is_all = kept.write(lines) == len(lines)
        os.fsync(kept.fileno())
        is_whole = is_all
    finally:
        if not is_whole:
            os.ftruncate(kept.fileno(), before)
    if not is_whole:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _sync_folder(folder: Path) -> None:
    """Let the name of a file that was just made outlast a loss of power."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
