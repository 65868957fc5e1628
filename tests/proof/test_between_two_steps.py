"""At every point of an attempt, whatever the recipient makes of it, something happens; then all is well again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import names
import pytest
from recipients_as_told import BEHAVIOURS
from reference_model import Consent, Relation
from worlds import FORSAKRINGSKASSAN, NOON, PERSON, SETS
from worlds_that_fail import World

POINTS = range(10)
"""An attempt of two tries has fewer."""


@pytest.fixture
def begin(opened, tmp_path):
    """Begins a story: a certificate is there, and a consent to one recipient, who behaves like this."""
    worlds = []

    def begun(behaves, relation=None):
        world = World(opened, tmp_path / f"{len(worlds)}.db")
        worlds.append(world)
        year = timedelta(days=365)
        world.give(Consent(PERSON, SETS[FORSAKRINGSKASSAN], FORSAKRINGSKASSAN, NOON, NOON + year))
        world.register(PERSON, relation)
        world.recipients[FORSAKRINGSKASSAN].behaves = behaves
        return world

    with names.in_the_order_they_are_made():
        yield begun
    for world in worlds:
        world.store.itself.close()


def _stands(world):
    [state] = [
        one.state for part, one in world.standing().items() if part.kind == FORSAKRINGSKASSAN and not part.is_notice
    ]
    return state


def _wrong(world):
    standing = world.standing()
    world.model.sees(standing, world.time)
    return [*world.model.wrongs, *world.model.unaccounted(standing, world.time)]


@pytest.mark.parametrize("behaves", BEHAVIOURS)
@pytest.mark.parametrize(
    "what",
    ["crash", "withdraw_all", "stop_all", "revoke_all", "another_takes_over", "renew_all", "replace_first"],
)
def test_whatever_happens_between_two_steps_nothing_is_wrong_then_nor_later(begin, what, behaves):
    for point in POINTS:
        world = begin(behaves)
        world.work("one", [(point, getattr(world, what))])
        assert _wrong(world) == [], point

        world.everything_comes_right()
        assert _wrong(world) == [], point
        assert list(world.model.unfinished(world.standing(), world.time)) == [], point


@pytest.mark.parametrize("behaves", ["up", "silent", "takes it, and is silent", "refuses"])
def test_what_was_replaced_and_comes_between_two_steps_never_leaves_after_what_replaces_it(begin, behaves):
    for point in POINTS:
        world = begin(behaves, Relation("ERSATT", str(uuid.uuid4())))
        world.work("one", [(point, world.let_all_come)])
        assert _wrong(world) == [], point

        world.everything_comes_right()
        assert _wrong(world) == [], point
        assert list(world.model.unfinished(world.standing(), world.time)) == [], point


@pytest.mark.parametrize("behaves", ["up", "silent", "takes it, and is silent", "refuses"])
def test_what_was_refused_and_is_set_going_between_two_steps_never_leaves_after_what_replaces_it(begin, behaves):
    for point in POINTS:
        world = begin("refuses")
        world.work("one")
        world.replace_first()
        world.recipients[FORSAKRINGSKASSAN].behaves = behaves
        world.work("one", [(point, world.try_all_again)])
        assert _wrong(world) == [], point

        world.everything_comes_right()
        assert _wrong(world) == [], point


@pytest.mark.parametrize("behaves", ["refuses", "silent", "down", "takes it, and is silent"])
def test_of_a_revoked_certificate_nobody_gets_another_edition_whatever_came_of_the_one_before(begin, behaves):
    for first in ("silent", "refuses"):
        world = begin(first)
        world.work("one")
        world.recipients[FORSAKRINGSKASSAN].behaves = behaves
        world.time += timedelta(hours=1)
        world.work("one")
        world.renew_all()
        world.revoke_all()
        world.try_all_again()

        world.everything_comes_right()

        assert _wrong(world) == [], first
        assert list(world.model.unfinished(world.standing(), world.time)) == [], first


def test_a_withdrawal_before_the_last_look_lets_nothing_leave_and_one_after_it_comes_too_late(begin):
    ends = []
    for point in POINTS:
        world = begin("up")
        world.work("one", [(point, world.withdraw_all)])
        ends.append((world.model.sent, _stands(world)))

    before, after = (0, "WITHHELD"), (1, "DELIVERED")
    assert ends == sorted(ends)
    assert set(ends) == {before, after}


def test_the_road_takes_the_steps_whose_every_order_is_tried(begin):
    world = begin("up")

    world.work("one")

    steps = [one for one in world.store.calls if one in {"claim_due", "authorise", "record"}]
    assert steps == ["claim_due", "authorise", "record", "claim_due"]


@pytest.mark.parametrize("behaves", ["up", "takes it, and is silent", "takes it, and says that it is down"])
def test_a_worker_that_dies_anywhere_costs_no_certificate_and_no_second_effect(begin, behaves):
    for point in POINTS:
        world = begin(behaves)
        world.work("one", [(point, world.crash)])

        world.everything_comes_right()

        assert _stands(world) == "DELIVERED"
        assert [len(taken) for taken in world.model.effects.values()] == [1]
