"""Smittskydd: the wish to leave out the diagnosis is refused aloud, and nothing leaves instead."""

from __future__ import annotations

from worlds import EMPLOYER, certificate, consent_of

SET = "arbetsgivaruppgift-utokad"


def test_a_certificate_on_infection_control_waits_until_the_person_shares_the_diagnosis_too(world):
    without = consent_of(EMPLOYER, SET)
    with_it = without["provision"].pop("provision")
    assert world.give(without).status_code == 201
    world.hand_in(certificate(version=1, case="smittskydd"))
    world.deliver()

    assert world.agencies[EMPLOYER].requests == []
    assert (world.states()[SET], world.reasons()[SET]) == ("HELD_WISH", "cannot-be-withheld")
    told = [entry.detail for entry in world.gateway.store.log() if entry.event == "delivery.held_wish"]
    assert told == ["cannot-be-withheld"]

    assert world.give({**without, "provision": {**without["provision"], "provision": with_it}}).status_code == 201
    world.deliver()
    [received] = world.agencies[EMPLOYER].received
    assert "Z22.3" in str(received) or "Z223" in str(received)
