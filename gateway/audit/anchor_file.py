"""A file that checkpoints are added to, and nothing else is done with: for storage that can be written once."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from gateway.audit.notes import checkpoint_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_NOTE = re.compile("(?:[^\\n]+\\n)+\\n(?:\N{EM DASH} [^\\n]+\\n)+")


class FileAnchor:
    """Adds each checkpoint to a file that whoever writes the store cannot write otherwise."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._size = -1

    def keep(self, note: str, at: datetime) -> datetime:
        """Add a checkpoint, unless it tells nothing new; return that all that was logged by now is kept there.

        Raises:
            OSError: It could not be added.
        """
        size = checkpoint_of(note).size
        if size != self._size:
            add_to(self._file, note)
            self._size = size
        return at

    def close(self) -> None:
        """Hold nothing: the file is opened for each."""


def add_to(file: Path, note: str) -> None:
    """Add a signed note at the end of a file, durably.

    Raises:
        OSError: It could not be written.
    """
    with file.open("a", encoding="utf-8") as added:
        added.write(note)
        added.flush()
        os.fsync(added.fileno())


def notes_in(text: str) -> list[str]:
    """Return the signed notes that stand one after the other in a text."""
    return _NOTE.findall(text)
