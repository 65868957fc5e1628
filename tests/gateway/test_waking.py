"""At a start everybody with a sleeping delivery is planned anew, and nobody waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from types import SimpleNamespace

import orjson
import pytest

from gateway.errors import StoreUnavailable
from gateway.identity import PersonIdentity
from gateway.waking import wake, waking

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE = [PersonIdentity(f"00010101{number:04}") for number in range(25)]
LONG = 20
"""Seconds that nothing here takes."""


@dataclass
class StoreOfTheSleeping:
    """Tells who sleeps, and what becomes of them."""

    fails: list[Exception | None] = field(default_factory=list)
    """How each plan in turn ends."""
    odd: PersonIdentity | None = None
    """With whom every plan ends in a mistake."""
    held_up: Event | None = None
    """What a plan waits for."""
    begun: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)
    planned: list[PersonIdentity] = field(default_factory=list)

    def people_asleep(self):
        return PEOPLE

    def replan(self, people, plan, at):
        self.begun.set()
        assert self.held_up is None or self.held_up.wait(LONG)
        error = self.fails.pop(0) if self.fails else None
        if error is not None:
            raise error
        if self.odd in people:
            raise ValueError(self.odd.digits)
        assert plan() == [at]
        self.planned += people
        if set(self.planned) >= set(PEOPLE):
            self.done.set()


def gateway_of(store):
    routing = SimpleNamespace(plan=lambda now: [now])
    return SimpleNamespace(store=store, routing=routing, now=lambda: NOON)


def test_everybody_is_planned_anew_once_and_the_log_says_when_that_is_done(capfd):
    store = StoreOfTheSleeping()

    wake(gateway_of(store))

    assert store.planned == PEOPLE
    told = orjson.loads(capfd.readouterr().err)
    assert (told["event"], told["people"]) == ("those who sleep planned anew", len(PEOPLE))


def test_a_start_does_not_wait_for_those_who_sleep():
    store = StoreOfTheSleeping(held_up=Event())

    with waking(gateway_of(store)):
        assert store.begun.wait(LONG)
        assert store.planned == []
        store.held_up.set()
        assert store.done.wait(LONG)


def test_what_is_not_planned_at_the_end_is_left_to_the_next_start():
    store = StoreOfTheSleeping()
    over = Event()
    over.set()

    wake(gateway_of(store), over)

    assert store.planned == []


def test_where_the_store_cannot_be_had_it_is_tried_again_until_everybody_is_planned():
    store = StoreOfTheSleeping(fails=[None, StoreUnavailable("gone"), StoreUnavailable("gone")])

    with waking(gateway_of(store), patience=0.001):
        assert store.done.wait(LONG)

    assert set(store.planned) == set(PEOPLE)


def test_a_store_that_cannot_be_had_is_told_to_who_waits_for_it():
    with pytest.raises(StoreUnavailable):
        wake(gateway_of(StoreOfTheSleeping(fails=[StoreUnavailable("gone")])))


def test_a_mistake_with_one_leaves_none_of_the_others_asleep(capfd):
    store = StoreOfTheSleeping(odd=PEOPLE[12])

    wake(gateway_of(store))

    assert store.planned == [*PEOPLE[:12], *PEOPLE[13:]]
    told = capfd.readouterr().err
    assert "ValueError" in told
    assert PEOPLE[12].digits not in told
