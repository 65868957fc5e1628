from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from worlds import EMPLOYER, FORSAKRINGSKASSAN, NOON, SETS, consent_of, failing, silent, unreachable

from gateway.app import worker_of
from gateway.consent import decide
from gateway.deliveries import DeliveryState
from gateway.exchange import deliver
from gateway.redriving import try_again
from gateway.settings import Settings
from gateway.stops import Scope, Stop

FK_SET = SETS[FORSAKRINGSKASSAN]


def _delivery(world, set_name=FK_SET):
    [delivery] = [one for one in world.gateway.store.deliveries() if one.set_name == set_name]
    return world.gateway.store.delivery(delivery.id)


@pytest.mark.parametrize("down", [[unreachable] * 3, [failing(503)], [failing(500)]])
def test_b01_a_recipient_that_is_down_and_then_up_gets_what_waited_for_it(world, down):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = list(down)
    world.hand_in()
    world.deliver()
    assert world.states()[FK_SET] == "RETRY_WAIT"

    world.wait(timedelta(seconds=73))
    world.deliver()

    assert world.states()[FK_SET] == "DELIVERED"
    _, attempts = _delivery(world)
    assert [(one.number, one.outcome) for one in attempts] == [(1, "RETRY_WAIT"), (2, "DELIVERED")]
    assert attempts[1].reference == "arende-1"


@pytest.mark.parametrize("answered", [500, 503, 408, 425])
def test_b01_an_attempt_ends_with_the_first_try_that_is_answered_and_keeps_what_was_said(world, answered):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable, failing(answered), unreachable, unreachable]
    world.hand_in()
    world.deliver()

    _, [attempt] = _delivery(world)
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 2
    assert (attempt.outcome, attempt.reason, attempt.status) == ("RETRY_WAIT", f"HTTP {answered}", answered)


def test_while_it_waits_nothing_is_tried(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 3
    world.hand_in()
    world.deliver()
    tries = len(world.agencies[FORSAKRINGSKASSAN].requests)

    world.wait(timedelta(seconds=47))
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == tries == 3


def test_b06_a_recipient_that_asks_for_time_is_given_it_and_is_not_tried_again_at_once(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503, {"Retry-After": "3600"})]
    world.hand_in()
    world.deliver()
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1

    world.wait(timedelta(minutes=59))
    world.deliver()
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1

    world.wait(timedelta(minutes=1))
    world.deliver()
    assert world.states()[FK_SET] == "DELIVERED"


@pytest.mark.parametrize("status", [400, 403, 422])
def test_b02_a_recipient_that_refuses_is_not_asked_again_until_a_person_says_so(world, status):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(status)]
    world.hand_in()
    world.deliver()
    delivery, attempts = _delivery(world)
    assert (delivery.state, delivery.reason) == (DeliveryState.DEAD, f"rejected: HTTP {status}")
    assert [(one.outcome, one.status, len(one.answer)) for one in attempts] == [("DEAD", status, 64)]
    world.wait(timedelta(days=30))
    world.deliver()
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1

    try_again(delivery.id, world.gateway.store, world.time)
    world.deliver()

    assert world.states()[FK_SET] == "DELIVERED"
    assert len(attempts) == 1


def test_b05_what_the_recipient_knows_to_be_revoked_is_superseded_and_not_tried_again(world):
    revoked = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "deleted"}]}
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [lambda: httpx.Response(409, json=revoked)]
    world.hand_in()
    world.deliver()
    world.wait(timedelta(days=30))
    world.deliver()

    assert (world.states()[FK_SET], world.reasons()[FK_SET]) == ("SUPERSEDED", "HTTP 409: revoked")
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


def test_a_retry_by_hand_asks_for_consent_anew(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]
    world.hand_in()
    world.deliver()
    world.withdraw(consent, FORSAKRINGSKASSAN)
    delivery, _ = _delivery(world)

    try_again(delivery.id, world.gateway.store, world.time)
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1
    assert world.states()[FK_SET] == "WITHHELD"


def test_b09_an_attempt_that_nobody_answers_is_repeated_under_the_same_key(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.hand_in()
    world.deliver()
    assert world.states()[FK_SET] == "UNKNOWN"

    world.wait(timedelta(seconds=73))
    world.deliver()

    first, second = world.agencies[FORSAKRINGSKASSAN].requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.content == second.content
    assert world.states()[FK_SET] == "DELIVERED"


def test_b01_a_recipient_that_never_comes_back_ends_as_a_dead_letter(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)] * 1000
    world.hand_in()

    for _ in range(30):
        world.deliver()
        delivery, attempts = _delivery(world)
        world.time = delivery.due_at or world.time

    assert (delivery.state, delivery.reason) == (DeliveryState.DEAD, "exhausted: HTTP 503")
    assert len(attempts) >= 25
    assert timedelta(days=20) < world.time - NOON <= timedelta(days=25)


def test_b01_what_slept_for_long_after_an_attempt_that_failed_is_tried_when_it_wakes_and_under_the_same_key(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    forbidden = consent_of(FORSAKRINGSKASSAN)
    until = {"start": NOON.isoformat(), "end": (NOON + timedelta(days=40)).isoformat()}
    forbidden["provision"] |= {"type": "deny", "period": until}
    assert world.give(forbidden).status_code == 201
    assert world.states()[FK_SET] == "HELD_CONSENT"

    world.wait(timedelta(days=41))
    world.deliver()

    delivery, attempts = _delivery(world)
    assert (delivery.state, len(attempts)) == (DeliveryState.DELIVERED, 2)
    assert len({one.headers["Idempotency-Key"] for one in world.agencies[FORSAKRINGSKASSAN].requests}) == 1


def test_b01_what_was_stopped_for_long_after_an_attempt_that_failed_is_tried_when_the_stop_is_lifted(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    world.gateway.store.stop(Stop(Scope.WORKERS, "", "Anna", "flytt", world.time))

    world.wait(timedelta(days=40))
    world.gateway.store.lift(Scope.WORKERS, "", "Anna", world.time)
    world.deliver()

    assert world.states()[FK_SET] == "DELIVERED"


def test_b06_a_recipient_that_asks_for_time_again_and_again_uses_up_no_attempts(world):
    """B06."""
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(429, {"Retry-After": "120"})] * 40
    world.hand_in()

    for _ in range(40):
        world.deliver()
        assert world.states()[FK_SET] == "RETRY_WAIT"
        world.wait(timedelta(seconds=120))
    world.deliver()

    delivery, attempts = _delivery(world)
    assert (delivery.state, delivery.attempts, len(attempts)) == (DeliveryState.DELIVERED, 1, 41)


def test_b27_a_mistake_of_ours_on_one_delivery_ends_it_after_three_attempts_and_the_others_go_on(world):
    """B27."""

    def broken():
        raise LookupError("Zebra 199002222397")

    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.agencies[FORSAKRINGSKASSAN].failures = [broken] * 3
    world.hand_in()
    worker = worker_of(world.gateway, Settings())

    for _ in range(4):
        for claimed in world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world"):
            try:
                worker.deliver(claimed)
            except LookupError as error:
                worker.give_up(claimed, error)
        world.wait(timedelta(days=1))

    delivery, attempts = _delivery(world)
    assert delivery.state is DeliveryState.DEAD
    assert re.fullmatch(r"internal-error: LookupError [0-9a-f]{12}", delivery.reason)
    assert [one.outcome for one in attempts] == ["UNKNOWN", "UNKNOWN", "UNKNOWN"]
    assert len({one.reason for one in attempts}) == 1
    assert world.agencies[EMPLOYER].sets == [SETS[EMPLOYER]]


def test_one_recipient_that_is_down_holds_up_no_other(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 3

    world.hand_in()
    world.deliver()

    assert world.agencies[EMPLOYER].sets == [SETS[EMPLOYER]]


def test_every_release_is_fhir_json_under_a_key_of_its_own(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)

    world.hand_in()
    world.deliver()

    requests = [request for agency in world.agencies.values() for request in agency.requests]
    assert {request.headers["Content-Type"] for request in requests} == {"application/fhir+json"}
    assert len({request.headers["Idempotency-Key"] for request in requests}) == len(requests) == 2


def test_a_mistake_of_ours_before_the_attempt_ends_as_a_dead_letter_too(world, monkeypatch):
    def broken(*_, **__):
        raise LookupError

    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    monkeypatch.setattr("gateway.exchange.decide", broken)
    worker = worker_of(world.gateway, Settings())

    for _ in range(40):
        for claimed in world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world"):
            with pytest.raises(LookupError):
                worker.deliver(claimed)
            worker.give_up(claimed, LookupError())
        world.wait(timedelta(days=2))

    assert world.states()[FK_SET] == "DEAD"
    assert world.agencies[FORSAKRINGSKASSAN].requests == []


def test_a_consent_withdrawn_between_two_quick_tries_stops_the_second(world):
    consent = world.consent(FORSAKRINGSKASSAN)

    def withdrawn_meanwhile():
        world.withdraw(consent, FORSAKRINGSKASSAN)
        return unreachable()

    world.agencies[FORSAKRINGSKASSAN].failures = [withdrawn_meanwhile]
    world.hand_in()
    world.deliver()
    world.wait(timedelta(days=1))
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1
    assert world.states()[FK_SET] == "WITHHELD"


def test_a_delivery_whose_every_worker_is_lost_ends_as_a_dead_letter(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    store = world.gateway.store

    for _ in range(40):
        for claimed in store.claim_due(world.time, timedelta(minutes=1), 10, "world"):
            if world.gateway.schedule.is_over(claimed, world.time):
                deliver(claimed, world.gateway)
            else:
                request = world.gateway.routing.request(
                    store.kept_sets(claimed.person, [FK_SET])[0], claimed.organisation
                )
                store.authorise(
                    claimed,
                    lambda consents, _, asked=request: decide(consents, asked, world.time),
                    world.time,
                    "forsakringskassan.example:443",
                )
        world.wait(timedelta(minutes=2))

    assert world.states()[FK_SET] == "DEAD"
    assert world.agencies[FORSAKRINGSKASSAN].requests == []
