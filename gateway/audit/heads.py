"""The newest checkpoint of a log, kept apart from it: by that, an older copy of a database is known, and one of two."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.anchor_file import newest_in
from gateway.audit.notes import body_of, checkpoint_of
from gateway.audit.tree import Frontier
from gateway.private_files import replace_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gateway.audit.notes import Verifier

_BEFORE_IT = re.compile(r"epoch ([0-9]{1,9})\n(?:frontier ([A-Za-z0-9+/]*={0,2})\n)?\n")


class Head(NamedTuple):
    """The newest checkpoint of a log."""

    epoch: int
    """In which epoch of its database it was kept: what a person has said since counts for more."""
    note: str
    frontier: Frontier | None
    """The right edge of its tree: what is signed next goes on from there. None where an earlier version kept it."""


class HeadFile:
    """Keeps the newest checkpoint of a log on this machine, where no backup of the database puts it back too."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def keep(self, head: Head) -> None:
        """Keep a checkpoint in the place of an earlier one.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        hashes = base64.b64encode(head.frontier.packed() if head.frontier else b"").decode()
        text = f"epoch {head.epoch}\nfrontier {hashes}\n\n{head.note}"
        replace_private(self._file, text.encode(), "The newest checkpoint")

    def newest(self, verifier: Verifier) -> Head | None:
        """Return the checkpoint, where there is one of this log; its frontier, where it is one of just that tree.

        Raises:
            OSError: The file cannot be read.
        """
        text = self._file.read_text("utf-8", "replace") if self._file.exists() else ""
        before, note = _BEFORE_IT.match(text), newest_in(text, verifier)
        return None if before is None or note is None else Head(int(before[1]), note, _frontier(before[2], note))


def _frontier(text: str | None, note: str) -> Frontier | None:
    """Return the right edge that a text is of a checkpoint's tree; nothing where it is of another, or none."""
    checkpoint = checkpoint_of(note)
    try:
        frontier = Frontier.unpacked(checkpoint.size, base64.b64decode(text or "", validate=True))
    except ValueError:
        return None
    is_of_it = len(frontier.hashes) == checkpoint.size.bit_count() and frontier.root == checkpoint.root
    return frontier if is_of_it else None


def doubt_about(size: int, checkpoint: Callable[[int], str | None], heads: Iterable[str]) -> str:
    """Return why a log does not go on from its newest checkpoints; nothing where it does.

    Args:
        size: How many entries the log has.
        checkpoint: Returns its own checkpoint of so many entries: each that was kept elsewhere was its own before.
        heads: The newest checkpoints that were kept elsewhere.
    """
    for head in map(checkpoint_of, heads):
        own = checkpoint(head.size)
        if own is None or body_of(own) != head.body:
            others = f"and it has {size}" if head.size > size else "and it goes on from others"
            return f"{head.size} entries of it were kept elsewhere, {others}"
    return ""
