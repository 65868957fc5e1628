"""One recipient in trouble, however much waits for it; the rows B06, B08, B13, B17, B19 and B25 of the fault table."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import tenacity
from click.testing import CliRunner
from worlds import EMPLOYER, FORSAKRINGSKASSAN, ORGANISATIONS, SETS, certificate, failing, silent, unreachable

from gateway.__main__ import samsyn
from gateway.exchange import deliver

FK_SET = SETS[FORSAKRINGSKASSAN]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pile(world):
    """Certificates that wait for Försäkringskassan; each attempt is one try, so that requests are attempts."""
    world.consent(FORSAKRINGSKASSAN)
    once = tenacity.Retrying(stop=tenacity.stop_after_attempt(1), reraise=True)
    world.gateway = replace(world.gateway, tries=once)

    def pile(number):
        for _ in range(number):
            world.hand_in(certificate(id_=str(uuid.uuid4())))

    return pile


def _agency(world):
    return world.agencies[FORSAKRINGSKASSAN]


def _states(world):
    return [one.state.value for one in world.gateway.store.deliveries(limit=1000) if one.set_name == FK_SET]


def _handed_in(world):
    """The deliveries, in the order in which their certificates came."""
    return [one for one in world.gateway.store.deliveries(limit=1000)[::-1] if one.set_name == FK_SET]


def _attempts(world, delivery):
    return world.gateway.store.delivery(delivery.id)[1]


def _standing(world):
    [found] = [
        one for one in world.gateway.store.recipients() if one.organisation.digits == ORGANISATIONS[FORSAKRINGSKASSAN]
    ]
    return found


def _incidents(world):
    return [one.detail for one in world.gateway.store.log() if one.event.startswith("incident.")]


@pytest.mark.parametrize("down", [unreachable, failing(500), silent])
def test_b08_a_recipient_that_is_down_is_asked_by_one_delivery_at_a_time_and_is_one_incident(world, pile, down):
    """B08."""
    _agency(world).failures = [down] * 1000
    pile(20)
    world.deliver()
    asked = len(_agency(world).requests)
    assert asked == 5
    assert _states(world).count("READY") == 20 - asked

    for _ in range(4):
        world.time = _standing(world).standing.not_before
        world.deliver()
        asked += 1
        assert len(_agency(world).requests) == asked

    assert _standing(world).standing.word(world.time) == "down"
    assert len(_incidents(world)) == 1
    assert _incidents(world)[0].startswith(f"{ORGANISATIONS[FORSAKRINGSKASSAN]} failing")


def test_b19_a_recipient_that_comes_back_gets_everything_little_by_little_and_in_order(world, pile):
    """B19: one, twice as many with each that it takes, and then any number; what fell due first goes first."""
    _agency(world).failures = [unreachable] * 12
    for _ in range(30):
        pile(1)
        world.wait(timedelta(seconds=1))
    waves = []
    for _ in range(40):
        is_down = bool(_agency(world).failures)
        claimed = world.gateway.store.claim_due(world.time, MINUTE, 5 if is_down else 100, "world")
        for one in claimed:
            deliver(one, world.gateway)
        waves += [] if is_down or not claimed else [len(claimed)]
        world.wait(20 * MINUTE)

    untried = [one.certificate.extension for one in _handed_in(world) if len(_attempts(world, one)) == 1]
    sent = [request.content for request in _agency(world).requests]
    order = [one for body in sent for one in untried if one.encode() in body]
    assert waves == [1, 2, 8, 19]
    assert len(untried) > 10
    assert order == untried
    assert _states(world) == ["DELIVERED"] * 30
    assert _standing(world).standing.word(world.time) == "up"
    assert len(_incidents(world)) == 2


def test_b19_while_one_is_down_the_others_get_theirs_at_once(world, pile):
    _agency(world).failures = [unreachable] * 1000
    pile(12)
    world.deliver()
    world.consent(EMPLOYER)
    world.deliver()

    assert world.agencies[EMPLOYER].sets == [SETS[EMPLOYER]] * 12


def test_b06_a_recipient_that_asks_for_time_gets_nothing_at_all_meanwhile(world, pile):
    """B06."""
    _agency(world).failures = [failing(429, {"Retry-After": "120"})] * 10
    pile(15)
    world.deliver()
    assert len(_agency(world).requests) == 1

    world.wait(timedelta(seconds=119))
    world.deliver()
    assert len(_agency(world).requests) == 1
    _agency(world).failures = []
    world.wait(timedelta(seconds=1))
    world.deliver()

    assert _states(world) == ["DELIVERED"] * 15
    assert _incidents(world) == []


@pytest.mark.parametrize("wait", ["Wed, 21 Oct 2099 07:28:00 GMT", "99999999"])
def test_b07_no_recipient_is_left_alone_for_longer_than_six_hours(world, pile, wait):
    """B07."""
    _agency(world).failures = [failing(503, {"Retry-After": wait})]
    pile(1)
    world.deliver()

    world.wait(timedelta(hours=6))
    world.deliver()

    assert _states(world) == ["DELIVERED"]


@pytest.mark.parametrize("wait", ["-5", "abc", "1e99", ""])
def test_b07_a_wait_that_cannot_be_read_is_the_first_of_the_schedule(world, pile, wait):
    """B07."""
    _agency(world).failures = [failing(503, {"Retry-After": wait})]
    pile(1)
    world.deliver()
    assert _states(world) == ["RETRY_WAIT"]

    world.wait(MINUTE)
    world.deliver()

    assert _states(world) == ["DELIVERED"]


def test_b13_a_redirect_stops_the_rest_at_once(world, pile):
    """B13."""
    _agency(world).failures = [failing(302, {"Location": "https://elsewhere.example"})] * 1000
    pile(1)
    world.deliver()
    pile(5)
    world.deliver()

    assert len(_agency(world).requests) == 1
    assert sorted(_states(world)) == [*["READY"] * 5, "RETRY_WAIT"]
    assert _standing(world).standing.incident.cause == "misconfigured"


def test_b25_a_closed_address_keeps_what_waits_until_a_person_has_it_tried_again(world, pile):
    """B25."""
    _agency(world).failures = [failing(410)]
    pile(1)
    world.deliver()
    pile(3)
    world.wait(timedelta(days=30))
    world.deliver()
    assert len(_agency(world).requests) == 1
    assert _states(world) == ["READY"] * 4
    assert _standing(world).standing.word(world.time) == "gone"

    world.gateway.store.reopen(_standing(world).organisation, "Anna", world.time)
    world.deliver()

    assert _states(world) == ["DELIVERED"] * 4


def test_what_waits_is_listed_with_what_is_the_matter_with_its_recipient(world, pile, settings, monkeypatch):
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    _agency(world).failures = [failing(410)]
    pile(1)
    world.deliver()

    listed = json.loads(CliRunner().invoke(samsyn, ["deliveries", "--json"]).output)

    assert {one["set"]: one["incident"] for one in listed if one["incident"]} == {FK_SET: "gone"}
    assert "HTTP 410; recipient gone" in CliRunner().invoke(samsyn, ["deliveries"]).output


def test_the_figures_tell_of_trouble_and_of_no_organisation(world, pile):
    _agency(world).failures = [failing(410)]
    pile(1)
    world.deliver()

    told = world.http.get("/metrics").text

    assert 'samsyn_incidents{cause="gone"} 1.0' in told
    assert 'samsyn_incidents{cause="failing"} 0.0' in told
    assert 'samsyn_stops{scope="everything"} 0.0' in told
    assert ORGANISATIONS[FORSAKRINGSKASSAN] not in told


def test_b16_an_answer_about_something_else_is_an_alarm_in_the_log(world):
    task = {"resourceType": "Task", "id": "case-1", "focus": {"reference": "Bundle/of-another"}}
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [lambda: httpx.Response(201, json=task)]
    world.hand_in()
    world.deliver()

    assert world.states()[FK_SET] == "UNKNOWN"
    [alert] = [one for one in world.gateway.store.log() if one.event == "security.alert"]
    assert (alert.detail, bool(alert.delivery)) == ("mismatched", True)
