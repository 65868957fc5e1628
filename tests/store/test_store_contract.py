"""What every store promises of the database itself, and of its log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.deliveries import Delivered
from gateway.documents import Receipt
from gateway.errors import StoreUnavailable
from gateway.identity import DeliveryId, MessageId


def test_two_who_open_the_same_database_see_what_the_other_keeps(open_store, given):
    first, second = open_store(), open_store()
    message = given.message()

    assert given.accept(first, message, [given.set_for(message)], given.plan(given.delivery_of(message)))

    assert [summary.id for summary in second.messages()] == [message.id]
    assert given.accept(second, given.message(), [], given.plan()) is False
    [claimed] = second.claim_due(given.noon, given.lease, 10, "w2")
    assert first.claim_due(given.noon, given.lease, 10, "w1") == []
    assert first.authorise(claimed, lambda *_: given.permit(), given.noon, given.address) is not None


def test_two_who_write_the_same_database_at_once_both_succeed(open_store, given):
    stores = [open_store(), open_store()]

    def hand_in(number):
        message = given.message(certificate=given.another_certificate())
        return given.accept(stores[number % 2], message, [given.set_for(message)], given.plan())

    with ThreadPoolExecutor(8) as hands:
        assert all(hands.map(hand_in, range(80)))

    assert len(stores[0].messages()) == len(stores[1].messages()) == 80


def test_a_store_that_is_opened_again_has_everything(open_store, given):
    store = open_store()
    message = given.message()
    delivery = given.delivery_of(message)
    given.accept(store, message, [given.set_for(message)], given.plan(delivery))
    store.add_consent(given.consent(), given.plan())
    before = store.messages(), store.log(), store.consents_about(given.person)
    store.close()

    again = open_store()

    assert (again.messages(), again.log(), again.consents_about(given.person)) == before
    assert again.deliveries() == [delivery]
    assert len(again.kept_sets(given.person, ["sickness_benefit"])) == 1


def test_a_store_that_can_be_used_says_so_and_a_closed_one_does_not(store):
    store.check()
    store.close()

    with pytest.raises(StoreUnavailable):
        store.check()


def test_a_closed_store_neither_keeps_nor_tells(store, given):
    store.close()
    message = given.message()

    with pytest.raises(StoreUnavailable):
        given.accept(store, message, [], given.plan())
    with pytest.raises(StoreUnavailable):
        store.delivery(DeliveryId("any"))


def test_the_log_tells_the_life_of_a_delivery_in_order(store, given, keep):
    tried = keep.tried()
    store.record(tried, Delivered(Receipt("FK-1")), given.noon)
    keep.delivery()

    entries = store.log(tried.message)

    assert [entry.event for entry in entries] == [
        "message.accepted",
        "delivery.ready",
        "delivery.sending",
        "release.authorised",
        "release.outcome",
    ]
    assert [entry.sequence for entry in entries] == sorted({entry.sequence for entry in entries})
    assert {entry.delivery for entry in entries[1:]} == {tried.id}
    assert len(store.log()) == 7
    assert store.log(MessageId("none")) == []


def test_the_log_names_no_person(store, given, keep):
    store.add_consent(given.consent(), given.plan())
    tried = keep.tried()
    store.record(tried, Delivered(Receipt("FK-1")), given.noon)
    [kept] = store.kept_sets(given.person, ["sickness_benefit"])
    names = ["sickness_benefit"]
    assert store.read_sets(given.person, names, lambda *_: [(kept, given.permit())], given.reader, given.noon)

    assert given.person.digits not in repr(store.log())
