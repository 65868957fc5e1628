"""A recipient gets what replaces or completes a certificate after it, or instead of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asking import search
from test_related_certificates import A, B, C, related
from worlds import FORSAKRINGSKASSAN, MUNICIPALITY, SETS, World, certificate, failing, silent

from gateway.deliveries import DeliveryState, Wanted
from gateway.exchange import deliver
from gateway.redriving import drive, look, try_again

FK_SET = SETS[FORSAKRINGSKASSAN]
UP_AGAIN = timedelta(hours=1)


def stands(world: World, set_name: str = FK_SET) -> dict[str, str]:
    """How a set of each certificate stands, by the certificate's id."""
    found = [one for one in world.gateway.store.deliveries() if one.set_name == set_name]
    return {one.certificate.extension.lower(): one.state.value for one in found}


def received(world: World, kind: str = FORSAKRINGSKASSAN) -> list[str]:
    """The ids of the certificates that a recipient has got, in the order it got them."""
    values = [one["entry"][0]["resource"]["identifier"]["value"] for one in world.agencies[kind].received]
    return [value.removeprefix("urn:uuid:") for value in values]


def hand_in(world: World, *contents: bytes) -> None:
    for content in contents:
        world.hand_in(content)


@pytest.mark.parametrize("kind", ["ERSATT", "KOMPLT"])
def test_c11_what_comes_after_waits_until_what_comes_before_has_arrived(world, kind):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, kind, A))
    world.deliver()
    assert stands(world) == {A: "RETRY_WAIT", B: "HELD_ORDER"}

    world.wait(UP_AGAIN)
    world.deliver()

    assert stands(world) == {A: "DELIVERED", B: "DELIVERED"}
    assert received(world) == [A, B]


@pytest.mark.parametrize("kind", ["FRLANG", "KOPIA"])
def test_what_prolongs_or_copies_a_certificate_stands_for_itself_and_waits_for_nothing(world, kind):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.wait(timedelta(seconds=1))
    world.hand_in(related(B, kind, A))
    world.deliver()

    assert stands(world) == {A: "RETRY_WAIT", B: "DELIVERED"}


def test_c11_a_chain_that_comes_all_at_once_arrives_in_its_order_whoever_is_claimed_first(world):
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A), related(C, "ERSATT", B))
    world.consent(FORSAKRINGSKASSAN)
    claimed = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world")

    for one in sorted(claimed, key=lambda one: one.certificate.extension, reverse=True):
        deliver(one, world.gateway)
    world.deliver()

    assert received(world) == [A, B, C]


def test_c11_what_was_replaced_and_comes_late_is_not_sent_after_what_replaces_it(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, related(C, "ERSATT", B))
    world.deliver()
    hand_in(world, related(B, "ERSATT", A))
    world.deliver()
    hand_in(world, certificate(id_=A))
    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "SUPERSEDED", C: "DELIVERED"}
    assert received(world) == [C]


def test_c11_what_was_replaced_is_not_sent_to_who_has_read_what_replaces_it(world):
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400), failing(400)]
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, certificate(id_=A))
    world.deliver()
    hand_in(world, related(B, "ERSATT", A))
    world.deliver()
    assert stands(world) == {A: "DEAD", B: "DEAD"}
    assert search(world).json()["total"] == 2

    [first] = [
        one
        for one in world.gateway.store.deliveries()
        if (one.set_name, one.certificate.extension.lower()) == (FK_SET, A)
    ]
    try_again(first.id, world.gateway.store, world.time)
    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "DEAD"}
    assert received(world) == []


def _b_may_have_been_taken(world: World) -> str:
    """Försäkringskassan may have taken B; A, which it replaces, comes late. Returns the id of the consent."""
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    hand_in(world, related(B, "ERSATT", A))
    world.deliver()
    return id_


def test_c11_what_was_replaced_waits_while_nobody_knows_whether_what_replaces_it_was_taken(world):
    _b_may_have_been_taken(world)
    hand_in(world, certificate(id_=A))
    world.deliver()
    assert stands(world) == {A: "HELD_ORDER", B: "UNKNOWN"}

    world.wait(UP_AGAIN)
    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "DELIVERED"}
    assert received(world) == [B]


def test_c11_what_was_replaced_goes_once_what_replaces_it_is_refused(world):
    _b_may_have_been_taken(world)
    hand_in(world, certificate(id_=A))
    world.deliver()
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]

    world.wait(UP_AGAIN)
    world.deliver()

    assert stands(world) == {A: "DELIVERED", B: "DEAD"}
    assert received(world) == [A]


def test_c11_all_of_a_chain_waits_for_its_last_and_none_for_ever(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    hand_in(world, related(C, "ERSATT", B))
    world.deliver()
    hand_in(world, related(B, "ERSATT", A), certificate(id_=A))
    world.deliver()
    assert stands(world) == {A: "HELD_ORDER", B: "HELD_ORDER", C: "UNKNOWN"}

    world.wait(UP_AGAIN)
    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "SUPERSEDED", C: "DELIVERED"}


def test_c11_who_may_have_a_replacement_of_which_nobody_asks_any_more_gets_nothing_older(world):
    world.withdraw(_b_may_have_been_taken(world), FORSAKRINGSKASSAN)
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, certificate(id_=A))

    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "WITHHELD"}
    assert received(world) == []


def test_c11_what_may_have_been_taken_is_repeated_although_what_it_replaces_has_come_and_not_gone(world):
    _b_may_have_been_taken(world)
    world.wait(UP_AGAIN)
    hand_in(world, certificate(id_=A))
    world.deliver()

    assert stands(world) == {A: "SUPERSEDED", B: "DELIVERED"}
    assert received(world) == [B]


def test_one_that_the_recipient_refuses_does_not_hold_up_what_replaces_it(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()

    assert stands(world) == {A: "DEAD", B: "DELIVERED"}
    found = look(Wanted(frozenset({DeliveryState.DEAD})), world.gateway.store, renewing=False)
    list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))
    assert stands(world) == {A: "SUPERSEDED", B: "DELIVERED"}


def test_a_recipient_that_is_down_holds_up_nobody_else(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(MUNICIPALITY)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()

    assert stands(world)[B] == "HELD_ORDER"
    assert stands(world, SETS[MUNICIPALITY]) == {A: "DELIVERED", B: "DELIVERED"}


def test_a_recipient_that_is_down_for_one_certificate_gets_the_others(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    hand_in(world, related(B, "ERSATT", A), certificate(id_=C))
    world.wait(timedelta(seconds=1))
    world.deliver()

    assert stands(world) == {A: "RETRY_WAIT", B: "HELD_ORDER", C: "DELIVERED"}


def test_what_waits_for_its_turn_is_withheld_by_a_withdrawal(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()

    world.withdraw(id_, FORSAKRINGSKASSAN)

    assert stands(world) == {A: "WITHHELD", B: "WITHHELD"}
    world.wait(UP_AGAIN)
    world.deliver()
    assert received(world) == []


def test_what_waits_for_its_turn_is_cancelled_by_a_revocation(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()

    assert world.revoke(B)[0] == "OK"

    assert stands(world)[B] == "CANCELLED"


def test_one_that_is_let_go_on_is_told_in_the_log(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()
    world.wait(UP_AGAIN)
    world.deliver()

    why = ("earlier-certificate-first", "what-it-waited-for-is-over")
    told = [entry.event for entry in world.gateway.store.log() if entry.detail in why]

    assert told == ["delivery.held_order", "delivery.ready"]


@pytest.mark.parametrize(
    ("answer", "state", "got"), [(503, {A: "SUPERSEDED", B: "DELIVERED"}, B), (400, {A: "DELIVERED", B: "DEAD"}, A)]
)
def test_one_that_comes_while_what_replaces_it_is_being_sent_and_not_taken_waits_for_that_alone(
    world, answer, state, got
):
    def the_earlier_one_comes():
        world.hand_in(certificate(id_=A))
        world.deliver()
        assert stands(world)[A] == "HELD_ORDER"
        return failing(answer)()

    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [the_earlier_one_comes]
    world.hand_in(related(B, "ERSATT", A))
    world.deliver()
    world.wait(UP_AGAIN)
    world.deliver()

    assert stands(world) == state
    assert received(world) == [got]
