"""A file that checkpoints are added to, and nothing else is done with: for storage that can be written once."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from gateway.audit.notes import checkpoint_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from gateway.audit.notes import Verifier

_NOTE = re.compile("^(?:[^\\n]+\\n){3}\\n(?:\N{EM DASH} \\S+ \\S{92,}\\n)+", re.MULTILINE)
"""A checkpoint's three lines, and whole signatures: 4 bytes that name the key, and at least 64, in base64."""

_TAIL = 65_536
"""How much of the end of a file is looked at: hundreds of checkpoints."""


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

    def newest(self, verifier: Verifier) -> str | None:
        """Return the last checkpoint of a log that was added, where there is one.

        Raises:
            OSError: The file cannot be read.
        """
        if not self._file.exists():
            return None
        with self._file.open("rb") as read:
            read.seek(max(0, self._file.stat().st_size - _TAIL))
            return newest_in(read.read().decode("utf-8", "replace"), verifier)


def add_to(file: Path, note: str) -> None:
    """Add a signed note at the end of a file, durably.

    Raises:
        OSError: It could not be written, or not whole: the next one is read all the same.
    """
    with file.open("a", encoding="utf-8") as added:
        # An empty line first: the note before it may have been cut off.
        added.write(f"\n{note}")
        added.flush()
        os.fsync(added.fileno())


def notes_in(text: str) -> list[str]:
    """Return the signed notes that stand one after the other in a text; what was cut off is left out."""
    return _NOTE.findall(text)


def newest_in(text: str, verifier: Verifier) -> str | None:
    """Return the last note in a text that a log has signed, where there is one."""
    return next((note for note in reversed(notes_in(text)) if verifier.has_signed(note)), None)
