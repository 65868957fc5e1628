"""What every store promises of the decisions it keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.deliveries import DeliveryState, Postponed
from gateway.store.port import Reader

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def said(store, delivery):
    """Way, whether it permits, and reason of each kept decision."""
    return [(one.way, one.decision.permitted, one.decision.reason) for one in store.decisions(delivery)]


def read(store, given, decision, at=None):
    def choose(_consents, sets):
        return [(kept, decision) for kept in sets]

    return store.read_sets(given.person, ["sickness_benefit"], choose, given.reader, at or given.noon)


def test_a_decision_that_opens_an_attempt_comes_back_as_it_was_made(store, given, keep):
    decision = given.permit(withheld=frozenset({"6", "32"}), since=given.noon - HOUR, policy="7")
    claimed = keep.claimed(sets=[lambda m: given.set_for(m, withheld=frozenset({"6", "32"}))])

    store.authorise(claimed, lambda *_: decision, given.noon, given.address)

    [kept] = store.decisions(claimed)
    assert kept.decision == decision
    assert (kept.at, kept.way, kept.delivery) == (given.noon, "send", claimed.id)
    assert (kept.message, kept.set_name, kept.organisation) == (claimed.message, "sickness_benefit", "2021005521")


def test_a_denial_is_kept_with_where_it_puts_the_delivery(store, given, keep):
    decision = given.refusal(
        "not-started", consent="Consent/c1/_history/1", rule="provision", until=given.noon + HOUR, objected=True
    )
    claimed = keep.claimed()

    store.authorise(claimed, lambda *_: decision, given.noon, given.address)

    [kept] = store.decisions(claimed)
    assert kept.decision == decision


def test_each_attempt_and_each_further_try_keeps_its_decision_in_order(store, given, keep):
    tried = keep.tried()

    again = store.authorise(tried, lambda *_: given.permit(), given.noon + MINUTE, given.address)
    store.record(tried, Postponed(given.noon + HOUR, "busy"), given.noon + MINUTE)
    [claimed] = keep.claim(given.noon + HOUR)
    store.authorise(claimed, lambda *_: given.refusal("revoked"), given.noon + HOUR, given.address)

    assert (again.decision, again.tries) == (given.permit(), 2)
    assert said(store, tried) == [
        ("send", True, "permitted"),
        ("try", True, "permitted"),
        ("send", False, "revoked"),
    ]
    numbers = [one.number for one in store.decisions(tried)]
    assert numbers == sorted(set(numbers))


def test_a_further_try_is_decided_on_the_consents_as_they_are_then(store, given, keep):
    tried = keep.tried()
    store.add_consent(given.consent(), given.plan())
    asked = []

    store.authorise(
        tried,
        lambda consents, _: asked.append(list(consents)) or given.refusal("recipient-not-covered"),
        given.noon,
        given.address,
    )

    assert asked == [[given.consent()]]
    assert said(store, tried)[-1] == ("try", False, "recipient-not-covered")


def test_a_worker_that_lost_its_lease_gets_no_further_try_and_leaves_no_decision(store, given, keep):
    slow = keep.tried()
    keep.claim(given.noon + given.lease, "another")

    assert store.authorise(slow, lambda *_: given.permit(), given.noon + given.lease, given.address) is None
    assert len(said(store, slow)) == 1


def test_an_attempt_that_has_ended_gets_no_further_try(store, given, keep):
    tried = keep.tried()
    store.record(tried, Postponed(given.noon + HOUR, "busy"), given.noon)

    assert store.authorise(tried, lambda *_: given.permit(), given.noon, given.address) is None
    assert len(said(store, tried)) == 1


def test_the_decision_that_puts_a_delivery_somewhere_is_kept_with_it(store, given, keep):
    held = keep.delivery(
        state=DeliveryState.HELD_CONSENT, reason="no-active-consent", due_at=None, decision=given.refusal()
    )
    woken = replace(held, state=DeliveryState.READY, due_at=given.noon + HOUR, decision=given.permit())

    store.add_consent(given.consent(recorded_at=given.noon + HOUR), given.plan(woken))

    assert said(store, held) == [("plan", False, "no-active-consent"), ("plan", True, "permitted")]
    assert [one.at for one in store.decisions(held)] == [given.noon, given.noon + HOUR]


def test_a_delivery_that_stays_as_it_was_keeps_no_new_decision(store, given, keep):
    held = keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)

    store.add_consent(given.consent(), given.plan(replace(held, decision=given.refusal())))

    assert said(store, held) == []


def test_a_decision_is_not_kept_where_it_cannot_be_carried_out(store, given, keep):
    claimed = keep.claimed()

    def failing(*_facts):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.authorise(claimed, failing, given.noon, given.address)

    assert said(store, claimed) == []


def test_every_reading_keeps_the_permit_it_rests_on(store, given, keep):
    delivery = keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)

    for minute in range(3):
        assert read(store, given, given.permit(), given.noon + minute * MINUTE)

    kept = store.decisions(delivery)
    assert said(store, delivery) == [("pull", True, "permitted")] * 3
    assert {one.delivery for one in kept} == {""}
    assert [one.at for one in kept] == [given.noon + minute * MINUTE for minute in range(3)]


def test_a_caller_that_asks_for_what_it_may_not_have_is_noted_once_a_day_and_whenever_the_answer_is_another(
    store, given, keep
):
    delivery = keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)

    for minute in range(5):
        assert read(store, given, given.refusal(), given.noon + minute * MINUTE) == []
    assert said(store, delivery) == [("pull", False, "no-active-consent")]

    read(store, given, given.refusal("recipient-not-covered", consent="Consent/c1/_history/1"), given.noon + HOUR)
    read(store, given, given.refusal(), given.noon + DAY)
    read(store, given, given.refusal(), given.noon + DAY + HOUR)

    assert [reason for _, _, reason in said(store, delivery)] == [
        "no-active-consent",
        "recipient-not-covered",
        "no-active-consent",
    ]


def test_what_was_not_read_because_a_person_has_to_look_keeps_no_permit(store, given, keep):
    delivery = keep.delivery(sets=[lambda m: given.set_for(m, hold="leak")], state=DeliveryState.HELD_LEAK, due_at=None)

    assert read(store, given, given.permit()) == []

    assert said(store, delivery) == []


def test_decisions_on_another_set_or_for_another_organisation_are_not_a_deliverys(store, given, keep):
    one = keep.tried()
    other = keep.tried(set_name="employer", sets=[lambda m: given.set_for(m, "employer")])

    assert [kept.delivery for kept in store.decisions(one)] == [one.id]
    assert [kept.delivery for kept in store.decisions(other)] == [other.id]
    assert store.decisions(replace(one, organisation=None)) == []


def test_all_decisions_on_a_messages_sets_are_told_whoever_they_were_for(store, given, keep):
    tried = keep.tried()
    keep.tried(set_name="employer", sets=[lambda m: given.set_for(m, "employer")])
    store.read_sets(
        given.person,
        ["sickness_benefit"],
        lambda _consents, sets: [(kept, given.refusal("recipient-not-covered")) for kept in sets],
        Reader("2120009994", "municipality"),
        given.noon,
    )

    found = store.decisions_on(tried.message)

    assert [(one.way, one.organisation) for one in found] == [("send", given.agency.digits), ("pull", "2120009994")]
    assert store.decisions_on(tried.id) == []
