"""Whatever happens, and in whatever order: nothing leaves without a consent, nothing is lost, nobody gets it twice."""

from __future__ import annotations

import tempfile
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import names
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from recipients_as_told import BEHAVIOURS
from reference_model import Consent, Relation
from worlds import PERSON, SETS, SOMEBODY_ELSE
from worlds_that_fail import World

from gateway.deliveries import STOPPED, DeliveryState
from gateway.redriving import RENEWABLE

PERSONS = st.sampled_from([PERSON, PERSON, PERSON, SOMEBODY_ELSE])
KINDS = st.sampled_from(list(SETS))
SPANS = st.sampled_from([timedelta(0), timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=5)])
WAITS = st.sampled_from([0, 1, 15, 61, 600, 7200])
COMING = (
    *("crash", "crash", "another_takes_over", "another_takes_over", "withdraw_all", "stop_all", "revoke_all"),
    *("replace_first", "replace_first", "renew_all", "try_all_again"),
)
INTERRUPTIONS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(COMING)), max_size=2)
RELATIONS = st.sampled_from([None, "ERSATT", "ERSATT", "ERSATT", "KOMPLT", "KOMPLT", "FRLANG", "KOPIA"])
MOST_CERTIFICATES = 5
DRIVEN = st.sampled_from([STOPPED, frozenset({DeliveryState.DELIVERED}), RENEWABLE])
MOODS = st.fixed_dictionaries({kind: st.sampled_from(("up", "up", "up", *BEHAVIOURS)) for kind in SETS})
YEAR = timedelta(days=365)
MEMORY = next((folder for folder in (Path("/dev/shm"),) if folder.is_dir()), None)  # noqa: S108 - a folder of its own is made there
"""A process that ends loses nothing of a file in memory, and that it is on a disk is not what is tried here."""


class WhateverHappens(RuleBasedStateMachine):
    """Rules for what may happen; after each, the model says what must be so."""

    opened = None
    met: ClassVar = Counter()
    """How often a part stood in each state after a step, and what became of all that was sent, in all stories."""

    def __init__(self):
        super().__init__()
        self._named = names.in_the_order_they_are_made()
        self._named.start()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.world = World(self.opened, Path(self._folder.name) / "samsyn.db")
        self.model = self.world.model

    def teardown(self):
        self.met["sent"] += self.model.sent
        effects = self.model.effects
        self.met["taken in a newer edition"] += sum(len(taken) > 1 for taken in effects.values())
        self.met["replaced"] += sum(bool(taken) and self.model.is_replaced(part) for part, taken in effects.items())
        self.world.store.itself.close()
        self._folder.cleanup()
        self._named.stop()

    @initialize(willing=st.sets(KINDS, min_size=1), moods=st.one_of(MOODS, st.none()))
    def begin(self, willing, moods):
        for kind in sorted(willing):
            self._say(PERSON, kind, timedelta(0), YEAR)
        self.world.register(PERSON)
        # Else most stories would end before anything is sent: consents are withdrawn, and what waits is stopped.
        if moods:
            self._work("one", 0, moods, ())

    @precondition(lambda self: len(self.model.persons) < MOST_CERTIFICATES)
    @rule(data=st.data(), person=PERSONS, kind=RELATIONS)
    def register(self, data, person, kind):
        earlier = kind and data.draw(st.sampled_from([*self._spoken_of(), str(uuid.uuid4())]))
        self.world.register(person, kind and Relation(kind, earlier))

    @precondition(lambda self: self.world.to_come and len(self.model.persons) < MOST_CERTIFICATES)
    @rule(data=st.data(), person=PERSONS, kind=RELATIONS)
    def register_what_was_to_come(self, data, person, kind):
        id_ = data.draw(st.sampled_from(sorted(self.world.to_come)))
        earlier = kind and data.draw(st.sampled_from(self._spoken_of()))
        self.world.register(person, kind and Relation(kind, earlier), id_)

    def _spoken_of(self):
        return sorted({*self.model.persons, *self.world.to_come})

    @rule(data=st.data())
    def register_the_same_again(self, data):
        self.world.register_again(data.draw(st.sampled_from(sorted(self.model.persons))))

    @rule(data=st.data())
    def revoke(self, data):
        self.world.revoke(data.draw(st.sampled_from(sorted(self.model.persons))))

    @precondition(lambda self: not self.model.revoked_early)
    @rule(person=PERSONS)
    def revoke_what_is_to_come(self, person):
        self.world.revoke_early(person)

    @rule(person=PERSONS, kind=KINDS, starts_in=SPANS, lasts=st.one_of(SPANS, st.just(YEAR)))
    def consent(self, person, kind, starts_in, lasts):
        self._say(person, kind, starts_in, lasts)

    @rule(kind=KINDS, lasts=SPANS)
    def forbid(self, kind, lasts):
        self._say(PERSON, kind, timedelta(0), lasts, denies=True)

    def _say(self, person, kind, starts_in, lasts, *, denies=False):
        start = self.world.time + starts_in
        self.world.give(Consent(person, SETS[kind], kind, start, start + lasts, denies=denies))

    def _active(self):
        return [id_ for id_, said in self.model.consents.items() if said.status == "active"]

    @precondition(_active)
    @rule(data=st.data(), status=st.sampled_from(["inactive", "entered-in-error"]))
    def withdraw(self, data, status):
        self.world.end(data.draw(st.sampled_from(self._active())), status)

    @precondition(_active)
    @rule(data=st.data(), lasts=SPANS)
    def shorten(self, data, lasts):
        id_ = data.draw(st.sampled_from(self._active()))
        self.world.shorten(id_, max(self.world.time, self.model.consents[id_].start) + lasts)

    @rule(kind=KINDS)
    def an_operator_stops(self, kind):
        self.world.stop(kind)

    @precondition(lambda self: self.world.store.itself.stops())
    @rule()
    def two_operators_lift(self):
        self.world.lift_all()

    @rule(seconds=st.sampled_from([1, 61, 7200, 200_000]))
    def time_passes(self, seconds):
        self.world.time += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 61, 3600]))
    def the_clock_goes_back(self, seconds):
        self.world.time -= timedelta(seconds=seconds)

    @rule(name=st.sampled_from(["one", "two"]), waits=WAITS, moods=MOODS, coming=INTERRUPTIONS)
    def a_worker_works(self, name, waits, moods, coming):
        self._work(name, waits, moods, coming)

    def _work(self, name, waits, moods, coming):
        self._behave(moods)
        self.world.time += timedelta(seconds=waits)
        self.world.work(name, self._planned(coming))

    def _behave(self, moods):
        for kind, mood in moods.items():
            self.world.recipients[kind].behaves = mood

    def _planned(self, coming):
        return [(points, getattr(self.world, what)) for points, what in coming]

    @rule(data=st.data())
    def the_operator_tries_again(self, data):
        some = [one for one in self.world.deliveries() if one.state in STOPPED | {DeliveryState.DELIVERED}]
        if some:
            self.world.try_again(data.draw(st.sampled_from(some)))

    @rule(states=DRIVEN, renewing=st.sampled_from(["no", "yes", "mended"]), moods=MOODS, coming=INTERRUPTIONS)
    def the_operator_drives(self, states, renewing, moods, coming):
        if renewing == "mended":
            self.world.mend()
        self._behave(moods)
        self.world.redrive(states, self._planned(coming), renewing=renewing != "no")

    @rule()
    def everything_comes_right_in_the_end(self):
        self.world.everything_comes_right()
        assert list(self.model.unfinished(self.world.standing(), self.world.time)) == []

    @invariant()
    def nothing_is_wrong(self):
        standing = self.world.standing()
        self.met.update(one.state.value for one in standing.values())
        self.met["told"] += sum(part.is_notice and one.state == "DELIVERED" for part, one in standing.items())
        self.model.sees(standing, self.world.time)
        assert self.model.wrongs == []
        assert list(self.model.unaccounted(standing, self.world.time)) == []


def test_whatever_happens(opened):
    WhateverHappens.opened = opened
    WhateverHappens.met.clear()

    run_state_machine_as_test(WhateverHappens)

    met = WhateverHappens.met
    assert met.keys() >= {"HELD_CONSENT", "READY", "RETRY_WAIT", "UNKNOWN", "DELIVERED", "WITHHELD"}, met
    assert met["sent"] > 100
    assert all(met[what] for what in ("told", "taken in a newer edition", "replaced")), met
