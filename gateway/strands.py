"""Strands: many pieces of work on one thread, each in plain code; where one waits, another goes on.

Nothing else ever comes between two lines of a strand: only where it waits for a future here does it let others go on.
"""

from __future__ import annotations

import heapq
import time
from concurrent.futures import Future
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Strands:
    """Runs strands on the thread that makes this, while it runs them."""

    def __init__(self) -> None:
        self.hub = getcurrent()
        self._alive = 0
        self._may_go_on: SimpleQueue[_Strand] = SimpleQueue()
        self._alarms: list[tuple[float, int, Future[None]]] = []
        self._numbers = count()

    def begin(self, work: Callable[[], object]) -> None:
        """Begin a strand, once those that may go on already wait again; called on the thread that runs them."""
        self._alive += 1
        self._may_go_on.put(_Strand(self, work))

    def alarm(self, seconds: float) -> Future[None]:
        """Return a future that comes after so many seconds, unless somebody sets it before; called likewise."""
        rings: Future[None] = Future()
        heapq.heappush(self._alarms, (time.monotonic() + seconds, next(self._numbers), rings))
        return rings

    def run(self) -> None:
        """Return once all strands have ended; raise what the first of them raised that did."""
        raised: list[Exception] = []
        while self._alive:
            try:
                strand = self._may_go_on.get(timeout=self._until_the_next_alarm())
            except Empty:
                self._ring()
                continue
            try:
                waits_for = strand.switch()
            except Exception as error:  # noqa: BLE001 - the others are not done for that
                raised.append(error)
            if strand.dead:
                self._alive -= 1
            else:
                waits_for.add_done_callback(partial(self._goes_on, strand))
        if raised:
            raise raised[0]

    def _goes_on(self, strand: _Strand, _told: Future[Any]) -> None:
        self._may_go_on.put(strand)

    def _until_the_next_alarm(self) -> float | None:
        return max(0.0, self._alarms[0][0] - time.monotonic()) if self._alarms else None

    def _ring(self) -> None:
        now = time.monotonic()
        while self._alarms and self._alarms[0][0] <= now:
            *_, rings = heapq.heappop(self._alarms)
            if not rings.done():
                rings.set_result(None)


class _Strand(greenlet):
    def __init__(self, strands: Strands, work: Callable[[], object]) -> None:
        super().__init__(work, strands.hub)
        self.strands = strands


def result_of(told: Future[T]) -> T:
    """Return what a future comes to, or raise what it raises: a strand lets others go on until then, a thread waits."""
    here = getcurrent()
    if isinstance(here, _Strand) and not told.done():
        here.strands.hub.switch(told)
    return told.result()


def pause(seconds: float) -> None:
    """Return after so many seconds; meanwhile a strand lets others go on."""
    here = getcurrent()
    if isinstance(here, _Strand):
        result_of(here.strands.alarm(seconds))
    else:
        time.sleep(seconds)
