"""An agency that asks for a revoked set by its id hears that it is gone where it has had it; others hear of nothing."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from asking import EMPLOYERS_TOKEN, FK_SET, STRANGERS_TOKEN, appearance, get, ids, more_agencies, search
from worlds import EMPLOYER, FORSAKRINGSKASSAN, ORGANISATIONS, World, failing, silent

from gateway.errors import NotFound, SetRevoked
from gateway.exchange import pull_one
from gateway.identity import OrganisationNumber


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


def read(world: World) -> str:
    """Hand in the sample certificate and let the agency read its set; returns the id of the Bundle."""
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [id_] = ids(search(world))
    return id_


def delivered(world: World) -> str:
    """Let the agency be sent the sample certificate's set; returns the id of the Bundle."""
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    [bundle] = world.agencies[FORSAKRINGSKASSAN].received
    return bundle["id"]


def never_there(world: World) -> tuple:
    return appearance(get(world, f"/fhir/Bundle/{uuid.uuid4()}"))


@pytest.mark.parametrize("had", [read, delivered])
def test_whoever_has_had_it_hears_that_it_is_gone(world, had):
    id_ = had(world)
    world.revoke()

    answer = get(world, f"/fhir/Bundle/{id_}")

    assert answer.status_code == 410
    [issue] = answer.json()["issue"]
    assert (issue["code"], issue["details"]["coding"][0]["code"]) == ("deleted", "GW410")
    assert ids(search(world)) == []


def refusals(world: World) -> list[str]:
    return [entry.detail for entry in world.gateway.store.log() if entry.event == "access.denied"]


@pytest.mark.parametrize("had", [read, delivered])
def test_that_it_was_asked_for_is_logged_once_a_day(world, had):
    id_ = had(world)
    world.revoke()
    message = world.gateway.store.messages()[0].id

    for _ in range(3):
        assert get(world, f"/fhir/Bundle/{id_}").status_code == 410
        world.wait(timedelta(hours=10))

    assert refusals(world) == [f"{FK_SET} {ORGANISATIONS[FORSAKRINGSKASSAN]} certificate-revoked"]
    assert [entry.event for entry in world.gateway.store.log(message)].count("access.denied") == 1
    world.wait(timedelta(hours=10))
    assert get(world, f"/fhir/Bundle/{id_}").status_code == 410
    assert len(refusals(world)) == 2


def test_who_is_not_told_that_it_is_gone_is_refused_nothing_in_the_log_and_nor_is_who_searches(world):
    id_ = read(world)
    world.consent(EMPLOYER)
    world.revoke()

    assert get(world, f"/fhir/Bundle/{id_}", EMPLOYERS_TOKEN).status_code == 404
    assert ids(search(world)) == []
    assert refusals(world) == []


def test_whoever_may_have_got_it_hears_that_it_is_gone(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.hand_in()
    world.deliver()
    [sent] = world.gateway.store.variants(world.gateway.store.messages()[0].id)[-1:]
    world.revoke()

    assert get(world, f"/fhir/Bundle/{sent.id}").status_code == 410


def test_whoever_has_not_had_it_hears_the_same_as_of_what_never_was(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    [sent] = [one.id for one in world.gateway.store.variants(world.gateway.store.messages()[0].id)][-1:]
    world.revoke()
    gone = f"/fhir/Bundle/{sent}"

    assert appearance(get(world, gone)) == never_there(world)
    for token in (EMPLOYERS_TOKEN, STRANGERS_TOKEN):
        assert get(world, gone, token).status_code == 404


def test_others_are_not_told_of_what_somebody_else_has_had(world):
    id_ = read(world)
    world.consent(EMPLOYER)
    world.revoke()

    for token in (EMPLOYERS_TOKEN, STRANGERS_TOKEN):
        assert get(world, f"/fhir/Bundle/{id_}", token).status_code == 404


def test_once_the_consent_is_withdrawn_nothing_is_told_any_more(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [id_] = ids(search(world))
    world.withdraw(consent, FORSAKRINGSKASSAN)
    world.revoke()

    assert appearance(get(world, f"/fhir/Bundle/{id_}")) == never_there(world)

    world.wait(timedelta(hours=1))
    world.consent(FORSAKRINGSKASSAN)
    assert get(world, f"/fhir/Bundle/{id_}").status_code == 410


class Watched:
    """A store, and the names of what it was asked."""

    def __init__(self, store):
        self._store = store
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        return getattr(self._store, name)


def test_the_store_is_asked_the_same_whatever_the_answer(world):
    id_ = read(world)
    world.revoke()

    def asked(organisation: str, bundle: str, expected: type[Exception]) -> list[str]:
        store = Watched(world.gateway.store)
        with pytest.raises(expected):
            pull_one(bundle, OrganisationNumber(organisation), replace(world.gateway, store=store))
        return store.asked

    agency, employer = ORGANISATIONS[FORSAKRINGSKASSAN], ORGANISATIONS[EMPLOYER]
    gone = asked(agency, id_, SetRevoked)
    assert gone == asked(employer, id_, NotFound) == asked(agency, str(uuid.uuid4()), NotFound)
