"""The key-encryption key is changed, and all is there."""

from __future__ import annotations

import pytest

from gateway.errors import ConfigurationError


def test_after_a_rotation_everything_is_read_as_before_by_whoever_has_it_open(store, open_store, given, keep):
    message = keep.message(content=b"<one/>")
    store.add_consent(given.consent(), given.plan())
    long_open = open_store()

    assert store.rotate("Anna Ek", given.noon) == 1

    for one in (store, long_open, open_store()):
        assert one.envelope(message.id).content == b"<one/>"
        assert [consent.person for consent in one.consents_about(given.person)] == [given.person]
        assert one.message(message.id)[0].certificate == message.certificate


def test_who_comes_after_a_rotation_has_a_key_that_the_new_one_wraps(store, open_store, given, keep):
    long_open = open_store()
    store.rotate("Anna Ek", given.noon)

    given.accept(long_open, given.message())

    assert store.not_wrapped_by(store._keys.ring.current, 10) == []
    assert store.rotate("Anna Ek", given.noon) == 1


def test_a_rotation_is_told_in_the_log(store, given):
    store.rotate("Anna Ek", given.noon)

    assert store.log()[-1].event == "operator.action"
    assert store.log()[-1].detail.endswith(" by Anna Ek")


def test_where_other_machines_have_none_that_is_made_here_a_key_is_added_first(store, given, keep):
    keep.delivery()
    with pytest.raises(ConfigurationError, match="add-key"):
        store.rotate("Anna Ek", given.noon, may_make_key=False)

    added = store.add_key("Anna Ek", given.noon)

    assert store.rotate("Bo Alm", given.noon, may_make_key=False) == 1
    told = [one.detail for one in store.log() if one.event == "operator.action"]
    assert told == [f"add-key {added} by Anna Ek", f"rotate to {added} by Bo Alm"]
