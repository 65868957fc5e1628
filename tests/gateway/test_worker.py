"""The worker among fakes: what goes wrong with one delivery must not stop the others."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gateway.deliveries import Delivery, DeliveryState
from gateway.delivery.worker import Worker
from gateway.errors import ConfigurationError, StoreUnavailable
from gateway.identity import CertificateId, DeliveryId, MessageId, OrganisationNumber, PersonIdentity, RecipientKind
from gateway.strands import result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MARKER = "Zebra Okapi 199002222397"


def _delivery(name: str) -> Delivery:
    return Delivery(
        id=DeliveryId(name),
        message=MessageId("m"),
        certificate=CertificateId("SE2321000016-1", "0"),
        person=PersonIdentity("199002222397"),
        set_name="a-set",
        kind=RecipientKind("employer"),
        organisation=OrganisationNumber("5561234567"),
        state=DeliveryState.SENDING,
        reason="",
        due_at=NOON,
    )


@dataclass
class Queue:
    """Deliveries that are due, each claimed once, unless the store is away."""

    due: list[Delivery]
    failures: int = 0
    """How many times the store is away before it comes back."""
    limits: list[int] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)

    def claim(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        assert (at, lease, worker) == (NOON, timedelta(seconds=60), "w1")
        self._may_be_away()
        self.limits.append(limit)
        claimed, self.due = self.due[:limit], self.due[limit:]
        return claimed

    def take_back(self, worker: str, at: datetime) -> int:
        assert at == NOON
        self._may_be_away()
        self.taken_back.append(worker)
        return 0

    def _may_be_away(self) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("away")


@contextmanager
def working(queue: Queue, deliver: Callable, give_up: Callable = lambda *_: None, at_once: int = 2) -> Iterator:
    """A worker in a thread, with the event that stops it; it has to end by itself then."""
    stop = threading.Event()
    worker = Worker("w1", queue.claim, queue.take_back, deliver, give_up, lambda: NOON, at_once=at_once, pause=0.01)
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def _names(deliveries: Sequence[Delivery]) -> list[str]:
    return sorted(one.id for one in deliveries)


def test_what_an_earlier_run_held_is_taken_back_before_anything_else():
    queue = Queue([_delivery("a")])
    delivered: list[Delivery] = []

    with working(queue, delivered.append):
        _until(lambda: delivered)

    assert queue.taken_back == ["w1"]


def test_everything_that_is_due_is_delivered_once():
    queue = Queue([_delivery(str(n)) for n in range(100)])
    delivered: list[Delivery] = []

    with working(queue, delivered.append, at_once=8):
        _until(lambda: len(delivered) >= 100)

    assert _names(delivered) == sorted(str(n) for n in range(100))


def test_no_more_is_claimed_than_can_be_under_way():
    queue = Queue([_delivery(str(n)) for n in range(20)])
    go_on: Future[None] = Future()
    begun: list[Delivery] = []

    def slow(delivery: Delivery) -> None:
        begun.append(delivery)
        result_of(go_on)

    with working(queue, slow, at_once=3):
        _until(lambda: len(begun) == 3)
        time.sleep(0.1)
        assert len(queue.due) == 17
        go_on.set_result(None)
        _until(lambda: len(begun) == 20)

    assert max(queue.limits) == 3


def test_a_delivery_that_raises_is_given_up_by_its_schedule_and_the_others_go_on(capfd):
    queue = Queue([_delivery(name) for name in "abc"])
    delivered: list[Delivery] = []
    given_up: list[tuple[str, Exception]] = []

    def deliver(delivery: Delivery) -> None:
        if delivery.id == "a":
            raise ValueError(MARKER)
        delivered.append(delivery)

    with working(queue, deliver, lambda delivery, error: given_up.append((delivery.id, error))):
        _until(lambda: len(delivered) == 2 and given_up)

    assert _names(delivered) == ["b", "c"]
    [(name, error)] = given_up
    assert (name, type(error)) == ("a", ValueError)
    logged = capfd.readouterr().err
    assert '"event":"unplanned error","delivery":"a","error":"ValueError"' in logged
    assert "Zebra" not in logged
    assert "199002222397" not in logged


@pytest.mark.parametrize("second", [RuntimeError(MARKER), StoreUnavailable("away")])
def test_a_mistake_in_noting_a_mistake_stops_nobody_and_is_told(capfd, second):
    queue = Queue([_delivery(name) for name in "ab"])
    delivered: list[Delivery] = []

    def deliver(delivery: Delivery) -> None:
        if delivery.id == "a":
            raise ValueError(MARKER)
        delivered.append(delivery)

    def give_up(_delivery: Delivery, _error: Exception) -> None:
        raise second

    with working(queue, deliver, give_up):
        _until(lambda: delivered)

    events = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    told = [one["event"] for one in events if one.get("delivery") == "a"]
    assert told == [
        "unplanned error",
        "store unavailable" if isinstance(second, StoreUnavailable) else "unplanned error",
    ]


def test_a_slow_recipient_does_not_hold_up_the_others():
    queue = Queue([_delivery("slow"), *[_delivery(str(n)) for n in range(20)]])
    go_on: Future[None] = Future()
    delivered: list[Delivery] = []

    def deliver(delivery: Delivery) -> None:
        if delivery.id == "slow":
            result_of(go_on)
        delivered.append(delivery)

    with working(queue, deliver):
        _until(lambda: len(delivered) == 20)
        assert "slow" not in _names(delivered)
        go_on.set_result(None)
        _until(lambda: len(delivered) == 21)


def test_a_stop_finishes_what_is_under_way_and_takes_up_nothing_more():
    queue = Queue([_delivery(name) for name in "abcd"])
    go_on: Future[None] = Future()
    begun: list[Delivery] = []
    delivered: list[Delivery] = []

    def deliver(delivery: Delivery) -> None:
        begun.append(delivery)
        result_of(go_on)
        delivered.append(delivery)

    with working(queue, deliver) as stop:
        _until(lambda: len(begun) == 2)
        stop.set()
        time.sleep(0.05)
        go_on.set_result(None)

    assert _names(delivered) == ["a", "b"]
    assert _names(queue.due) == ["c", "d"]


def test_a_store_that_is_away_for_a_while_is_asked_again_until_it_is_back(capfd):
    queue = Queue([_delivery("a")], failures=3)
    delivered: list[Delivery] = []

    with working(queue, delivered.append):
        _until(lambda: delivered)

    assert capfd.readouterr().err.count('"event":"store unavailable"') == 3


def test_a16_a_store_that_goes_away_between_two_claims_is_waited_for_without_a_rush():
    queue = Queue([], failures=0)
    delivered: list[Delivery] = []

    with working(queue, delivered.append):
        _until(lambda: queue.limits)
        queue.failures = 10
        began = time.monotonic()
        queue.due.append(_delivery("a"))
        _until(lambda: delivered)

    assert time.monotonic() - began >= 0.05


def test_a_store_that_is_away_when_an_outcome_is_to_be_noted_leaves_it_to_the_lease():
    queue = Queue([_delivery("a"), _delivery("b")])
    delivered: list[Delivery] = []
    given_up: list[Delivery] = []

    def deliver(delivery: Delivery) -> None:
        if delivery.id == "a":
            raise StoreUnavailable("away")
        delivered.append(delivery)

    with working(queue, deliver, lambda delivery, _: given_up.append(delivery)):
        _until(lambda: delivered)

    assert given_up == []


def test_a_stop_is_heard_also_while_the_store_is_away():
    queue = Queue([], failures=1_000_000)

    with working(queue, lambda _: None):
        time.sleep(0.05)

    assert queue.taken_back == []


def test_a_worker_whose_name_another_has_taken_finishes_what_is_under_way_takes_no_more_and_ends():
    queue = Queue([_delivery("a"), _delivery("b")])
    delivered: list[Delivery] = []
    lost: Future[None] = Future()

    def see_to_name() -> None:
        if queue.limits:
            queue.due.append(_delivery("c"))
            lost.set_result(None)
            raise ConfigurationError("A worker of this name runs already")

    def deliver(delivery: Delivery) -> None:
        result_of(lost)
        delivered.append(delivery)

    worker = Worker("w1", queue.claim, queue.take_back, deliver, lambda *_: None, lambda: NOON, see_to_name, at_once=3)
    stop = threading.Event()

    def give_up() -> None:
        stop.set()
        lost.set_result(None)

    too_late = threading.Timer(5, give_up)
    too_late.start()
    with pytest.raises(ConfigurationError, match="runs already"):
        worker.run(stop)
    too_late.cancel()

    assert _names(delivered) == ["a", "b"]
    assert _names(queue.due) == ["c"]
