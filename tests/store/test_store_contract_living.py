"""What every store promises where it was copied or put back: the rows H13 and H14 of the fault table."""

from __future__ import annotations

import pytest

from gateway.deliveries import Delivered, DeliveryState
from gateway.documents import Receipt
from gateway.errors import StoreUnavailable
from gateway.stops import Scope, Stop
from gateway.store.port import Epoch


@pytest.fixture
def copied(given):
    return Stop(Scope.COPY, "", "notary", "it lived in another place, elsewhere", given.noon)


def test_h14_who_began_in_an_earlier_epoch_writes_no_more(open_store, given, keep_in, capfd):
    first, second = open_store(), open_store()
    tried = keep_in(first).tried()
    second.check()

    first.live_on(first.place(), "Anna", "återläst", given.noon)

    with pytest.raises(StoreUnavailable):
        second.record(tried, Delivered(Receipt("late")), given.noon)
    with pytest.raises(StoreUnavailable):
        given.accept(first, given.message(certificate=given.another_certificate()))
    assert '"began_in":1,"now":2' in capfd.readouterr().err
    third = open_store()
    assert third.delivery(tried.id)[0].state is DeliveryState.UNKNOWN
    assert given.accept(third, given.message(certificate=given.another_certificate()))


def test_h13_nothing_leaves_a_copy_and_it_takes_in(store, given, keep, read, copied):
    claimed = keep.claimed()
    store.stop(copied)
    waiting = keep.delivery()

    assert keep.claim() == []
    assert not read(given.noon)
    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address) is None
    assert store.delivery(waiting.id)[0].state is DeliveryState.READY


def test_h13_what_workers_held_is_known_to_be_unknown_before_anything_is_sent(open_store, given, keep_in, copied):
    store = open_store()
    keep = keep_in(store)
    tried, claimed = keep.tried(), keep.claimed()
    store.stop(copied)

    assert store.live_on("here", "Anna", "återläst", given.noon) == 1

    store = open_store()
    states = {one.id: (one.state, one.reason) for one in store.deliveries()}
    assert states[tried.id] == (DeliveryState.UNKNOWN, "worker-lost")
    assert states[claimed.id] == (DeliveryState.READY, "worker-lost")
    assert store.stops() == []
    assert store.epoch() == Epoch(2, "here")
    told = [entry.detail for entry in store.log() if entry.event in {"operator.action", "security.alert"}]
    assert told == [f"stop copy notary: {copied.because}", "live-on Anna: återläst", "lift copy Anna"]


def test_a_database_has_no_home_before_it_has_settled(open_store):
    store = open_store()
    assert store.epoch() == Epoch(1, "")

    store.settle(store.place())

    assert open_store().epoch() == Epoch(1, store.place())
