"""F18: whatever the way out, the same consents and facts let the same through.

What is expected stands in a table (`situations`), and the ways in another (`ways_out`). Nothing of either comes from
the code under test.
"""

from __future__ import annotations

from itertools import product

import pytest
from asking import more_agencies
from situations import SITUATIONS
from stages import Stage
from ways_out import WAYS
from worlds import ORGANISATIONS, Agency, Post, known_rules

from gateway.app import open_gateway


def comes_about(way, situation):
    """Say whether a situation can come about on a way."""
    # A policy is retired at a start, and no attempt outlives one.
    return (way, situation) != ("quick try", "retired policy")


CASES = [
    pytest.param(way, situation, id=f"{way}: {situation}")
    for way, situation in product(WAYS, SITUATIONS)
    if comes_about(way, situation)
]


@pytest.fixture(scope="module")
def agencies():
    return {kind: Agency(kind) for kind in ORGANISATIONS}


@pytest.fixture(scope="module")
def loaded():
    """What the first world loads, and the others share."""
    return []


@pytest.fixture
def stage(settings, agencies, loaded, situation):
    if not loaded:
        loaded.append(open_gateway(settings, transport=Post(agencies), rules=known_rules(settings)))
    for agency in agencies.values():
        agency.failures, agency.requests, agency.effects = [], [], {}
    asking = settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})
    stage = Stage(loaded[0], agencies, asking, SITUATIONS[situation])
    yield stage
    stage.gateway.store.close()


@pytest.mark.parametrize(("way", "situation"), CASES)
def test_f18_every_way_out_lets_through_what_the_table_says(stage, way, situation):
    expected = SITUATIONS[situation]

    assert WAYS[way](stage) == (expected.permitted, expected.reason)


def test_the_table_has_what_it_has_to_have():
    assert len(SITUATIONS) >= 12
    assert len(WAYS) >= 9
    assert {one.permitted for one in SITUATIONS.values()} == {True, False}
