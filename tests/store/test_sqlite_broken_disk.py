"""A disk that fails the thread that writes: what may not be durable is not said to be kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from failing_calls import nothing_becomes_durable, nothing_can_be_written

from gateway.auditing import check
from gateway.errors import StoreUnavailable
from gateway.store.sqlite import SqliteStore


@pytest.mark.parametrize("fails", [nothing_becomes_durable, nothing_can_be_written])
def test_a15_a16_while_the_disk_fails_nothing_is_said_to_be_kept_and_afterwards_all_goes_on(
    tmp_path, given, keep_in, fails
):
    path = tmp_path / "samsyn.db"
    store = SqliteStore(path)
    kept = keep_in(store).message()
    again = given.message(certificate=given.another_certificate())
    store._writer.write(lambda _: fails())

    # The second time it may stand in the file, in the system's memory: that is not yet kept.
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            given.accept(store, again)
    with pytest.raises(StoreUnavailable):
        store.check()

    store.close()
    mended = SqliteStore(path)
    given.accept(mended, again)
    assert {one.id for one in mended.messages()} == {kept.id, again.id}
    assert check(mended).breaches == []
    mended.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
