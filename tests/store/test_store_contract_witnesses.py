"""What every store promises where logs are witnessed: by others, and others' here."""

from __future__ import annotations

from datetime import timedelta

from gateway.store.port import Cosignature

HOUR = timedelta(hours=1)


def test_the_newest_cosignature_of_each_witness_is_told(store, given):
    for witness, size, hours in (("one", 3, 0), ("two", 3, 0), ("one", 5, 1)):
        store.add_cosignature(witness, size, f"line {size}", given.noon + hours * HOUR)

    assert store.newest_cosignature("one") == Cosignature("one", 5, "line 5", given.noon + HOUR)
    assert store.newest_cosignature("nobody") is None
    assert [(one.witness, one.size) for one in store.cosignatures()] == [("one", 3), ("two", 3), ("one", 5)]


def test_of_two_who_saw_the_same_before_only_one_is_remembered(open_store, given):
    first, second = open_store(), open_store()
    assert first.witnessed("samsyn/1") is None

    assert first.keep_witnessed("samsyn/1", 0, 3, "three", given.noon)
    assert not second.keep_witnessed("samsyn/1", 0, 4, "four", given.noon)
    assert second.keep_witnessed("samsyn/1", 3, 4, "four", given.noon)

    assert first.witnessed("samsyn/1") == "four"
    assert first.witnessed("samsyn/2") is None
