"""A server that takes what it is sent and says nothing is waited for no longer than one that is gone."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from silent_peers import Peer

from gateway.errors import StoreUnavailable
from gateway.store.postgres import PostgresStore, asking
from gateway.store.postgres.connection import Connection
from gateway.store.postgres.names import held_name


@pytest.fixture(autouse=True)
def short_of_patience(monkeypatch):
    monkeypatch.setattr(asking, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(asking, "SILENT_SECONDS", 0.3)
    monkeypatch.setattr(asking, "_LAST_SECONDS", 0.1)


@pytest.fixture
def peer(address):
    peer = Peer(f"{conninfo_to_dict(address)['host']}/.s.PGSQL.5432")
    yield peer
    peer.close()


@pytest.fixture
def by_way_of_it(address, peer):
    """The database's address, by way of the peer."""
    return make_conninfo(address, host="127.0.0.1", port=peer.port, sslmode="disable", gssencmode="disable")


@pytest.fixture
def store(by_way_of_it, key_file):
    opened = PostgresStore(by_way_of_it, key_file)
    yield opened
    opened.close()


def test_a16_one_that_lets_us_in_and_says_nothing_cannot_be_reached(peer, by_way_of_it, key_file):
    peer.fall_silent()

    with pytest.raises(StoreUnavailable):
        PostgresStore(by_way_of_it, key_file)


@pytest.mark.parametrize("for_all", [True, False])
def test_a16_one_that_falls_silent_is_let_go_of_and_another_connection_is_opened(store, peer, given, for_all):
    message = given.message()
    given.accept(store, message)
    store.message(message.id)
    peer.fall_silent(for_all=for_all)

    with pytest.raises(StoreUnavailable):
        given.accept(store, given.message(certificate=given.another_certificate()))
    if for_all:
        with pytest.raises(StoreUnavailable):
            store.message(message.id)

    peer.is_silent = False
    assert given.accept(store, given.message(certificate=given.another_certificate()))
    assert store.message(message.id)[0].id == message.id


def test_a_name_is_not_said_to_be_held_by_a_server_that_says_nothing(by_way_of_it, peer):
    with held_name(by_way_of_it, "worker") as is_held:
        assert is_held()
        peer.fall_silent()

        with pytest.raises(StoreUnavailable):
            is_held()


@pytest.fixture(params=["on", "off"])
def tracking(request, address, postgres_server):
    """Whether the server says of its processes what they do."""
    database = conninfo_to_dict(address)["dbname"]
    postgres_server.run(f"ALTER DATABASE {database} SET track_activities = {request.param}")


@pytest.mark.usefixtures("tracking")
@pytest.mark.parametrize("is_proxy", [False, True])
def test_what_the_server_is_long_at_work_on_is_waited_for(by_way_of_it, peer, is_proxy):
    peer.is_proxy = is_proxy
    with closing(Connection(by_way_of_it)) as db:
        assert db.execute("SELECT 'done' FROM pg_sleep(1.5)").fetchone() == ("done",)


def test_it_is_waited_for_though_the_server_lets_nobody_else_in(by_way_of_it, address, postgres_server):
    with closing(Connection(by_way_of_it)) as db:
        postgres_server.run(f"ALTER DATABASE {conninfo_to_dict(address)['dbname']} ALLOW_CONNECTIONS false")

        assert db.execute("SELECT 'done' FROM pg_sleep(1.5)").fetchone() == ("done",)


@pytest.mark.usefixtures("tracking")
def test_what_is_not_answered_though_the_work_is_done_is_not_waited_for(by_way_of_it, peer):
    with closing(Connection(by_way_of_it)) as db:
        began = time.monotonic()
        peer.fall_silent(for_all=False)
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT 1")

    assert time.monotonic() - began < 5
