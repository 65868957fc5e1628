"""A file is moved to PostgreSQL while it is used: nothing is lost, and nothing goes on in both places."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from gateway.auditing import check
from gateway.deliveries import Delivered, DeliveryState
from gateway.documents import Receipt
from gateway.errors import ConfigurationError, Erased, StoreUnavailable
from gateway.heard import Heard
from gateway.stops import Scope
from gateway.store import copying
from gateway.store.copying import move
from gateway.store.postgres import PostgresStore, connection
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def file(path, key_file):
    opened = SqliteStore(path, key_file)
    yield opened
    opened.close()


@pytest.fixture
def filled(file, keep_in, given):
    """The file, with something of everything that a delivery leaves behind."""
    keeper = keep_in(file)
    file.add_consent(given.consent(), given.plan())
    keeper.tried()
    keeper.delivery(is_notice=True, set_name="other")
    file.begin_operation("one", "redrive", given.noon)
    return file


def counts(path, address):
    """Return how many rows each table of the file has, here and there."""
    tables = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'moved_*' AND name != 'sqlite_sequence'"
    )
    with sqlite3.connect(path) as file, psycopg.connect(address) as server:
        asked = {name: f"SELECT count(*) FROM {name}" for (name,) in file.execute(tables)}  # noqa: S608 - ours
        in_file = {name: file.execute(question).fetchone()[0] for name, question in asked.items()}
        on_server = {name: server.execute(question).fetchone()[0] for name, question in asked.items()}
    file.close()
    return in_file, on_server


def test_everything_is_moved_and_the_log_goes_on_where_it_was(filled, path, address, key_file, given):
    grown, deliveries = filled.grown(), filled.deliveries()

    move(path, address, key_file, "Anna")

    in_file, on_server = counts(path, address)
    told_of_the_move = {"stop": 1, "leaf": 1}
    assert on_server == {table: count + told_of_the_move.get(table, 0) for table, count in in_file.items()}
    assert in_file["attempt"] == 1
    moved = PostgresStore(address, key_file)
    assert moved.deliveries() == deliveries
    assert moved.consents_about(given.person) == [given.consent()]
    assert moved.grown().log == grown.log
    assert moved.grown().size == grown.size + 1
    assert moved.strays() == 0
    assert given.accept(moved, given.message(certificate=given.another_certificate()))
    moved.close()


def test_what_was_moved_waits_until_a_person_lets_the_workers_go_on(file, path, address, key_file, given, keep_in):
    keep_in(file).delivery()
    move(path, address, key_file, "Anna")
    moved = PostgresStore(address, key_file)
    late = given.noon + timedelta(hours=1)

    assert not moved.claim_due(late, given.lease, 10, "w1")

    moved.lift(Scope.WORKERS, "", "Anna", late)
    assert len(moved.claim_due(late, given.lease, 10, "w1")) == 1
    moved.close()


def test_who_still_uses_the_file_is_told_that_it_is_unavailable_and_nobody_opens_it_again(
    filled, path, address, key_file, given, capfd
):
    move(path, address, key_file, "Anna")

    with pytest.raises(StoreUnavailable):
        given.accept(filled, given.message(certificate=given.another_certificate()))
    with pytest.raises(StoreUnavailable):
        filled.claim_due(given.noon, given.lease, 10, "w1")
    assert '"now":-1' in capfd.readouterr().err
    with pytest.raises(ConfigurationError, match="moved to PostgreSQL"):
        SqliteStore(path, key_file)


def test_a_database_that_is_in_use_is_refused_and_the_file_goes_on(filled, path, address, key_file, given):
    used = PostgresStore(address, key_file)
    given.accept(used, given.message())
    used.close()

    with pytest.raises(ConfigurationError, match="in use already"):
        move(path, address, key_file, "Anna")

    assert given.accept(filled, given.message(certificate=given.another_certificate()))


def test_a_database_that_a_gateway_runs_on_is_in_use_though_it_has_kept_nothing_yet(
    filled, path, address, key_file, given
):
    running = PostgresStore(address, key_file)
    running.anchor_within(None, given.noon)

    with pytest.raises(ConfigurationError, match="in use already"):
        move(path, address, key_file, "Anna")

    assert given.accept(filled, given.message(certificate=given.another_certificate()))
    running.close()
    assert move(path, address, key_file, "Anna") > 0


def test_a_gateway_that_was_not_connected_during_the_move_does_not_go_on_with_what_was_moved(
    filled, path, address, key_file, given
):
    started_too_early = PostgresStore(address, key_file)
    move(path, address, key_file, "Anna")

    with pytest.raises(StoreUnavailable):
        given.accept(started_too_early, given.message(certificate=given.another_certificate()))
    with pytest.raises(StoreUnavailable):
        started_too_early.deliveries()
    started_too_early.close()


def test_no_gateway_starts_on_a_database_that_is_just_being_filled(address, key_file, monkeypatch):
    monkeypatch.setattr(connection, "_PATIENCE", "50ms")
    engine = PostgresEngine(address)
    with closing(engine.connect()) as filling:
        assert engine.is_alone(filling)

        with pytest.raises(StoreUnavailable):
            PostgresStore(address, key_file)

    PostgresStore(address, key_file).close()


def test_a_database_whose_log_was_signed_already_is_in_use(filled, path, address, key_file, given):
    begun = PostgresStore(address, key_file)
    begun.add_checkpoint(0, "signed by a gateway that was started too early", given.noon)
    begun.close()

    with pytest.raises(ConfigurationError, match="in use already"):
        move(path, address, key_file, "Anna")


def test_where_a_move_fails_midway_the_file_goes_on_and_the_next_move_succeeds(
    filled, path, address, key_file, given, monkeypatch
):
    with monkeypatch.context() as failing:
        failing.setattr(copying, "_GO_ON", "SELECT no_such_thing")
        with pytest.raises(StoreUnavailable):
            move(path, address, key_file, "Anna")

    assert given.accept(filled, given.message(certificate=given.another_certificate()))
    assert move(path, address, key_file, "Anna") > 0


def test_what_is_handed_in_during_the_move_is_in_the_one_place_or_refused(file, path, address, key_file, given):
    accepted, begun = [], threading.Event()

    def hand_in():
        try:
            while True:
                message = given.message(certificate=given.another_certificate())
                given.accept(file, message)
                accepted.append(message.id)
                begun.set()
        except StoreUnavailable:
            return

    senders = [threading.Thread(target=hand_in) for _ in range(3)]
    for sender in senders:
        sender.start()
    begun.wait()
    move(path, address, key_file, "Anna")
    for sender in senders:
        sender.join()

    moved = PostgresStore(address, key_file)
    assert {summary.id for summary in moved.messages(len(accepted) + 1)} == set(accepted)
    moved.close()


def test_who_was_erased_is_moved_as_erased(filled, path, address, key_file, given):
    delivery = next(one for one in filled.deliveries() if one.state is DeliveryState.SENDING)
    assert filled.record(delivery, Delivered(Receipt("ref")), given.noon, heard=Heard(200, {}, b"{}"))
    for by in ("Anna", "Bo"):
        filled.erase(given.person, by, "asked for", given.noon)

    move(path, address, key_file, "Anna")

    server = PostgresStore(address, key_file)
    with pytest.raises(Erased):
        server.delivery(delivery.id)
    assert list(server.consents()) == []
    assert check(server).breaches == []
    server.close()
