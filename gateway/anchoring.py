"""Keeping checkpoints elsewhere: each anchor in a thread of its own, so that one that says nothing holds up nobody."""

from __future__ import annotations

import time
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.audit.notes import Verifier
    from gateway.store.port import Store

_FIRST_PAUSE = 10.0
_LONGEST_PAUSE = 300.0
"""Seconds until an anchor that has failed is tried again: at first, and when they have doubled often enough."""

PARTING = 5.0
"""Seconds that the end waits for what is new to be kept, at all anchors together."""


class Anchor(Protocol):
    """Somewhere else than with the log."""

    def keep(self, note: str, at: datetime) -> datetime:
        """Keep a checkpoint of this moment there, if it is time; return up to when all that was logged is kept there.

        Raises:
            OSError: It could not be kept.
            NotStamped: Likewise.
            NotCosigned: Likewise.
            StoreUnavailable: That it is there could not be kept.
        """

    def newest(self, verifier: Verifier) -> str | None:
        """Return the newest checkpoint of a log that is there, where it can tell of any.

        Raises:
            OSError: It could not be read.
        """

    def close(self) -> None:
        """Let go of the way there; what is under way is broken off."""


class _Given(NamedTuple):
    note: str
    at: datetime


class Anchoring:
    """Keeps the newest checkpoint at each anchor, and in the store since when something may be missing at one."""

    def __init__(self, store: Store, anchors: Sequence[Anchor]) -> None:
        self._store = store
        self._keepers = [_Keeper(anchor, self._note) for anchor in anchors]
        self._noting = Lock()

    def give(self, note: str, at: datetime) -> None:
        """Have a checkpoint of this moment kept; an older one that waits still is not needed any more."""
        for keeper in self._keepers:
            keeper.give(_Given(note, at))

    def end(self) -> None:
        """Return when what was given is kept, or has failed; after PARTING seconds at the latest."""
        deadline = time.monotonic() + PARTING
        for keeper in self._keepers:
            keeper.tell_to_end()
        for keeper in self._keepers:
            keeper.end_by(deadline)

    def _note(self, at: datetime) -> None:
        with self._noting:
            kept = [keeper.kept for keeper in self._keepers if keeper.kept is not None]
            if len(kept) == len(self._keepers):
                self._store.note_anchored(min(kept), at)


class _Keeper:
    def __init__(self, anchor: Anchor, note: Callable[[datetime], None]) -> None:
        self.kept: datetime | None = None
        """Up to when all that was logged is kept there."""
        self._anchor = anchor
        self._note = note
        self._newest: _Given | None = None
        self._ending = False
        self._woken = Condition()
        # A daemon, so that a process can end while an authority says nothing.
        self._thread = Thread(target=self._run, name="anchor", daemon=True)
        self._thread.start()

    def give(self, given: _Given) -> None:
        with self._woken:
            self._newest = given
            self._woken.notify()

    def tell_to_end(self) -> None:
        with self._woken:
            self._ending = True
            self._woken.notify()

    def end_by(self, deadline: float) -> None:
        self._thread.join(max(0.0, deadline - time.monotonic()))
        self._anchor.close()

    def _run(self) -> None:
        failures = 0
        while given := self._next(failures):
            failures = 0 if self._keep(given) else failures + 1

    def _next(self, failures: int) -> _Given | None:
        """Wait for the newest checkpoint, after failures some time longer; nothing is returned at the end alone."""
        with self._woken:
            if failures:
                self._woken.wait_for(lambda: self._ending, min(_FIRST_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE))
            self._woken.wait_for(lambda: self._newest or self._ending)
            given, self._newest = self._newest, None
            return given

    def _keep(self, given: _Given) -> bool:
        try:
            self.kept = self._anchor.keep(given.note, given.at)
            self._note(given.at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next one is tried
            log(LogLine.NOT_ANCHORED, error=type(error).__name__)
            return False
        return True
