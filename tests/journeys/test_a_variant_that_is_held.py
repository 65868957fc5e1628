"""One variant of a set waits for a person to look: whoever is let have another variant gets that one."""

from __future__ import annotations

import pytest
from asking import EMPLOYERS_TOKEN, found, more_agencies, search
from worlds import EMPLOYER, certificate, consent_of

SET = "arbetsgivaruppgift-utokad"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


@pytest.fixture
def named():
    """A consent that shares the diagnosis too."""
    return consent_of(EMPLOYER, SET)


@pytest.fixture
def without(named):
    """The same without the diagnosis."""
    return {**named, "provision": {name: one for name, one in named["provision"].items() if name != "provision"}}


@pytest.fixture
def telling():
    """A certificate in whose free text the diagnosis stands, too: without its section it still tells."""
    text = certificate().decode()
    told = text.split('<c:delsvar id="35.1">')[1].split("<")[0]
    return text.replace(told, f"{told} Patienten har Anpassningsstörning F43.2.", 1).encode()


def test_a_set_that_is_held_without_the_diagnosis_leaves_once_the_person_shares_that(world, without, named, telling):
    world.give(without)
    world.hand_in(telling)
    world.deliver()
    assert (world.states()[SET], world.agencies[EMPLOYER].requests) == ("HELD_LEAK", [])

    world.give(named)
    world.deliver()

    assert world.states()[SET] == "DELIVERED"
    assert "F43" in str(world.agencies[EMPLOYER].received)


def test_a_person_who_shares_less_later_leaves_it_held(world, without, named, telling):
    shared = world.give(named).json()["id"]
    world.agencies[EMPLOYER].failures = [lambda: pytest.fail("nothing is tried")]
    world.http.put(f"/fhir/Consent/{shared}", json=without)
    world.hand_in(telling)
    world.deliver()

    assert world.states()[SET] == "HELD_LEAK"


def test_what_is_held_is_not_counted_for_who_reads(world, without, named, telling):
    world.give(without)
    world.hand_in(telling)

    answer = search(world, EMPLOYERS_TOKEN)
    assert (answer.json()["total"], found(answer)) == (0, [])

    world.give(named)
    answer = search(world, EMPLOYERS_TOKEN)
    assert (answer.json()["total"], len(found(answer))) == (1, 1)
