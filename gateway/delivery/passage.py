"""Which permit is open where: what a connection that is being made can show for itself."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.permits import Permit


@dataclass(slots=True)
class Passage:
    """One use of a permit, while it lasts."""

    permit: Permit
    pinned: set[tuple[str, int]] = field(default_factory=set)
    """The IP addresses and ports that the permit's address was found to be, and that passed the check."""
    is_connected: bool = False
    """Whether there is a connection on which something may have been sent."""

    @property
    def is_valid(self) -> bool:
        """Whether the permit is one of ours, and in time for a connection to be made."""
        return self.permit.is_ours and not self.permit.is_over


_OPEN: ContextVar[Passage | None] = ContextVar("open passage", default=None)


@contextmanager
def passing(permit: Permit) -> Iterator[Passage]:
    """Show a permit that was used, for as long as what it permitted takes; no other task or thread can show it."""
    passage = Passage(permit)
    before = _OPEN.set(passage)
    try:
        yield passage
    finally:
        _OPEN.reset(before)


def open_passage() -> Passage | None:
    """Return the passage of whoever asks, or None where it has no permit."""
    return _OPEN.get()
