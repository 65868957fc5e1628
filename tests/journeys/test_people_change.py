"""What is recorded about a person counts in the next decision, on whatever way out."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from test_notices import notice_to, notices
from worlds import EMPLOYER, FORSAKRINGSKASSAN, MUNICIPALITY, PERSON, SETS, World, certificate, consent_of, failing

from gateway.decisions import PersonStatus
from gateway.errors import NotFound
from gateway.exchange import deliver
from gateway.identity import PersonIdentity
from gateway.settings import Settings


def mark(world, status, *, holds=True):
    plan = lambda *facts: world.gateway.routing.plan(world.time, *facts)  # noqa: E731 - as short as it can be
    assert world.gateway.store.mark_person(PersonIdentity(PERSON), status, plan, world.time, holds=holds)


def standing(world, kind):
    return world.states()[SETS[kind]], world.reasons()[SETS[kind]]


@pytest.mark.parametrize("first", ["marked", "handed in"])
def test_f14_f16_a_protected_identity_is_held_for_an_employer_whenever_it_is_known(world, first):
    world.consent(EMPLOYER)
    world.consent(FORSAKRINGSKASSAN)
    if first == "handed in":
        world.hand_in()
    mark(world, PersonStatus.PROTECTED)
    if first == "marked":
        world.hand_in()
    world.deliver()

    assert world.agencies[EMPLOYER].requests == []
    assert standing(world, EMPLOYER) == ("HELD_PROTECTED", "protected-identity")
    assert standing(world, FORSAKRINGSKASSAN)[0] == "DELIVERED"


@pytest.mark.parametrize("first", ["marked", "handed in"])
def test_f15_where_nobody_can_say_whether_an_identity_is_protected_it_is_held_as_if_it_were(world, first):
    world.consent(EMPLOYER)
    world.consent(FORSAKRINGSKASSAN)
    if first == "handed in":
        world.hand_in()
    mark(world, PersonStatus.UNKNOWN)
    if first == "marked":
        world.hand_in()
    world.deliver()

    assert world.agencies[EMPLOYER].requests == []
    assert standing(world, EMPLOYER) == ("HELD_PROTECTED", "protected-identity")
    assert standing(world, FORSAKRINGSKASSAN)[0] == "DELIVERED"

    mark(world, PersonStatus.UNKNOWN, holds=False)
    world.deliver()
    assert len(world.agencies[EMPLOYER].received) == 1


def test_a_consent_does_not_wake_what_is_held_for_a_protected_identity_and_a_lifted_status_does(world):
    world.consent(EMPLOYER)
    world.hand_in()
    mark(world, PersonStatus.PROTECTED)

    world.consent(EMPLOYER)
    world.deliver()
    assert standing(world, EMPLOYER)[0] == "HELD_PROTECTED"

    mark(world, PersonStatus.PROTECTED, holds=False)
    world.deliver()
    assert len(world.agencies[EMPLOYER].received) == 1


def let_go(world, kind):
    plan = lambda *facts: world.gateway.routing.plan(world.time, *facts)  # noqa: E731 - likewise
    [held] = [one for one in world.gateway.store.deliveries() if one.set_name == SETS[kind]]
    return world.gateway.store.release_protected(held.id, "Anna Ek", "personen vill det", plan, world.time)


@pytest.mark.parametrize("status", [PersonStatus.PROTECTED, PersonStatus.UNKNOWN])
def test_f14_an_operator_lets_one_delivery_go_and_no_other(world, status):
    world.consent(EMPLOYER)
    world.consent(MUNICIPALITY)
    mark(world, status)
    world.hand_in()

    assert let_go(world, EMPLOYER).state.value == "READY"
    world.deliver()
    world.hand_in(certificate(id_=str(uuid.uuid4())))
    world.deliver()

    assert len(world.agencies[EMPLOYER].received) == 1
    assert world.agencies[MUNICIPALITY].requests == []
    assert sorted(one.state for one in world.gateway.store.deliveries() if one.set_name == SETS[EMPLOYER]) == [
        "DELIVERED", "HELD_PROTECTED",
    ]  # fmt: skip
    [entry] = [one for one in world.gateway.store.log() if one.event == "operator.action"]
    assert entry.detail == "release by Anna Ek: personen vill det"
    assert entry.delivery


def test_f14_what_was_let_go_is_asked_about_like_everything_else(world):
    consent = world.consent(EMPLOYER)
    world.hand_in()
    mark(world, PersonStatus.PROTECTED)
    let_go(world, EMPLOYER)

    world.withdraw(consent, EMPLOYER)
    world.deliver()

    assert world.agencies[EMPLOYER].requests == []
    assert standing(world, EMPLOYER) == ("WITHHELD", "revoked")


def test_f14_a_delivery_that_was_let_go_is_tried_until_it_has_arrived_and_then_held_anew(world):
    world.consent(EMPLOYER)
    world.hand_in()
    mark(world, PersonStatus.PROTECTED)
    let_go(world, EMPLOYER)
    world.agencies[EMPLOYER].failures = [failing(503)]
    world.deliver()
    assert standing(world, EMPLOYER)[0] == "RETRY_WAIT"
    world.consent(MUNICIPALITY)
    world.wait(timedelta(minutes=2))
    world.deliver()
    assert standing(world, EMPLOYER)[0] == "DELIVERED"

    world.revoke()
    world.deliver()

    assert len(world.agencies[EMPLOYER].received) == 1
    [notice] = [one for one in world.gateway.store.deliveries() if one.is_notice]
    assert (notice.state, notice.reason) == ("HELD_PROTECTED", "protected-identity")


def test_f14_only_what_a_protected_identity_holds_can_be_let_go(world):
    world.hand_in()

    with pytest.raises(NotFound):
        let_go(world, FORSAKRINGSKASSAN)

    assert not [one for one in world.gateway.store.log() if one.event == "operator.action"]


def test_a_protected_identity_that_becomes_known_between_two_attempts_stops_the_second(world):
    world.consent(EMPLOYER)
    world.hand_in()
    world.agencies[EMPLOYER].failures = [failing(503)]
    world.deliver()
    before = len(world.agencies[EMPLOYER].requests)
    assert standing(world, EMPLOYER)[0] == "RETRY_WAIT"

    mark(world, PersonStatus.PROTECTED)

    assert standing(world, EMPLOYER) == ("HELD_PROTECTED", "protected-identity")
    assert len(world.agencies[EMPLOYER].requests) == before


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        (PersonStatus.DECEASED, "expired", "WITHHELD"),
        (PersonStatus.REPLACED, "patient-mismatch", "HELD_PERSON"),
    ],
)
def test_f17_the_consents_of_the_dead_and_of_a_number_that_was_replaced_let_nothing_leave(world, status, reason, state):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    mark(world, status)
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert standing(world, FORSAKRINGSKASSAN) == (state, reason)
    assert world.search(patient_identifier=PERSON).json()["total"] == 0


@pytest.mark.parametrize("status", [PersonStatus.PROTECTED, PersonStatus.UNKNOWN])
def test_a_notice_that_waits_is_held_as_its_set_would_be_and_goes_once_the_status_is_lifted(world, status):
    world.consent(EMPLOYER)
    world.hand_in()
    world.deliver()
    world.revoke()
    assert notice_to(world, EMPLOYER).state == "READY"

    mark(world, status)
    world.deliver()

    notice = notice_to(world, EMPLOYER)
    assert (notice.state, notice.reason) == ("HELD_PROTECTED", "protected-identity")
    assert notices(world, EMPLOYER) == []
    mark(world, status, holds=False)
    world.deliver()
    assert len(notices(world, EMPLOYER)) == 1


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [(PersonStatus.DECEASED, "expired", "WITHHELD"), (PersonStatus.REPLACED, "patient-mismatch", "HELD_PERSON")],
)
def test_a_notice_about_the_dead_or_a_number_that_was_replaced_does_not_leave(world, status, reason, state):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.revoke()

    mark(world, status)
    world.deliver()

    assert (notice_to(world).state, notice_to(world).reason) == (state, reason)
    assert notices(world) == []


@pytest.mark.parametrize("status", [PersonStatus.DECEASED, PersonStatus.REPLACED])
@pytest.mark.parametrize("consented", [True, False])
def test_f17_a_certificate_that_comes_about_the_dead_is_held_as_that_and_no_consent_wakes_it(world, status, consented):
    if consented:
        for kind in SETS:
            world.consent(kind)
    mark(world, status)
    world.hand_in()

    assert {standing(world, kind) for kind in SETS} == {("HELD_PERSON", status.value)}

    for kind in SETS:
        world.consent(kind)
    world.deliver()

    assert {standing(world, kind) for kind in SETS} == {("HELD_PERSON", status.value)}
    assert [agency.requests for agency in world.agencies.values() if agency.requests] == []

    mark(world, status, holds=False)
    world.deliver()
    assert [len(world.agencies[kind].received) for kind in SETS] == [1, 1, 1]


def test_f17_what_was_held_for_want_of_a_consent_when_the_person_died_is_held_for_that(world):
    world.hand_in()
    mark(world, PersonStatus.DECEASED)

    assert standing(world, FORSAKRINGSKASSAN) == ("HELD_PERSON", "deceased")


def test_f17_a_number_that_was_replaced_while_a_delivery_was_claimed_holds_it_when_it_is_tried(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [claimed] = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "world")
    mark(world, PersonStatus.REPLACED)
    deliver(claimed, world.gateway)

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert standing(world, FORSAKRINGSKASSAN) == ("HELD_PERSON", "patient-mismatch")


def test_a_consent_does_not_follow_to_a_new_number(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(person="191212121212"))
    world.deliver()

    assert standing(world, FORSAKRINGSKASSAN) == ("HELD_CONSENT", "no-active-consent")


def test_f20_a_policy_that_is_retired_counts_from_the_next_start(settings, agencies, world):
    policy = consent_of(FORSAKRINGSKASSAN)["policy"][0]["uri"]
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    again = World(Settings(**{**settings.model_dump(), "retired_policies": {policy}}), agencies)
    again.deliver()

    assert agencies[FORSAKRINGSKASSAN].requests == []
    assert standing(again, FORSAKRINGSKASSAN) == ("HELD_CONSENT", "policy-version-retired")
    again.gateway.store.close()


def test_a_consent_by_somebody_else_is_refused_without_a_mandate_and_kept_with_one(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["performer"] = [{"reference": "RelatedPerson/ombud"}]
    refused = world.give(consent)
    assert refused.status_code == 422
    assert "sourceReference" in refused.text
    assert PERSON not in refused.text

    mandate = {"system": "https://example.org/fhir/sjukskrivning/NamingSystem/mina-ombud-fullmakt", "value": "f-1"}
    consent.pop("sourceAttachment", None)
    consent["sourceReference"] = {"identifier": mandate}
    assert world.give(consent).json()["sourceReference"]["identifier"] == mandate
    world.hand_in()
    world.deliver()
    assert len(world.agencies[FORSAKRINGSKASSAN].received) == 1
