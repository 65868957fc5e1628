"""Processes that start at once wait for each other, and one of an older version writes nothing into newer tables."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from gateway.errors import StoreUnavailable
from gateway.store.postgres import connection as postgres_connection
from gateway.store.postgres import schema as postgres_schema
from gateway.store.sqlite import connection as sqlite_connection
from gateway.store.sqlite.schema import newest


@pytest.fixture
def slow_at_first(monkeypatch):
    """Lets the first who brings the tables up to date take longer than a write is waited for; tells when it does."""
    monkeypatch.setattr(sqlite_connection, "_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(postgres_connection, "_PATIENCE", "100ms")
    begun, enough = threading.Event(), threading.Event()

    def slowly(bring_up_to_date):
        def bring(db):
            if not begun.is_set():
                begun.set()
                assert enough.wait(30)
            bring_up_to_date(db)

        return bring

    for module, name in ((sqlite_connection, "bring_up_to_date"), (postgres_schema, "_bring_up_to_date")):
        monkeypatch.setattr(module, name, slowly(getattr(module, name)))
    return begun, enough


def test_a10_who_starts_while_another_brings_the_tables_up_to_date_waits_for_it(make_store, slow_at_first, given):
    begun, enough = slow_at_first
    with ThreadPoolExecutor(2) as starts:
        first = starts.submit(make_store)
        assert begun.wait(30)
        second = starts.submit(make_store)
        with pytest.raises(TimeoutError):
            second.result(timeout=1)
        enough.set()
        stores = [one.result(timeout=30) for one in (first, second)]

    message = given.message()
    assert given.accept(stores[0], message)
    assert stores[1].message(message.id)[0].id == message.id
    for store in stores:
        store.close()


@pytest.fixture
def outgrow(request, tmp_path):
    """Changes the version of the tables, as a newer gateway does that starts."""

    def in_file():
        with closing(sqlite3.connect(tmp_path / "samsyn.db")) as db:
            db.execute(f"PRAGMA user_version = {newest() + 1}")

    def on_server():
        with psycopg.connect(request.getfixturevalue("address")) as db:
            db.execute("UPDATE version SET number = number + 1")

    return on_server if request.node.callspec.params["make_store"] == "postgres" else in_file


def test_a10_one_of_an_older_version_that_runs_still_writes_nothing_into_the_newer_tables(store, given, outgrow, capfd):
    message = given.message()
    given.accept(store, message)

    outgrow()

    with pytest.raises(StoreUnavailable):
        given.accept(store, given.message(certificate=given.another_certificate()))
    assert [one.id for one in store.messages()] == [message.id]
    assert '"event":"the tables are not those of this version"' in capfd.readouterr().err
