"""Whatever happens, and in whatever order: nothing leaves without a consent, nothing is lost, nobody gets it twice."""

from __future__ import annotations

import random
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
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
from reference_model import Consent
from worlds import NOON, ORGANISATIONS, PERSON, SETS, SOMEBODY_ELSE
from worlds_that_fail import World

from gateway.app import open_gateway
from gateway.settings import Settings

PERSONS = st.sampled_from([PERSON, SOMEBODY_ELSE])
KINDS = st.sampled_from(list(SETS))
SPANS = st.sampled_from([timedelta(0), timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=5)])
WORKERS = st.sampled_from(["one", "two"])
INTERRUPTIONS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["crash", "withdraw_all", "another_takes_over"])), max_size=2
)
MOODS = st.dictionaries(KINDS, st.sampled_from(BEHAVIOURS))
YEAR = timedelta(days=365)
MEMORY = next((folder for folder in (Path("/dev/shm"),) if folder.is_dir()), None)  # noqa: S108 - a folder of its own is made there
"""A process that ends loses nothing of a file in memory, and that it is on a disk is not what is tried here."""


class WhateverHappens(RuleBasedStateMachine):
    """Rules for what may happen; after each, the model says what must be so."""

    opened = None

    def __init__(self):
        super().__init__()
        chance = random.Random(4)  # noqa: S311 - names, and the same ones each time
        self._named = patch("uuid.uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
        self._named.start()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.world = World(self.opened, Path(self._folder.name) / "samsyn.db")
        self.model = self.world.model

    def teardown(self):
        self.world.store.itself.close()
        self._folder.cleanup()
        self._named.stop()

    @initialize(willing=st.sets(KINDS, min_size=1))
    def begin(self, willing):
        for kind in sorted(willing):
            self._say(PERSON, kind, timedelta(0), YEAR)
        self.world.register(PERSON)

    @rule(person=PERSONS)
    def register(self, person):
        self.world.register(person)

    @rule(data=st.data())
    def register_the_same_again(self, data):
        id_ = data.draw(st.sampled_from(sorted(self.model.persons)))
        self.world.register_again(id_, self.model.persons[id_])

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

    @rule(seconds=st.sampled_from([1, 61, 7200, 200_000]))
    def time_passes(self, seconds):
        self.world.time += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 61, 3600]))
    def the_clock_goes_back(self, seconds):
        self.world.time -= timedelta(seconds=seconds)

    @rule(waits=st.sampled_from([0, 1, 15, 61, 600, 7200]), behave=MOODS, name=WORKERS, coming=INTERRUPTIONS)
    def a_worker_works(self, waits, behave, name, coming):
        for kind, mood in behave.items():
            self.world.recipients[kind].behaves = mood
        self.world.time += timedelta(seconds=waits)
        self.world.work(name, [(points, getattr(self.world, what)) for points, what in coming])

    @rule(data=st.data())
    def the_operator_tries_again(self, data):
        stuck = [one for one in self.world.deliveries() if one.state in {"DEAD", "WITHHELD", "RETRY_WAIT", "UNKNOWN"}]
        if stuck:
            self.world.store.retry(data.draw(st.sampled_from(stuck)).id, self.world.time)

    @rule()
    def everything_comes_right_in_the_end(self):
        self.world.everything_comes_right()
        assert list(self.model.unfinished(self.world.standing(), self.world.time)) == []

    @invariant()
    def nothing_is_wrong(self):
        self.model.sees(self.world.time)
        assert self.model.wrongs == []
        assert list(self.model.unaccounted(self.world.standing(), self.world.time)) == []


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    recipients = [
        {"name": kind, "kind": kind, "organisation": number, "endpoint": f"https://{kind}.example/inbox"}
        for kind, number in ORGANISATIONS.items()
    ]
    settings = Settings(database=tmp_path_factory.mktemp("opened") / "samsyn.db", recipients=recipients)
    gateway = open_gateway(settings, lambda: NOON)
    yield gateway
    gateway.store.close()


def test_whatever_happens(opened):
    WhateverHappens.opened = opened
    run_state_machine_as_test(WhateverHappens)
