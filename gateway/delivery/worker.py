"""The worker: takes what is due, and lets nothing that goes wrong with one delivery stop the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from gateway.errors import StoreUnavailable
from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
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
    threads: int = 8
    pause: float = 0.5
    """Seconds between two looks when nothing was due."""

    def run(self, stop: Event) -> None:
        """Take back what an earlier run of this worker held, then deliver until `stop` is set.

        What is under way when it is set is finished first. A slow recipient occupies some threads, and the others go
        on. While a claim waits for the disk others end, so that under load the next claim is for several.

        Raises:
            ConfigurationError: Another worker bears its name now; what was under way is finished.
        """
        self._begin(stop)
        ended: SimpleQueue[Future[None]] = SimpleQueue()
        free = self.threads
        with ThreadPoolExecutor(self.threads, thread_name_prefix="delivery") as pool:
            while not stop.is_set():
                found = self._claim(free) if free else ()
                for delivery in found:
                    pool.submit(self._one, delivery).add_done_callback(ended.put)
                free += _how_many(ended, 0 if found else self.pause) - len(found)

    def _begin(self, stop: Event) -> None:
        while not stop.is_set():
            try:
                log(LogLine.WORKER_STARTED, worker=self.name, taken_back=self.take_back(self.name, self.now()))
            except StoreUnavailable:
                log(LogLine.STORE_UNAVAILABLE)
                stop.wait(self.pause)
            else:
                return

    def _claim(self, limit: int) -> Sequence[Delivery]:
        try:
            self.see_to_name()
            return self.claim(self.now(), self.lease, limit, self.name)
        except StoreUnavailable:
            log(LogLine.STORE_UNAVAILABLE)
            return ()

    def _one(self, delivery: Delivery) -> None:
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


def _how_many(ended: SimpleQueue[Future[None]], patience: float) -> int:
    """Return how many have ended; where none has, wait some seconds for the first."""
    several = 0
    with suppress(Empty):
        while True:
            ended.get(timeout=0 if several else patience)
            several += 1
    return several
