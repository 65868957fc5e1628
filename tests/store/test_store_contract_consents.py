"""What every store promises of consents, and of the deliveries that they wake."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.deliveries import DeliveryState
from gateway.errors import NotFound, VersionConflict

HOUR = timedelta(hours=1)


def events(store, message=None):
    return [entry.event for entry in store.log(message)]


def test_a_consent_comes_back_as_it_was_given(store, given):
    consent = given.consent(resource={"resourceType": "Consent", "text": "å", "list": [1, {"a": None}]})

    store.add_consent(consent, given.plan())

    assert store.consent("c1") == consent


def test_consents_are_told_in_their_newest_version_in_the_order_they_were_first_given(store, given):
    for id_ in ("z", "a", "m"):
        store.add_consent(given.consent(id=id_), given.plan())
    store.change_consent(given.consent(id="z", version=2), given.plan(), None)
    store.add_consent(given.consent(id="other", person=given.somebody_else), given.plan())

    consents = store.consents_about(given.person)

    assert [(consent.id, consent.version) for consent in consents] == [("z", 2), ("a", 1), ("m", 1)]


def test_the_newest_version_of_every_consent_is_told_whoever_it_is_about(store, given):
    store.add_consent(given.consent(id="z"), given.plan())
    store.add_consent(given.consent(id="a", person=given.somebody_else), given.plan())
    store.change_consent(given.consent(id="z", version=2), given.plan(), None)

    assert [(consent.id, consent.version) for consent in store.consents()] == [("z", 2), ("a", 1)]


def test_a_consent_that_became_another_persons_no_longer_speaks_for_the_first(store, given):
    store.add_consent(given.consent(), given.plan())
    store.change_consent(given.consent(version=2, person=given.somebody_else), given.plan(), None)

    assert store.consents_about(given.person) == []
    assert [consent.version for consent in store.consents_about(given.somebody_else)] == [2]


def test_a_new_consent_may_wake_a_held_delivery(store, given, keep):
    held = keep.delivery(state=DeliveryState.HELD_CONSENT, reason="no-active-consent", due_at=None)
    keep.message({"person": given.somebody_else}, person=given.somebody_else, sets=[])
    consent = given.consent(recorded_at=given.noon + HOUR)
    told = []

    def wake(*facts):
        told.append(facts)
        return [replace(held, state=DeliveryState.READY, reason="", due_at=consent.recorded_at)]

    store.add_consent(consent, wake)

    [(consents, sets, deliveries)] = told
    assert list(consents) == [consent]
    assert [(kept.message, kept.name) for kept in sets] == [(held.message, "sickness_benefit")]
    assert list(deliveries) == [held]
    woken, _ = store.delivery(held.id)
    assert (woken.state, woken.due_at) == (DeliveryState.READY, given.noon + HOUR)
    assert [(entry.event, entry.detail, entry.delivery) for entry in store.log()[-2:]] == [
        ("consent.kept", "Consent/c1/_history/1", ""),
        ("delivery.ready", "", held.id),
    ]


def test_a_delivery_that_a_plan_leaves_as_it_is_makes_no_line_in_the_log(store, given, keep):
    keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)

    store.add_consent(given.consent(), lambda _consents, _sets, deliveries: deliveries)

    assert store.log()[-1].event == "consent.kept"


def test_a_delivery_that_stays_in_its_state_is_written_and_makes_no_line_in_the_log(store, given, keep):
    held = keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)
    dated = replace(held, due_at=given.noon + HOUR)

    store.add_consent(given.consent(), given.plan(dated))

    assert store.delivery(held.id)[0] == dated
    assert store.log()[-1].event == "consent.kept"


def test_only_the_next_version_of_a_consent_is_kept(store, given):
    store.add_consent(given.consent(), given.plan())

    for version in (1, 3):
        with pytest.raises(VersionConflict):
            store.change_consent(given.consent(version=version), given.plan(), None)
    store.change_consent(given.consent(version=2), given.plan(), None)

    assert store.consent("c1").version == 2
    assert events(store).count("consent.kept") == 2


def test_a_change_to_a_consent_that_is_not_there_is_not_found(store, given):
    with pytest.raises(NotFound):
        store.change_consent(given.consent(version=2), given.plan(), None)


def test_a_consent_is_not_added_twice(store, given):
    store.add_consent(given.consent(), given.plan())

    with pytest.raises(VersionConflict):
        store.add_consent(given.consent(resource={"status": "inactive"}), given.plan())

    assert store.consent("c1").resource["status"] == "active"


def test_of_those_who_change_a_consent_at_once_one_succeeds(store, given):
    store.add_consent(given.consent(), given.plan())
    together = threading.Barrier(10, timeout=30)

    def change(_number):
        together.wait()
        try:
            store.change_consent(given.consent(version=2), given.plan(), None)
        except VersionConflict:
            return "conflict"
        return "changed"

    with ThreadPoolExecutor(10) as hands:
        came_to = sorted(hands.map(change, range(10)))

    assert came_to == ["changed"] + ["conflict"] * 9


def test_a_consent_is_not_kept_when_the_plan_fails(store, given):
    def failing(*_facts):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.add_consent(given.consent(), failing)

    assert store.consents_about(given.person) == []
    assert store.log() == []


def test_everybody_who_has_a_sleeping_delivery_is_planned_anew(store, given, keep):
    consent = keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)
    recipient = keep.delivery(state=DeliveryState.HELD_RECIPIENT, due_at=None)
    keep.message(
        {"state": DeliveryState.DEAD, "due_at": None},
        person=given.somebody_else,
        certificate=given.another_certificate(),
    )
    told = []

    def wake(_consents, sets, deliveries):
        told.append((len(sets), list(deliveries)))
        return [replace(d, state=DeliveryState.READY, due_at=given.noon) for d in deliveries]

    store.replan(store.people_asleep(), wake, given.noon)

    assert told == [(2, [consent, recipient])]
    assert store.counts() == {("forsakringskassan", "READY"): 2, ("forsakringskassan", "DEAD"): 1}
