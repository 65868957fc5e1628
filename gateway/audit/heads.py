"""The newest checkpoint of a log, kept apart from it: by that, an older copy of a database is known, and one of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.audit.anchor_file import newest_in
from gateway.audit.notes import checkpoint_of
from gateway.private_files import replace_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gateway.audit.notes import Verifier


class HeadFile:
    """Keeps the newest checkpoint of a log on this machine, where no backup of the database puts it back too."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def keep(self, note: str) -> None:
        """Keep a checkpoint in the place of an earlier one.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        replace_private(self._file, note.encode(), "The newest checkpoint")

    def newest(self, verifier: Verifier) -> str | None:
        """Return the checkpoint, where there is one of this log.

        Raises:
            OSError: The file cannot be read.
        """
        return newest_in(self._file.read_text("utf-8"), verifier) if self._file.exists() else None


def doubt_about(size: int, checkpoint: Callable[[int], str | None], heads: Iterable[str]) -> str:
    """Return why a log does not go on from its newest checkpoints; nothing where it does.

    Args:
        size: How many entries the log has.
        checkpoint: Returns its own checkpoint of so many entries: each that was kept elsewhere was its own before.
        heads: The newest checkpoints that were kept elsewhere.
    """
    for head in map(checkpoint_of, heads):
        own = checkpoint(head.size)
        if own is None or checkpoint_of(own).root != head.root:
            others = f"and it has {size}" if head.size > size else "and it goes on from others"
            return f"{head.size} entries of it were kept elsewhere, {others}"
    return ""
