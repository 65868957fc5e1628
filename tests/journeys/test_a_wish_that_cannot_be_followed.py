"""Smittskydd: the wish to leave out the diagnosis is refused aloud, and nothing leaves instead."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from asking import EMPLOYERS_TOKEN, found, more_agencies, search
from click.testing import CliRunner
from worlds import EMPLOYER, PERSON, certificate, consent_of

from gateway.__main__ import samsyn

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


def test_f05_what_the_person_shares_from_a_later_day_leaves_on_that_day_without_an_operator(world):
    named = consent_of(EMPLOYER, SET)
    without = {**named, "provision": {name: one for name, one in named["provision"].items() if name != "provision"}}
    later = {**named, "provision": {**named["provision"], "period": {"start": "2026-03-05"}}}
    assert [world.give(one).status_code for one in (without, later)] == [201, 201]
    world.hand_in(certificate(version=1, case="smittskydd"))
    world.deliver()
    assert (world.states()[SET], world.reasons()[SET]) == ("HELD_CONSENT", "cannot-be-withheld")

    world.wait(timedelta(days=2))
    world.deliver()

    assert world.states()[SET] == "DELIVERED"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


@pytest.fixture
def refused(world):
    """The id of the consent whose wish is refused."""
    without = consent_of(EMPLOYER, SET)
    without["provision"].pop("provision")
    given = world.give(without)
    world.hand_in(certificate(version=1, case="smittskydd"))
    world.deliver()
    return given.json()["id"]


def delivery(world):
    [found] = [one for one in world.gateway.store.deliveries() if one.set_name == SET]
    return found


def test_the_refusal_is_a_decision_that_is_kept_with_the_consent_the_rule_and_the_section(world, refused):
    [decided] = world.gateway.store.decisions(delivery(world))

    assert (decided.decision.permitted, decided.decision.reason) == (False, "cannot-be-withheld")
    assert (decided.decision.consent, decided.decision.rule) == (f"Consent/{refused}/_history/1", "provision")
    assert decided.decision.withheld == {"diagnos"}


def test_who_reads_is_refused_for_the_same_reason(world, refused):
    assert found(search(world, EMPLOYERS_TOKEN)) == []

    last = world.gateway.store.decisions(delivery(world))[-1]
    assert (last.way, last.decision.reason) == ("pull", "cannot-be-withheld")


def test_an_operator_and_the_employer_are_told_that_the_wish_is_refused(world, settings, refused, monkeypatch):
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    monkeypatch.setenv("SAMSYN_RECIPIENTS", json.dumps([one.model_dump() for one in settings.recipients]))
    told = json.loads(CliRunner().invoke(samsyn, ["consent", "explain", delivery(world).id, "--json"]).output)

    assert (told["state"], told["decision"], told["reason"]) == ("HELD_WISH", "deny", "cannot-be-withheld")
    assert (told["last"]["decision"], told["last"]["reason"]) == ("deny", "cannot-be-withheld")
    assert told["withheld"] == ["diagnos"]
    assert told["changes"] == ["Ett samtycke som också nämner avsnittet."]

    asked = {"resourceType": "Parameters", "parameter": [{"name": "delivery", "valueId": delivery(world).id}]}
    headers = {"Authorization": f"Bearer {EMPLOYERS_TOKEN}", "Content-Type": "application/fhir+json"}
    answer = world.http.post("/fhir/$explain-consent", json=asked, headers=headers)
    assert answer.status_code == 200
    assert "cannot-be-withheld" in answer.text
    assert "utan ett avsnitt som ingen kan hålla inne" in answer.text
    assert PERSON not in answer.text
