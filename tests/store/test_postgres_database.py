"""What is PostgreSQL's own: the database that is fit for it, a server that goes away, and processes that meet."""

from __future__ import annotations

import shutil
import sqlite3
import threading

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from gateway.auditing import Notary
from gateway.errors import ConfigurationError, StoreUnavailable
from gateway.stops import Scope
from gateway.store.postgres import _PLACE, PostgresStore, connection
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.postgres.names import held_name
from gateway.store.sqlite import SqliteStore

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'samsyn'"
"""Ends every connection of the gateway's."""


@pytest.fixture
def store(address, key_file):
    opened = PostgresStore(address, key_file)
    yield opened
    opened.close()


def asked(address, statement, *values):
    with psycopg.connect(address, autocommit=True) as db:
        cursor = db.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def test_both_databases_have_the_same_tables_with_the_same_columns(address, tmp_path):
    SqliteStore(tmp_path / "samsyn.db").close()
    with sqlite3.connect(tmp_path / "samsyn.db") as db:
        tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        in_file = {
            (table, column[1])
            for (table,) in db.execute(tables).fetchall()
            for column in db.execute(f"PRAGMA table_info({table})")
        }
    db.close()

    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    on_server = {(table, column) for table, column in asked(address, columns) if table != "version"}

    assert on_server == in_file


def test_a_database_that_is_not_fit_is_refused_and_left_as_it_was(postgres_server, key_file):
    address = postgres_server.new_database(encoding="SQL_ASCII")

    with pytest.raises(ConfigurationError, match="LOCALE 'C'"):
        PostgresStore(address, key_file)

    assert asked(address, "SELECT * FROM information_schema.tables WHERE table_schema = 'public'") == []


def test_a10_an_older_gateway_refuses_a_newer_database(address, key_file):
    asked(address, "UPDATE version SET number = number + 1")

    with pytest.raises(ConfigurationError, match="newer version"):
        PostgresStore(address, key_file)


def test_a_server_that_cannot_be_reached_is_said_to_be_so_without_its_password(key_file):
    with pytest.raises(StoreUnavailable) as told:
        PostgresStore("postgresql://samsyn:hemligt@127.0.0.1:1/samsyn", key_file)

    assert "hemligt" not in str(told.value)


def test_where_the_server_ends_all_connections_a_read_goes_on_and_the_next_write(store, address, given):
    message = given.message()
    given.accept(store, message)
    store.message(message.id)

    asked(address, CUT)
    assert store.message(message.id)[0].id == message.id
    with pytest.raises(StoreUnavailable):
        given.accept(store, given.message(certificate=given.another_certificate()))

    assert given.accept(store, given.message(certificate=given.another_certificate()))
    assert store.message(message.id)[0].id == message.id


def test_two_processes_that_claim_at_once_never_get_the_same_delivery(store, address, key_file, given, keep):
    for _ in range(20):
        keep.delivery()
    another, claims = PostgresStore(address, key_file), []

    def claim(one, worker):
        for _ in range(10):
            claims.extend(delivery.id for delivery in one.claim_due(given.noon, given.lease, 3, worker))

    workers = [threading.Thread(target=claim, args=pair) for pair in ((store, "w1"), (another, "w2"))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    another.close()

    assert len(claims) == 20
    assert len(set(claims)) == 20


def test_a_process_that_stopped_in_the_middle_of_a_write_does_not_stop_the_others_for_long(
    store, address, given, monkeypatch
):
    monkeypatch.setattr(connection, "_STUCK", "300ms")
    engine = PostgresEngine(address)
    stuck = engine.connect()
    engine.begin(stuck)

    assert given.accept(store, given.message())

    with pytest.raises(psycopg.Error):
        stuck.execute("COMMIT")
    stuck.close()


def test_a_name_is_held_by_one_process_at_a_time(address):
    with held_name(address, "worker") as first, held_name(address, "worker") as second:
        assert first()
        assert not second()
        assert first()
        with held_name(address, "another") as other:
            assert other()
    with held_name(address, "worker") as again:
        assert again()


def test_a_name_whose_connection_was_cut_is_held_again_where_nobody_has_taken_it(address):
    with held_name(address, "worker") as first, held_name(address, "worker") as second:
        assert first()
        asked(address, CUT)

        with pytest.raises(StoreUnavailable):
            first()

        assert first()
        assert not second()


def test_a_name_whose_connection_was_cut_is_no_longer_held_where_somebody_has_taken_it(address):
    with held_name(address, "worker") as first, held_name(address, "worker") as second:
        assert first()
        asked(address, CUT)
        assert second()

        with pytest.raises(StoreUnavailable):
            first()

        assert not first()


def test_who_asks_for_a_name_where_there_is_no_server_is_told_so():
    with held_name("postgresql://127.0.0.1:1/samsyn", "worker") as nobody, pytest.raises(StoreUnavailable):
        nobody()


@pytest.mark.parametrize("how", ["DELETE FROM log", "UPDATE log SET detail = ''", "TRUNCATE log", "DELETE FROM leaf"])
def test_h01_the_log_is_only_added_to(store, address, given, how):
    given.accept(store, given.message())

    with pytest.raises(psycopg.Error, match="stands as it was written"):
        asked(address, how)


def goes_round(store, key):
    """The notary's round on a machine that has this key."""
    with Notary(store, key, (), store.now).at_work(3600):
        pass


def test_h13_a_dump_that_is_restored_as_another_database_stays_paused(
    postgres_server, address, store, key_file, given, tmp_path
):
    given.accept(store, given.message())
    goes_round(store, tmp_path / "key")
    home = store.epoch().home
    store.close()
    restored = PostgresStore(postgres_server.new_database(template=conninfo_to_dict(address)["dbname"]), key_file)

    goes_round(restored, tmp_path / "key")

    assert [(one.scope, one.because) for one in restored.stops()] == [
        (Scope.COPY, f"it lived in another place, {home}")
    ]
    assert given.accept(restored, given.message(certificate=given.another_certificate()))
    restored.close()


def test_a_machine_that_joins_the_others_stops_nothing(store, address, key_file, given, tmp_path):
    given.accept(store, given.message())
    goes_round(store, tmp_path / "key")
    (tmp_path / "joins").mkdir()
    shutil.copy(tmp_path / "key", tmp_path / "joins")
    joining = PostgresStore(address, key_file)

    goes_round(joining, tmp_path / "joins" / "key")
    given.accept(joining, given.message(certificate=given.another_certificate()))
    for _ in range(2):
        goes_round(store, tmp_path / "key")
        goes_round(joining, tmp_path / "joins" / "key")

    assert store.stops() == []
    joining.close()


def test_which_database_it_is_can_be_asked_by_whoever_uses_it(address):
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE ROLE nobody_special")
        db.execute("SET ROLE nobody_special")
        assert db.execute(_PLACE).fetchone()
        db.execute("RESET ROLE")
        db.execute("DROP ROLE nobody_special")
