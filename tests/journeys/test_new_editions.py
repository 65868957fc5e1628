"""New editions of a message's sets: all who had the old one get the new one, and nobody does once it is revoked."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from worlds import EMPLOYER, FORSAKRINGSKASSAN, MAPPINGS, SETS, failing

from gateway.deliveries import DeliveryState, Wanted
from gateway.redriving import drive, look
from gateway.rules import load_rules


@pytest.fixture
def _all_titled_otherwise(world, tmp_path):
    """Two sets of one message, delivered, and mappings since then that make another edition of both."""
    for kind in (FORSAKRINGSKASSAN, EMPLOYER):
        world.consent(kind)
    world.hand_in()
    world.deliver()
    shutil.copytree(MAPPINGS, tmp_path, dirs_exist_ok=True)
    for kind in (FORSAKRINGSKASSAN, EMPLOYER):
        file = tmp_path / f"information_sets/{SETS[kind]}/set.yaml"
        file.write_text(file.read_text("utf-8").replace("\ntitle: ", "\ntitle: Nytt: ").replace("Nytt: ", "Nytt "))
    world.gateway = replace(world.gateway, rules=load_rules(mappings=tmp_path))


def _driven(world, state=DeliveryState.DELIVERED, set_name="", *, renewing):
    found = look(Wanted(frozenset({state}), set_name=set_name), world.gateway.store, renewing=renewing)
    return list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_a_new_edition_reaches_those_too_whose_turn_comes_in_a_later_wave(world):
    first, second = _driven(world, renewing=True)

    assert (first.size, second.size) == (1, 1)
    assert [len(world.agencies[kind].received) for kind in (FORSAKRINGSKASSAN, EMPLOYER)] == [2, 2]


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_a_certificate_that_is_revoked_is_not_sent_in_an_edition_that_was_refused_before(world):
    agency = world.agencies[FORSAKRINGSKASSAN]
    agency.failures = [failing(400)]
    _driven(world, set_name=SETS[FORSAKRINGSKASSAN], renewing=True)
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "DEAD"
    assert world.revoke()[0] == "OK"
    world.deliver()
    asked = len(agency.requests)

    _driven(world, DeliveryState.DEAD, renewing=False)

    assert len(agency.requests) == asked
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "CANCELLED"
