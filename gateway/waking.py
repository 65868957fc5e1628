"""Waking: everybody with a sleeping delivery is planned anew at a start, while all else goes on already.

A recipient, a set or a policy may be another since the last start, and make possible what was not. With a hundred
thousand people that takes minutes, and nobody waits for it: what is due is delivered, and senders are answered.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from gateway.errors import StoreUnavailable
from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.identity import PersonIdentity
    from gateway.parts import Gateway

_AT_ONCE = 10
"""How many people are planned anew in one transaction: whoever else writes gets a turn in between."""

_PATIENCE = 5.0
"""Seconds until a store that cannot be had is tried again."""


@contextmanager
def waking(gateway: Gateway, patience: float = _PATIENCE) -> Iterator[None]:
    """Plan everybody anew in a thread of its own; what is not done at the end is left to the next start."""
    over = Event()
    thread = Thread(target=_wake_patiently, args=(gateway, over, patience), name="waking", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def wake(gateway: Gateway, over: Event | None = None) -> None:
    """Plan everybody anew, some at a time, and return when that is done, or when it is over.

    A mistake of ours with one of them is logged, and leaves none of the others asleep.

    Raises:
        StoreUnavailable: The rest stand as they stood; a second call takes them with all others.
    """
    people = gateway.store.people_asleep()
    for start in range(0, len(people), _AT_ONCE):
        if over is not None and over.is_set():
            return
        _plan_anew(people[start : start + _AT_ONCE], gateway)
    log(LogLine.PLANNED_ANEW, people=len(people))


def _plan_anew(people: Sequence[PersonIdentity], gateway: Gateway) -> None:
    now = gateway.now()
    try:
        gateway.store.replan(people, partial(gateway.routing.plan, now), now)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of ours with one must not leave the others asleep
        if len(people) == 1:
            log(LogLine.UNPLANNED, error=type(error).__name__)
            return
        for one in people:
            _plan_anew([one], gateway)


def _wake_patiently(gateway: Gateway, over: Event, patience: float) -> None:
    while not over.is_set():
        try:
            wake(gateway, over)
        except StoreUnavailable:
            log(LogLine.STORE_UNAVAILABLE)
            over.wait(patience)
        else:
            return
