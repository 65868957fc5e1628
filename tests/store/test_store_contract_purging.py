"""What sets said is taken away once its time is over: that, and nothing else, and from where it was cut short."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.auditing import check
from gateway.deliveries import OVER, Delivered, DeliveryState
from gateway.documents import Envelope, Receipt
from gateway.errors import CertificateConflict, Erased
from gateway.heard import Heard
from gateway.identity import DeliveryId
from gateway.notices import Notice
from gateway.revocations import Revocation
from gateway.store.sql import purging

DAY = timedelta(days=1)
SET = "sickness_benefit"


@pytest.fixture
def purge(store, given):
    """Takes away, a day later, of which nothing has happened for a moment."""

    def purge(*names, ended=given.noon):
        ended_of = dict.fromkeys(names or [SET], ended)
        return store.purge(ended_of, lambda body: b"rest of " + body, "Anna Ek", given.noon + DAY)

    return purge


@pytest.fixture
def delivered(store, given, keep):
    """Keeps a set that its recipient has taken; returns the delivery."""

    def deliver(**special):
        claimed = keep.tried(**special)
        assert store.record(claimed, Delivered(Receipt("ref")), given.noon, heard=Heard(200, {}, b"thanks"))
        return store.delivery(claimed.id)[0]

    return deliver


def bodies(store, message):
    return [one.body for one in store.variants(message)]


def test_what_was_delivered_and_is_over_is_gone_and_that_it_was_delivered_is_not(store, given, delivered, purge):
    store.add_consent(given.consent(), given.plan())
    delivery = delivered()
    before = store.entries_about(given.person)

    assert purge() == 1

    assert bodies(store, delivery.message) == [b'rest of {"resourceType":"Bundle"}']
    with pytest.raises(Erased):
        store.envelope(delivery.message)
    [summary] = store.messages()
    assert (summary.certificate, summary.problems) == (delivery.certificate, ())
    kept, [attempt] = store.delivery(delivery.id)
    assert (kept, attempt.reference, attempt.answer) == (delivery, "ref", "")
    assert list(store.entries_about(given.person))[: len(before)] == list(before)
    assert [one.detail for one in store.log(delivery.message) if one.event == "set.purged"] == [SET]
    assert (store.strays(), check(store).breaches) == (0, [])
    assert purge() == 0


def test_what_is_over_is_read_by_nobody_and_sent_to_nobody(store, given, delivered, purge, read):
    delivery = delivered()
    assert read(given.noon)

    purge(ended=given.noon + DAY)

    assert not read(given.noon + DAY)
    [kept] = store.kept_sets(given.person, [SET])
    assert kept.hold == OVER
    assert store.set_going([delivery], "redrive", given.noon + DAY) == []


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - {"DELIVERED", "SUPERSEDED", "CANCELLED", "WITHHELD"}))
def test_a11_what_waits_is_held_is_stopped_or_may_have_been_taken_stays(store, keep, purge, state):
    delivery = keep.delivery(state=state, due_at=None)

    assert purge() == 0

    assert bodies(store, delivery.message) == [b'{"resourceType":"Bundle"}']
    assert store.envelope(delivery.message).content


def test_a_set_stays_as_long_as_one_of_its_deliveries_is_not_over(store, given, keep, purge):
    message = keep.message(
        {"state": DeliveryState.WITHHELD, "due_at": None},
        {"state": DeliveryState.HELD_CONSENT, "due_at": None, "kind": "municipality", "organisation": None},
    )

    assert purge() == 0
    assert bodies(store, message.id) == [b'{"resourceType":"Bundle"}']


def test_a_set_stays_until_nothing_has_happened_to_it_for_long_enough(store, given, delivered, purge):
    delivered()

    assert purge(ended=given.noon - timedelta(seconds=1)) == 0
    assert purge("employer") == 0
    assert purge() == 1


def test_a_set_that_is_for_nobody_is_kept_from_when_it_came_unless_somebody_has_to_look(store, given, keep, purge):
    keep.message()
    held = keep.message(
        certificate=given.another_certificate(), sets=[lambda message: given.set_for(message, hold="mapping")]
    )

    assert purge() == 1
    assert bodies(store, held.id) == [b'{"resourceType":"Bundle"}']


def test_a_message_stays_as_long_as_one_of_its_sets_does(store, given, keep, purge):
    message = keep.message(sets=[given.set_for, lambda message: given.set_for(message, "employer")])

    purge(SET)
    assert store.envelope(message.id).content == message.envelope.content

    purge("employer")
    with pytest.raises(Erased):
        store.envelope(message.id)


def test_of_variants_that_nobody_has_got_one_stays_without_what_it_said(store, given, keep, purge):
    message = keep.message(
        sets=[given.set_for, lambda message: given.set_for(message, withheld=frozenset({"6"}), body=b"{}")]
    )

    purge()

    assert len(bodies(store, message.id)) == 1


def test_what_is_over_does_not_come_back_under_its_id(store, given, keep, purge):
    keep.message()
    purge()

    with pytest.raises(CertificateConflict):
        given.accept(store, given.message())


def test_who_has_got_it_is_told_when_its_certificate_is_revoked_afterwards(store, given, keep, delivered, purge):
    delivery = delivered()
    purge()
    told = []

    def tell(had):
        told.append(had.body)
        again = {"id": DeliveryId(str(uuid.uuid4())), "state": DeliveryState.READY, "due_at": given.noon}
        brings = replace(had.delivery, is_notice=True, **again)
        return Notice("a notice", brings, b"it is revoked")

    revocation = Revocation("r1", delivery.certificate, given.person, Envelope(b"<revoke/>", "SE1", given.noon))
    store.revoke(revocation, lambda _before, _gone: [], tell, keep_early=True)

    assert told == [b'rest of {"resourceType":"Bundle"}']
    [claimed] = keep.claim()
    authorised = store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)
    assert authorised.information_set.body == b"it is revoked"


def test_a11_a_purge_that_is_cut_short_goes_on_the_next_time(store, given, keep, purge, monkeypatch):
    messages = [keep.message(certificate=given.another_certificate()) for _ in range(3)]
    done = []

    def cut(*arguments):
        if done:
            raise RuntimeError("killed here")
        done.append(True)
        return take_away(*arguments)

    take_away = purging._take_away
    with monkeypatch.context() as killed:
        killed.setattr(purging, "_AT_ONCE", 1)
        killed.setattr(purging, "_take_away", cut)
        with pytest.raises(RuntimeError):
            purge()
    left = [one.id for one in messages if bodies(store, one.id) == [b'{"resourceType":"Bundle"}']]
    assert len(left) == 2
    assert all(store.envelope(one).content for one in left)

    assert purge() == 2
    assert [one.event for one in store.log()].count("set.purged") == 3
    assert (store.strays(), check(store).breaches) == (0, [])
