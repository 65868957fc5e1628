"""F19: an operator stops what leaves, and no way out is open meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from worlds import EMPLOYER, FORSAKRINGSKASSAN, NOON, ORGANISATIONS, PERSON, SETS

from gateway.exchange import deliver
from gateway.stops import Scope, Stop

FK_SET = SETS[FORSAKRINGSKASSAN]
AGENCY = Stop(Scope.ORGANISATION, ORGANISATIONS[FORSAKRINGSKASSAN], "Anna", "fel adress", NOON)
STOPS = [
    AGENCY,
    Stop(Scope.KIND, FORSAKRINGSKASSAN, "Anna", "fel adress", NOON),
    Stop(Scope.SET, FK_SET, "Anna", "fel i mängden", NOON),
    Stop(Scope.EVERYTHING, "", "Anna", "intrång", NOON),
]


def _total(world):
    return world.search(patient_identifier=PERSON).json()["total"]


@pytest.fixture
def consented(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    return world


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.scope)
def test_f19_nothing_is_sent_to_a_stopped_recipient_and_nothing_is_lost(consented, stop):
    world = consented
    world.gateway.store.stop(stop)
    world.hand_in()
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.states()[FK_SET] == "READY"
    assert world.agencies[EMPLOYER].sets == ([] if stop.scope is Scope.EVERYTHING else [SETS[EMPLOYER]])

    world.gateway.store.lift(stop.scope, stop.name, "Bo", world.time)
    world.deliver()
    assert world.states()[FK_SET] == "READY"
    world.gateway.store.lift(stop.scope, stop.name, "Cilla", world.time)
    world.deliver()
    assert world.states()[FK_SET] == "DELIVERED"
    assert world.agencies[EMPLOYER].sets == [SETS[EMPLOYER]]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.scope)
def test_f19_what_a_worker_has_claimed_already_does_not_leave_either(consented, stop):
    world = consented
    world.hand_in()
    claimed = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world")
    world.gateway.store.stop(stop)

    for delivery in claimed:
        deliver(delivery, world.gateway)

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert (world.states()[FK_SET], world.reasons()[FK_SET]) == ("READY", "stopped")
    assert world.agencies[EMPLOYER].sets == ([] if stop.scope is Scope.EVERYTHING else [SETS[EMPLOYER]])


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.scope)
def test_f19_a_stopped_organisation_finds_nothing_when_it_asks(consented, stop):
    world = consented
    world.hand_in()
    assert _total(world) == 1

    world.gateway.store.stop(stop)

    assert _total(world) == 0


def test_a_pause_stops_the_workers_and_lets_agencies_read(consented):
    world = consented
    world.gateway.store.stop(Stop(Scope.WORKERS, "", "Anna", "underhåll", NOON))
    world.hand_in()
    world.deliver()

    assert world.states()[FK_SET] == "READY"
    assert _total(world) == 1
    world.gateway.store.lift(Scope.WORKERS, "", "Anna", world.time)
    world.deliver()
    assert world.states()[FK_SET] == "DELIVERED"
