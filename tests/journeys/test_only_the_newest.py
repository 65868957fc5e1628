"""A recipient that is to have only the newest of certificates that replace each other."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from asking import ids, search
from test_certificates_come_in_order import UP_AGAIN, hand_in, received, stands
from test_related_certificates import A, B, C, related
from worlds import (
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    SETS,
    SOMEBODY_ELSE,
    certificate,
    consent_of,
    failing,
    silent,
)

from gateway.exchange import deliver
from gateway.explaining import explain, explain_to
from gateway.identity import OrganisationNumber

UNKNOWN_ANSWER = (b"  </r:intyg>", b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>')
CHAIN = {A: certificate(id_=A), B: related(B, "ERSATT", A), C: related(C, "ERSATT", B)}


@pytest.fixture
def settings(settings):
    """Of the recipients, Försäkringskassan is the one that is to have the newest only."""
    others = [one for one in settings.recipients if one.kind != FORSAKRINGSKASSAN]
    [agency] = [one for one in settings.recipients if one.kind == FORSAKRINGSKASSAN]
    return settings.model_copy(update={"recipients": (agency.model_copy(update={"only_newest": True}), *others)})


@pytest.mark.parametrize("came", list(permutations(CHAIN.values())), ids=["ABC", "ACB", "BAC", "BCA", "CAB", "CBA"])
def test_c11_of_a_chain_that_waits_only_the_newest_is_sent_in_whatever_order_it_came_and_is_claimed(world, came):
    hand_in(world, *came)
    world.consent(FORSAKRINGSKASSAN)
    claimed = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world")

    for one in claimed:
        deliver(one, world.gateway)
    world.deliver()

    assert received(world) == [C]
    assert stands(world)[C] == "DELIVERED"
    assert {stands(world)[A], stands(world)[B]} <= {"CANCELLED", "SUPERSEDED"}


def test_the_others_get_all_of_it(world):
    world.consent(MUNICIPALITY)
    hand_in(world, *CHAIN.values())
    world.deliver()

    assert stands(world, SETS[MUNICIPALITY]) == {A: "DELIVERED", B: "DELIVERED", C: "DELIVERED"}


def test_what_is_the_newest_today_is_sent_today_and_what_replaces_it_later(world):
    world.consent(FORSAKRINGSKASSAN)
    for one in CHAIN.values():
        world.hand_in(one)
        world.deliver()

    assert received(world) == [A, B, C]


def test_what_was_not_taken_waits_no_more_once_something_newer_does(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)] * 6
    hand_in(world, CHAIN[A])
    world.deliver()
    hand_in(world, CHAIN[B])
    world.wait(timedelta(seconds=1))
    world.deliver()
    assert stands(world) == {A: "RETRY_WAIT", B: "RETRY_WAIT"}

    world.agencies[FORSAKRINGSKASSAN].failures = []
    world.wait(UP_AGAIN)
    world.deliver()

    assert received(world) == [B]
    assert (stands(world)[B], stands(world)[A] in {"CANCELLED", "SUPERSEDED"}) == ("DELIVERED", True)


def test_what_may_have_been_taken_is_repeated_and_what_replaces_it_comes_after(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    hand_in(world, CHAIN[A])
    world.deliver()
    hand_in(world, CHAIN[B])
    world.wait(timedelta(seconds=1))
    world.deliver()
    assert stands(world) == {A: "UNKNOWN", B: "HELD_ORDER"}

    world.wait(UP_AGAIN)
    world.deliver()

    assert received(world) == [A, B]


def test_what_is_being_sent_when_something_newer_comes_is_followed_by_it(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, CHAIN[A])

    def something_newer_comes():
        hand_in(world, CHAIN[B])
        world.deliver()
        assert stands(world)[B] == "HELD_ORDER"
        return silent()

    world.agencies[FORSAKRINGSKASSAN].failures = [something_newer_comes]
    world.deliver()
    world.wait(UP_AGAIN)
    world.deliver()

    assert received(world) == [A, B]


def test_something_newer_that_may_not_leave_stops_nothing(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, CHAIN[B].replace(*UNKNOWN_ANSWER), CHAIN[A])
    world.deliver()

    assert stands(world) == {A: "DELIVERED", B: "HELD_MAPPING"}


def test_something_newer_about_somebody_else_stops_nothing(world):
    world.consent(FORSAKRINGSKASSAN)
    world.give(consent_of(FORSAKRINGSKASSAN, person=SOMEBODY_ELSE))
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A, person=SOMEBODY_ELSE))
    world.deliver()

    assert stands(world) == {A: "DELIVERED", B: "DELIVERED"}


@pytest.mark.parametrize("kind", ["KOMPLT", "FRLANG", "KOPIA"])
def test_what_does_not_replace_a_certificate_does_not_take_its_place(world, kind):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, certificate(id_=A), related(B, kind, A))
    world.deliver()

    assert stands(world) == {A: "DELIVERED", B: "DELIVERED"}


def test_what_completes_a_certificate_that_was_called_off_is_sent(world):
    hand_in(world, certificate(id_=A), related(B, "KOMPLT", A), related(C, "ERSATT", A))
    world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    assert sorted(received(world)) == [B, C]


def test_an_agency_that_asks_itself_sees_all_of_it(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, *CHAIN.values())
    world.deliver()

    assert len(ids(search(world))) == 3


def test_why_it_was_called_off_is_told_in_swedish(world):
    hand_in(world, *CHAIN.values())
    world.consent(FORSAKRINGSKASSAN)
    claimed = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world")
    [first] = [one for one in claimed if one.certificate.extension.lower() == A]
    deliver(first, world.gateway)
    assert (stands(world)[A], world.gateway.store.delivery(first.id)[0].reason) == ("CANCELLED", "only-newest")

    caller = OrganisationNumber(first.organisation.digits)
    told = [explain(first.id, world.gateway), explain_to(caller, first.id, world.gateway)]

    assert {one.standing for one in told} == {
        "Den ställdes in: av intyg som ersätter varandra får forsakringskassan (202100-5521) bara det nyaste."
    }
    assert [one.changes for one in told] == [(), ()]
