"""The worker: takes what is due, and lets nothing that goes wrong with one delivery stop the others."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from gateway.errors import StoreUnavailable
from gateway.log import LogLine, log
from gateway.strands import Strands, result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from threading import Event

    from gateway.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Worker:
    """Delivers what is due until it is told to stop."""

    name: str
    claim: Callable[[datetime, timedelta, int, str], Sequence[Delivery]]
    take_back: Callable[[str, datetime], int]
    deliver: Callable[[Delivery], None]
    give_up: Callable[[Delivery, Exception], None]
    """Records that an attempt ended in a mistake of ours, so that its schedule goes on."""
    now: Callable[[], datetime]
    see_to_name: Callable[[], None] = lambda: None
    """Asked before each claim; raises ConfigurationError where another worker bears this one's name."""
    lease: timedelta = timedelta(seconds=60)
    """How long a claim lasts; longer than the longest attempt."""
    at_once: int = 8
    """How many deliveries are under way at most."""
    pause: float = 0.5
    """Seconds between two looks when nothing was due."""

    def run(self, stop: Event) -> None:
        """Take back what an earlier run of this worker held, then deliver until `stop` is set.

        What is under way when it is set is finished first. Each delivery is a strand: while one waits, for its
        recipient or for the disk, others go on. While a claim waits for the disk some end, so that under load the next
        claim is for several.

        Raises:
            ConfigurationError: Another worker bears its name now; what was under way is finished.
        """
        self._begin(stop)
        strands = Strands()
        strands.begin(_Round(self, strands, stop).go_on)
        strands.run()

    def _begin(self, stop: Event) -> None:
        while not stop.is_set():
            try:
                log(LogLine.WORKER_STARTED, worker=self.name, taken_back=self.take_back(self.name, self.now()))
            except StoreUnavailable:
                log(LogLine.STORE_UNAVAILABLE)
                stop.wait(self.pause)
            else:
                return

    def claimed(self, limit: int) -> Sequence[Delivery]:
        """Claim up to so many; nothing where the store is away."""
        try:
            self.see_to_name()
            return self.claim(self.now(), self.lease, limit, self.name)
        except StoreUnavailable:
            log(LogLine.STORE_UNAVAILABLE)
            return ()

    def one(self, delivery: Delivery) -> None:
        """Make an attempt at a delivery; whatever goes wrong with it stays with it."""
        mistake = self._tried(delivery, self.deliver)
        if mistake is not None:
            self._tried(delivery, lambda one: self.give_up(one, mistake))

    def _tried(self, delivery: Delivery, step: Callable[[Delivery], None]) -> Exception | None:
        """Take a step with a delivery, and return the mistake of ours that it ended in, if it did."""
        try:
            step(delivery)
        except StoreUnavailable:
            # Its lease ends by itself, and the attempt is then known to be unknown.
            log(LogLine.STORE_UNAVAILABLE, delivery=delivery.id)
        except Exception as error:  # noqa: BLE001 - a mistake of ours on one delivery must not stop the others
            log(LogLine.UNPLANNED, delivery=delivery.id, error=type(error).__name__)
            return error
        return None


class _Round:
    """Claims as many deliveries as may be under way, begins them, and rests while there are no more."""

    def __init__(self, worker: Worker, strands: Strands, stop: Event) -> None:
        self._worker = worker
        self._strands = strands
        self._stop = stop
        self._free = worker.at_once
        self._rest: Future[None] = Future()

    def go_on(self) -> None:
        while not self._stop.is_set():
            found = self._worker.claimed(self._free) if self._free else ()
            self._free -= len(found)
            for delivery in found:
                self._strands.begin(partial(self._one, delivery))
            if not found:
                self._rest = self._strands.alarm(self._worker.pause)
                result_of(self._rest)

    def _one(self, delivery: Delivery) -> None:
        self._worker.one(delivery)
        self._free += 1
        if not self._rest.done():
            self._rest.set_result(None)
