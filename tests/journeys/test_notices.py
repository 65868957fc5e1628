"""Whoever has got a certificate that is revoked is told, and nobody else. Ids are those of the fault list."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from test_certificates_come_in_order import stands
from test_related_certificates import B, related
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    PERSON,
    SETS,
    World,
    consent_of,
    failing,
    silent,
)

from gateway.explaining import explain
from gateway.redriving import try_again
from gateway.systems import SECTION_SYSTEM

if TYPE_CHECKING:
    from gateway.deliveries import Delivery

LATER = timedelta(hours=1)
DAY = timedelta(days=1)


def not_known() -> httpx.Response:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
    return httpx.Response(404, json=outcome)


def notices(world: World, kind: str = FORSAKRINGSKASSAN) -> list[dict]:
    """The notices that a recipient has got."""
    return [one for one in world.agencies[kind].received if "underrattelse" in one["meta"]["profile"][0]]


def notice_to(world: World, kind: str = FORSAKRINGSKASSAN) -> Delivery:
    [notice] = [one for one in world.gateway.store.deliveries() if one.is_notice and one.kind == kind]
    return notice


def of_the_set(world: World, kind: str = FORSAKRINGSKASSAN) -> Delivery:
    [found] = [
        one
        for one in world.gateway.store.deliveries()
        if not one.is_notice and (one.kind, one.set_name) == (kind, SETS[kind])
    ]
    return found


def delivered(world: World, kind: str = FORSAKRINGSKASSAN) -> str:
    """Let a recipient have the sample certificate; returns the consent."""
    consent = world.consent(kind)
    world.hand_in()
    world.deliver()
    assert of_the_set(world, kind).state == "DELIVERED"
    return consent


@pytest.mark.parametrize("kind", SETS)
def test_whoever_has_got_it_is_told_that_it_was_entered_in_error(world, kind):
    delivered(world, kind)
    [got] = world.agencies[kind].received

    world.revoke()
    world.deliver()

    [notice] = notices(world, kind)
    composition, before = notice["entry"][0]["resource"], got["entry"][0]["resource"]
    assert composition["status"] == "entered-in-error"
    assert composition["identifier"] == before["identifier"]
    assert composition["relatesTo"] == [{"code": "replaces", "targetIdentifier": got["identifier"]}]
    assert [entry["resource"]["resourceType"] for entry in notice["entry"]] == [
        "Composition",
        "Patient",
        "Organization",
    ]
    assert notice["entry"][1] in got["entry"]
    assert notice["entry"][2] in got["entry"]
    assert notice["id"] != got["id"]
    assert "section" not in composition
    assert notice_to(world, kind).state == "DELIVERED"
    assert len(world.agencies[kind].received) == 2


def test_nobody_else_is_told(world):
    delivered(world)
    world.consent(EMPLOYER)

    world.revoke()
    world.consent(MUNICIPALITY)
    world.deliver()

    assert len(notices(world)) == 1
    assert world.agencies[MUNICIPALITY].requests == []
    assert len([one for one in world.gateway.store.deliveries() if one.is_notice]) == 1


def test_the_second_revocation_tells_nobody_again(world):
    delivered(world)
    world.revoke()
    world.revoke()
    world.deliver()

    assert len(notices(world)) == 1


def test_c09_a_notice_waits_until_it_is_known_what_became_of_the_set(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.hand_in()
    world.deliver()
    world.revoke()
    world.wait(timedelta(seconds=1))
    world.deliver()
    assert notice_to(world).state == "HELD_ORDER"
    assert notices(world) == []

    world.wait(LATER)
    world.deliver()

    assert [one["entry"][0]["resource"]["status"] for one in world.agencies[FORSAKRINGSKASSAN].received] == [
        "final",
        "entered-in-error",
    ]
    assert notice_to(world).state == "DELIVERED"


def test_c09_what_is_being_sent_while_it_is_revoked_is_followed_by_a_notice(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    def revoked_meanwhile():
        world.revoke()
        world.deliver()
        return silent()

    world.agencies[FORSAKRINGSKASSAN].failures = [revoked_meanwhile]
    world.deliver()
    world.wait(LATER)
    world.deliver()

    assert of_the_set(world).state == "DELIVERED"
    assert notice_to(world).state == "DELIVERED"
    assert world.agencies[FORSAKRINGSKASSAN].received[-1] == notices(world)[0]


def test_what_nobody_knows_of_is_not_known_either_once_there_are_no_more_attempts(world):
    def silent_in_the_end():
        world.wait(timedelta(days=26))
        return silent()

    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503), *[silent_in_the_end] * 9]
    world.hand_in()
    world.deliver()
    world.wait(LATER)
    world.deliver()
    assert (of_the_set(world).state, of_the_set(world).reason[:9]) == ("DEAD", "exhausted")

    world.agencies[FORSAKRINGSKASSAN].failures = []
    world.revoke()
    world.deliver()

    assert notice_to(world).state == "DELIVERED"


def test_once_it_is_told_that_it_is_revoked_the_set_never_goes_again(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent, failing(422)]
    world.hand_in()
    world.deliver()
    world.wait(LATER)
    world.deliver()
    assert of_the_set(world).state == "DEAD"
    world.revoke()
    world.deliver()
    assert notice_to(world).state == "DELIVERED"

    try_again(of_the_set(world).id, world.gateway.store, world.time)
    world.deliver()

    assert of_the_set(world).state == "CANCELLED"
    assert world.agencies[FORSAKRINGSKASSAN].received == notices(world)


def test_what_was_being_sent_and_is_refused_is_followed_by_no_notice(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    def revoked_meanwhile():
        world.revoke()
        return failing(400)()

    world.agencies[FORSAKRINGSKASSAN].failures = [revoked_meanwhile]
    world.deliver()

    assert of_the_set(world).state == "DEAD"
    assert (notice_to(world).state, notice_to(world).reason) == ("CANCELLED", "nobody-has-got-it")
    assert notices(world) == []


def test_a_notice_is_decided_like_the_set_and_withheld_once_the_consent_is_withdrawn(world):
    consent = delivered(world)
    world.withdraw(consent, FORSAKRINGSKASSAN)
    world.revoke()
    world.deliver()
    assert (notice_to(world).state, notice_to(world).reason) == ("WITHHELD", "revoked")

    world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    assert notice_to(world).state == "WITHHELD"
    try_again(notice_to(world).id, world.gateway.store, world.time)
    world.deliver()
    assert len(notices(world)) == 1


def test_a_notice_that_waits_is_withheld_by_a_withdrawal(world):
    consent = delivered(world)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.revoke()
    world.deliver()
    assert notice_to(world).state == "RETRY_WAIT"

    world.withdraw(consent, FORSAKRINGSKASSAN)

    assert notice_to(world).state == "WITHHELD"
    assert of_the_set(world).state == "DELIVERED"


def test_a_notice_has_attempts_and_a_key_of_its_own(world):
    delivered(world)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.revoke()
    world.deliver()
    world.wait(LATER)
    world.deliver()

    keys = [request.headers["Idempotency-Key"] for request in world.agencies[FORSAKRINGSKASSAN].requests]
    assert len(set(keys[1:])) == 1
    assert keys[0] not in keys[1:]
    _, attempts = world.gateway.store.delivery(notice_to(world).id)
    assert [one.outcome for one in attempts] == ["RETRY_WAIT", "DELIVERED"]
    assert attempts[-1].consent
    assert attempts[-1].reference == "arende-2"


@pytest.mark.parametrize("kind", SETS)
def test_b03_a_notice_of_what_the_recipient_does_not_know_yet_is_tried_again_until_it_does(world, kind):
    delivered(world, kind)
    world.agencies[kind].failures = [not_known] * 4
    world.revoke()
    world.deliver()
    assert (notice_to(world, kind).state, notice_to(world, kind).reason) == ("RETRY_WAIT", "not-known-there")

    for _ in range(24):
        world.wait(LATER)
        world.deliver()

    assert notice_to(world, kind).state == "DELIVERED"
    assert len(notices(world, kind)) == 1


def test_b03_a_notice_of_what_the_recipient_never_knows_is_given_up_after_a_day(world):
    delivered(world)
    agency = world.agencies[FORSAKRINGSKASSAN]
    agency.failures = [not_known] * 99
    world.revoke()
    world.deliver()
    tried = []
    while notice_to(world).state != "DEAD":
        tried.append(world.time)
        world.wait(notice_to(world).due_at - world.time)
        world.deliver()
    assert notice_to(world).reason == "rejected: HTTP 404: not known"
    assert world.time - tried[0] == DAY
    assert len(tried) > 5

    several = len(agency.requests)
    world.wait(30 * DAY)
    world.deliver()

    assert len(agency.requests) == several
    assert of_the_set(world).state == "DELIVERED"


def test_b03_a_recipient_that_was_down_for_days_still_has_a_day_to_know_what_a_notice_is_about(world):
    delivered(world)
    agency = world.agencies[FORSAKRINGSKASSAN]
    agency.failures = [failing(500)] * 99
    world.revoke()
    began = world.time
    while world.time - began < 5 * DAY:
        world.deliver()
        world.wait(LATER)
    agency.failures = [not_known]
    while agency.failures:
        world.wait(LATER)
        world.deliver()
    assert (notice_to(world).state, notice_to(world).reason) == ("RETRY_WAIT", "not-known-there")

    world.wait(DAY)
    world.deliver()

    assert notice_to(world).state == "DELIVERED"


def test_b03_a_notice_that_was_given_up_has_another_day_once_a_person_sets_it_going(world):
    delivered(world)
    world.agencies[FORSAKRINGSKASSAN].failures = [not_known] * 2
    world.revoke()
    world.deliver()
    world.wait(2 * DAY)
    world.deliver()
    assert notice_to(world).state == "DEAD"

    world.agencies[FORSAKRINGSKASSAN].failures = [not_known]
    try_again(notice_to(world).id, world.gateway.store, world.time)
    world.deliver()
    assert notice_to(world).state == "RETRY_WAIT"
    world.wait(LATER)
    world.deliver()

    assert notice_to(world).state == "DELIVERED"


def test_b03_a_certificate_of_what_the_recipient_does_not_know_is_refused_at_once(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [not_known]
    world.hand_in()
    world.deliver()

    assert (of_the_set(world).state, of_the_set(world).reason) == ("DEAD", "rejected: HTTP 404: not known")


def test_whoever_has_read_it_and_not_been_sent_it_is_told_too(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    [entry] = world.search(patient_identifier=PERSON).json()["entry"]

    world.revoke()
    world.wait(LATER)
    world.deliver()

    assert of_the_set(world).state == "CANCELLED"
    [notice] = notices(world)
    [relation] = notice["entry"][0]["resource"]["relatesTo"]
    assert relation["targetIdentifier"] == entry["resource"]["identifier"]


def test_a_notice_says_nothing_of_what_the_certificate_said(world):
    delivered(world)
    [got] = world.agencies[FORSAKRINGSKASSAN].received
    world.revoke()
    world.deliver()

    [notice] = notices(world)

    labels = {
        label["code"]
        for entry in got["entry"]
        for label in entry["resource"].get("meta", {}).get("security", ())
        if label["system"] == SECTION_SYSTEM
    }
    told = json.dumps(notice, ensure_ascii=False)
    assert len(labels) > 5
    assert not [one for one in labels if one in told]
    assert got["entry"][0]["resource"]["section"][0]["title"] not in told


def test_a_notice_is_kept_with_the_revocation(world):
    delivered(world)
    world.revoke()

    last = [entry for entry in world.gateway.store.log() if entry.event in ("revocation.accepted", "delivery.ready")][
        -2:
    ]
    assert [entry.event for entry in last] == ["revocation.accepted", "delivery.ready"]
    assert last[1].delivery == notice_to(world).id


def test_what_replaces_a_certificate_does_not_wait_for_the_notice_of_it(world):
    delivered(world)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.revoke()
    world.deliver()
    world.hand_in(related(B, "ERSATT", CERTIFICATE))
    world.wait(timedelta(seconds=1))
    world.deliver()

    assert notice_to(world).state == "RETRY_WAIT"
    assert stands(world)[B] == "DELIVERED"


def test_a_notice_comes_after_what_replaces_its_certificate(world):
    delivered(world)
    world.hand_in(related(B, "ERSATT", CERTIFICATE))
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.deliver()
    world.revoke()
    world.wait(timedelta(seconds=1))
    world.deliver()
    assert notice_to(world).state == "HELD_ORDER"

    world.wait(LATER)
    world.deliver()

    assert [one["entry"][0]["resource"]["status"] for one in world.agencies[FORSAKRINGSKASSAN].received] == [
        "final",
        "final",
        "entered-in-error",
    ]


def test_it_is_told_in_swedish_that_a_notice_is_one_and_why_it_stands_there(world):
    consent = delivered(world)
    world.revoke()
    assert explain(notice_to(world).id, world.gateway).standing.startswith("Det är en underrättelse om att intyget är")
    world.deliver()
    assert explain(notice_to(world).id, world.gateway).standing.endswith("Mottagaren har fått veta det.")

    answer = world.http.put(f"/fhir/Consent/{consent}", json={**consent_of(FORSAKRINGSKASSAN), "status": "inactive"})

    told = [issue["details"]["text"] for issue in answer.json()["issue"]]
    assert len([one for one in told if "underrättelse om makulering av" in one]) == 1
    assert len(told) == 3
