"""Things that happen between two steps: before each call to the store, and while a recipient is spoken to."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from gateway.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class Crash(BaseException):
    """The process is gone: nothing of it runs any more."""


class Interruptions:
    """What is to happen, one after the other, each once a number of points have passed."""

    def __init__(self) -> None:
        self._coming: deque[tuple[int, Callable[[], None]]] = deque()

    def plan(self, coming: Iterable[tuple[int, Callable[[], None]]]) -> None:
        self._coming = deque(coming)

    def point(self) -> None:
        if not self._coming:
            return
        left, what = self._coming.popleft()
        if left > 0:
            self._coming.appendleft((left - 1, what))
        else:
            what()


class InterruptedStore:
    """The store in this file, with a point before each call."""

    def __init__(self, path: Path, interruptions: Interruptions) -> None:
        self._path = path
        self._interruptions = interruptions
        self.itself = SqliteStore(path)
        self.calls: list[str] = []

    def reopen(self) -> None:
        """Throw away what is open, as a process that ends does, and begin again from the file."""
        self.itself.close()
        self.itself = SqliteStore(self._path)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._interruptions.point()
            self.calls.append(name)
            return getattr(self.itself, name)(*args, **named)

        return call
