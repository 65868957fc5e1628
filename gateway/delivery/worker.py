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
    lease: timedelta = timedelta(seconds=60)
    """How long a claim lasts; longer than the longest attempt."""
    threads: int = 8
    pause: float = 0.5
    """Seconds between two looks when nothing was due."""

    def run(self, stop: Event) -> None:
        """Take back what an earlier run of this worker held, then deliver until `stop` is set.

        What is under way when it is set is finished first, and what was claimed and not begun is given back. A slow
        recipient occupies one thread, and the others go on. As many again as there are threads are claimed before
        their turn, so that a claim is for several and no thread waits for one.
        """
        self._begin(stop)
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="delivery")
        ended: SimpleQueue[Future[None]] = SimpleQueue()
        room = 2 * self.threads
        while not stop.is_set():
            found = self._claim(room) if 2 * room >= self.threads else ()
            for delivery in found:
                pool.submit(self._one, delivery).add_done_callback(ended.put)
            room -= len(found)
            if not found:
                room += _some(ended, self.pause)
        pool.shutdown(cancel_futures=True)
        if room < 2 * self.threads:
            self._give_back()

    def _begin(self, stop: Event) -> None:
        while not stop.is_set():
            try:
                log(LogLine.WORKER_STARTED, worker=self.name, taken_back=self.take_back(self.name, self.now()))
            except StoreUnavailable:
                log(LogLine.STORE_UNAVAILABLE)
                stop.wait(self.pause)
            else:
                return

    def _give_back(self) -> None:
        """Give back what was claimed and not begun; where that cannot be, the leases end by themselves."""
        with suppress(StoreUnavailable):
            self.take_back(self.name, self.now())

    def _claim(self, limit: int) -> Sequence[Delivery]:
        try:
            return self.claim(self.now(), self.lease, limit, self.name)
        except StoreUnavailable:
            log(LogLine.STORE_UNAVAILABLE)
            return ()

    def _one(self, delivery: Delivery) -> None:
        if delivery.due_at is not None and delivery.due_at - self.now() < self.lease / 2:
            return  # its turn came late: another takes it up when the lease ends, rather than while we send
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


def _some(ended: SimpleQueue[Future[None]], patience: float) -> int:
    """Return how many have ended: those that have already, or the first to do so within some seconds."""
    try:
        ended.get(timeout=patience)
    except Empty:
        return 0
    several = 1
    while not ended.empty():
        ended.get()
        several += 1
    return several
