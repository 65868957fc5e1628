"""What every store promises of the decision that comes before each attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.deliveries import Delivered, DeliveryState, Postponed
from gateway.documents import Receipt
from gateway.errors import Problem

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def events(store, message=None):
    return [entry.event for entry in store.log(message)]


def test_a_permitted_delivery_yields_its_set_and_leaves_a_record_of_the_attempt(store, given, keep):
    store.add_consent(given.consent(), given.plan())
    claimed = keep.claimed()
    asked = []

    decision, released, *_ = store.authorise(
        claimed, lambda consents, _: asked.append(consents) or given.permit(), given.noon + SECOND, given.address
    )

    assert [list(consents) for consents in asked] == [[given.consent()]]
    assert decision == given.permit()
    assert (released.certificate, released.name) == (claimed.certificate, "sickness_benefit")
    delivery, [attempt] = store.delivery(claimed.id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENDING, 1)
    assert (attempt.number, attempt.started_at) == (1, given.noon + SECOND)
    assert (attempt.consent, attempt.rule) == ("Consent/c1/_history/1", "provision")
    assert (attempt.ended_at, attempt.outcome, attempt.reason, attempt.reference) == (None, "", "", "")
    entry = store.log()[-1]
    assert (entry.event, entry.detail) == ("release.authorised", "Consent/c1/_history/1")
    assert (entry.at, entry.message, entry.delivery) == (given.noon + SECOND, claimed.message, claimed.id)


def test_a_set_comes_back_as_it_was_kept(store, given, keep):
    kept = []

    def whole(message):
        sections = frozenset({"28", "32"})
        kept.append(given.set_for(message, withheld=frozenset({"7", "6"}), sections=sections))
        return kept[0]

    claimed = keep.claimed(sets=[whole])

    _, released, *_ = store.authorise(
        claimed, lambda *_: given.permit(withheld=frozenset({"6", "7"})), given.noon, given.address
    )

    assert released == kept[0]
    assert store.log()[-1].detail == "Consent/c1/_history/1 withheld=6,7"


def test_the_variant_that_leaves_withholds_exactly_what_the_decision_says(store, given, keep):
    variants = [
        lambda message: given.set_for(message, body=b"all"),
        lambda message: given.set_for(message, body=b"some", withheld=frozenset({"6"})),
        lambda message: given.set_for(message, body=b"least", withheld=frozenset({"6", "32"})),
    ]
    claimed = keep.claimed(sets=variants)

    _, released, *_ = store.authorise(
        claimed, lambda *_: given.permit(withheld=frozenset({"6"})), given.noon, given.address
    )

    assert released.body == b"some"


def test_a_variant_that_was_not_kept_is_held_and_not_replaced_by_another(store, given, keep):
    claimed = keep.claimed(sets=[given.set_for])

    assert (
        store.authorise(claimed, lambda *_: given.permit(withheld=frozenset({"6"})), given.noon, given.address) is None
    )

    held, attempts = store.delivery(claimed.id)
    assert (held.state, held.reason, held.due_at) == (DeliveryState.HELD_MAPPING, "variant-missing", None)
    assert attempts == []
    assert (store.log()[-1].event, store.log()[-1].detail) == ("delivery.held_mapping", "variant-missing")


@pytest.mark.parametrize(
    ("hold", "state"), [("mapping", DeliveryState.HELD_MAPPING), ("leak", DeliveryState.HELD_LEAK)]
)
def test_a_variant_on_hold_does_not_leave(store, given, keep, hold, state):
    problem = Problem("svar 6", "Värdet står i fritexten")
    on_hold = [lambda message: given.set_for(message, hold=hold, problems=(problem,))]
    claimed = keep.claimed(sets=on_hold)

    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address) is None

    held, attempts = store.delivery(claimed.id)
    assert (held.state, held.reason, held.due_at, attempts) == (state, hold, None, [])


def test_a_hold_on_one_variant_stops_no_other(store, given, keep):
    variants = [
        lambda message: given.set_for(message, hold="leak", withheld=frozenset({"6"})),
        lambda message: given.set_for(message, body=b"clean"),
    ]
    claimed = keep.claimed(sets=variants)

    _, released, *_ = store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)

    assert released.body == b"clean"


@pytest.mark.parametrize("how", ["no-active-consent", "expired", "on hold"])
def test_what_is_held_after_an_attempt_that_failed_has_all_its_attempts_before_it_again(store, given, keep, how):
    tried = keep.tried(sets=[given.set_for, lambda message: given.set_for(message, hold="leak", withheld={"6"})])
    store.record(tried, Postponed(given.noon + HOUR, "HTTP 503"), given.noon)
    [again] = keep.claim(given.noon + HOUR)
    assert (again.attempts, again.began_at) == (1, given.noon)
    decision = given.permit(withheld=frozenset({"6"})) if how == "on hold" else given.refusal(how)

    assert store.authorise(again, lambda *_: decision, given.noon + HOUR, given.address) is None

    held, attempts = store.delivery(tried.id)
    assert (held.attempts, held.began_at, len(attempts)) == (0, None, 1)


def test_a_delivery_that_no_consent_permits_is_held_until_one_begins(store, given, keep):
    claimed = keep.claimed()
    tomorrow = given.noon + 24 * HOUR

    refused = store.authorise(
        claimed,
        lambda *_: given.refusal("not-started", consent="Consent/c1/_history/1", until=tomorrow),
        given.noon,
        given.address,
    )

    assert refused is None
    held, attempts = store.delivery(claimed.id)
    assert (held.state, held.reason, held.due_at) == (DeliveryState.HELD_CONSENT, "not-started", tomorrow)
    assert (held.attempts, attempts) == (0, [])
    entry = store.log()[-1]
    assert (entry.event, entry.detail) == ("delivery.held_consent", "not-started Consent/c1/_history/1")
    assert [d.id for d in keep.claim(tomorrow)] == [claimed.id]


def test_a_consent_withdrawn_between_the_claim_and_the_decision_withholds_the_delivery(store, given, keep):
    store.add_consent(given.consent(), given.plan())
    claimed = keep.claimed()
    store.change_consent(given.consent(version=2, resource={"status": "inactive"}), given.plan(), None)

    def decide(consents, _kept):
        [consent] = consents
        return given.permit() if consent.resource["status"] == "active" else given.refusal("revoked")

    assert store.authorise(claimed, decide, given.noon, given.address) is None

    delivery, attempts = store.delivery(claimed.id)
    assert (delivery.state, delivery.reason, delivery.due_at) == (DeliveryState.WITHHELD, "revoked", None)
    assert attempts == []
    assert "release.authorised" not in events(store)


def test_a_consent_that_ends_between_two_attempts_withholds_the_delivery(store, given, keep):
    claimed = keep.claimed(state=DeliveryState.RETRY_WAIT)

    assert store.authorise(claimed, lambda *_: given.refusal("expired"), given.noon, given.address) is None

    delivery, _ = store.delivery(claimed.id)
    assert (delivery.state, delivery.reason, delivery.due_at) == (DeliveryState.WITHHELD, "expired", None)


def test_a_decision_that_fails_changes_nothing(store, given, keep):
    claimed = keep.claimed()
    before = store.log()

    def failing(*_facts):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.authorise(claimed, failing, given.noon, given.address)

    assert store.delivery(claimed.id) == (claimed, [])
    assert store.log() == before


def test_a26_a_worker_whose_fence_is_outgrown_gets_no_decision_and_changes_nothing(store, given, keep):
    slow = keep.claimed()
    keep.claim(given.noon + given.lease, worker="w2")
    before = store.delivery(slow.id), store.log()

    assert store.authorise(slow, lambda *_: given.permit(), given.noon + given.lease, given.address) is None
    assert store.record(slow, Delivered(Receipt("late")), given.noon + given.lease) is False

    assert (store.delivery(slow.id), store.log()) == before


def test_a_delivery_that_nobody_claimed_gets_no_decision(store, given, keep):
    unclaimed = keep.delivery()

    assert store.authorise(unclaimed, lambda *_: given.permit(), given.noon, given.address) is None

    assert store.delivery(unclaimed.id) == (unclaimed, [])


def test_each_try_in_an_attempt_is_decided_and_recorded_and_the_attempt_counts_once(store, given, keep):
    claimed = keep.claimed()
    newer = given.permit(consent="Consent/c1/_history/2")

    first = store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)
    second = store.authorise(claimed, lambda *_: newer, given.noon, given.address)

    assert [(one.attempt, one.tries) for one in (first, second)] == [(1, 1), (1, 2)]
    delivery, [attempt] = store.delivery(claimed.id)
    assert (delivery.attempts, attempt.consent, attempt.ended_at) == (1, "Consent/c1/_history/2", None)
    authorised = [entry.detail for entry in store.log() if entry.event == "release.authorised"]
    assert authorised == ["Consent/c1/_history/1", "Consent/c1/_history/2 try=2"]


def test_a_further_try_that_is_refused_ends_the_attempt(store, given, keep):
    tried = keep.tried()

    assert store.authorise(tried, lambda *_: given.refusal("revoked"), given.noon, given.address) is None

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.state, attempt.ended_at, attempt.outcome) == (DeliveryState.WITHHELD, given.noon, "WITHHELD")
    assert events(store)[-2:] == ["release.outcome", "delivery.withheld"]


def test_no_two_tries_have_the_same_number(store, given, keep):
    tried = keep.tried()
    store.record(tried, Postponed(given.noon, "busy"), given.noon)
    [again] = keep.claim()

    second = store.authorise(again, lambda *_: given.permit(), given.noon, given.address)

    assert (second.attempt, second.tries) == (2, 1)
