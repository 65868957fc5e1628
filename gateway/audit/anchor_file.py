"""A file that checkpoints are added to, and nothing else is done with: for storage that can be written once."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = re.compile("(?:[^\\n]+\\n)+\\n(?:\N{EM DASH} [^\\n]+\\n)+")


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
