"""Which data keys were destroyed: told beside the key-encryption key, so that no backup brings one back.

The list is applied at each start: a restored database has the keys again, and loses them before anything is read.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.private_files import owners_only

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

_LINE = re.compile(rb"([0-9a-f]{32}) [0-9T:+.-]+")


class ErasureList:
    """A file with a line for each destroyed key: its id, and when.

    It names keys and no persons, and whoever is erased and comes again has new keys, which stand.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, ids: Iterable[str], at: datetime) -> None:
        """Add keys, durably, before they are destroyed.

        Raises:
            ConfigurationError: The file cannot be written; nothing may be destroyed.
        """
        lines = "".join(f"{id_} {at.isoformat()}\n" for id_ in ids)
        try:
            with open(self._file, "ab", opener=owners_only) as kept:
                kept.write(lines.encode())
                kept.flush()
                os.fsync(kept.fileno())
        except OSError:
            raise ConfigurationError(f"The erasure list {self._file} cannot be written") from None

    def ids(self) -> frozenset[str]:
        """Return the ids of the keys that were destroyed; of none where there is no file.

        Raises:
            ConfigurationError: The file cannot be read, or a line was changed or cut short: which key it was, nobody
                knows, and a person has to say.
        """
        try:
            lines = self._file.read_bytes().splitlines() if self._file.exists() else []
        except OSError:
            raise ConfigurationError(f"The erasure list {self._file} cannot be read") from None
        return frozenset(map(self._id_in, lines))

    def _id_in(self, line: bytes) -> str:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ConfigurationError(f"The erasure list {self._file} is damaged: it holds something else than key ids")
        return found[1].decode()
