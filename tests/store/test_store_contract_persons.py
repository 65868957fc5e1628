"""What every store promises of what is recorded about people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.decisions import PersonStatus
from gateway.deliveries import Delivered, DeliveryState
from gateway.documents import Receipt
from gateway.errors import NotFound
from gateway.identity import DeliveryId


def test_every_consent_about_a_person_is_read_with_what_is_recorded_about_the_person(store, given):
    store.add_consent(given.consent(), given.plan())
    store.add_consent(given.consent(id="other", person=given.somebody_else), given.plan())

    assert store.mark_person(given.person, PersonStatus.PROTECTED, given.plan(), given.noon)

    assert [consent.known for consent in store.consents_about(given.person)] == [{PersonStatus.PROTECTED}]
    assert [consent.known for consent in store.consents_about(given.somebody_else)] == [frozenset()]
    assert store.statuses(given.person) == {PersonStatus.PROTECTED}


def test_what_is_lifted_no_longer_holds_and_what_changes_nothing_says_so(store, given):
    store.mark_person(given.person, PersonStatus.DECEASED, given.plan(), given.noon)

    assert not store.mark_person(given.person, PersonStatus.DECEASED, given.plan(), given.noon)
    assert not store.mark_person(given.person, PersonStatus.PROTECTED, given.plan(), given.noon, holds=False)
    assert store.mark_person(given.person, PersonStatus.DECEASED, given.plan(), given.noon, holds=False)

    assert store.statuses(given.person) == frozenset()
    assert [(entry.event, entry.detail) for entry in store.log()] == [
        ("person.marked", "deceased"),
        ("person.unmarked", "deceased"),
    ]


@pytest.mark.parametrize("holds", [True, False])
def test_a_change_asks_the_plan_about_the_person_and_keeps_what_it_says(store, given, keep, holds):
    ready = keep.delivery()
    if not holds:
        store.mark_person(given.person, PersonStatus.PROTECTED, given.plan(), given.noon)
    held = replace(ready, state=DeliveryState.HELD_PROTECTED, reason="protected-identity", due_at=None)
    told = []

    def plan(*facts):
        told.append(facts)
        return [held]

    store.mark_person(given.person, PersonStatus.PROTECTED, plan, given.noon + timedelta(hours=1), holds=holds)

    assert [deliveries for _, _, deliveries in told] == [[ready]]
    assert store.delivery(ready.id)[0] == held


def test_a_try_is_decided_with_what_is_recorded_then(store, given, keep):
    claimed = keep.claimed() if hasattr(keep, "claimed") else keep.tried()
    store.add_consent(given.consent(), given.plan())
    store.mark_person(given.person, PersonStatus.PROTECTED, given.plan(), given.noon)
    asked = []

    store.authorise(
        claimed,
        lambda consents, _: asked.extend(consents) or given.refusal("protected-identity"),
        given.noon,
        given.address,
    )

    assert [consent.known for consent in asked] == [{PersonStatus.PROTECTED}]
    assert store.delivery(claimed.id)[0].state is DeliveryState.HELD_PROTECTED


def test_a_delivery_that_is_let_go_is_kept_so_until_it_has_arrived(store, given, keep):
    held = keep.delivery(state=DeliveryState.HELD_PROTECTED, reason="protected-identity", due_at=None)
    another = keep.delivery(state=DeliveryState.HELD_PROTECTED, reason="protected-identity", due_at=None)
    told = []

    def plan(_consents, _sets, deliveries):
        told.extend(deliveries)
        return [replace(one, state=DeliveryState.READY, due_at=given.noon) for one in deliveries if one.is_released]

    released = store.release_protected(held.id, "Anna Ek", "personen vill det", plan, given.noon)

    assert (released.state, released.is_released) == (DeliveryState.READY, True)
    assert [(one.id, one.is_released) for one in told] == [(held.id, True), (another.id, False)]
    [claimed] = keep.claim()
    assert claimed.is_released
    store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)
    store.record(claimed, Delivered(Receipt("")), given.noon)
    assert not store.delivery(held.id)[0].is_released
    [entry] = [one for one in store.log() if one.event == "operator.action"]
    assert (entry.delivery, entry.detail) == (held.id, "release by Anna Ek: personen vill det")


def test_what_is_not_held_for_a_protected_identity_cannot_be_let_go(store, given, keep):
    ready = keep.delivery()

    for one in (ready.id, DeliveryId("nobody's")):
        with pytest.raises(NotFound):
            store.release_protected(one, "Anna Ek", "personen vill det", given.plan(), given.noon)

    assert not store.delivery(ready.id)[0].is_released
