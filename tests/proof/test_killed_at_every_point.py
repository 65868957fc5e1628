"""Killed with SIGKILL at each step of a journey, on both stores: what was accepted is delivered, and has one effect."""

from __future__ import annotations

import json
import signal
import sqlite3
import uuid
from contextlib import closing

import httpx
import pytest
from running import until
from worlds import FORSAKRINGSKASSAN, PERSON, SETS, SOMEBODY_ELSE, certificate

from gateway.store.postgres import schema as postgres_schema
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.postgres.schema.vault import VAULT as POSTGRES_VAULT
from gateway.store.sqlite import schema as sqlite_schema
from gateway.store.sqlite.schema.vault import VAULT as SQLITE_VAULT

KILLED = -signal.SIGKILL


@pytest.mark.parametrize("point", ["it is read", "it is mapped", "it is being kept", "it is kept"])
def test_a01_a02_a03_a_gateway_killed_before_it_answers_has_kept_all_or_nothing_and_is_asked_again(
    here, recipient, point
):
    gateway = here.serve(dies=point)
    here.consent()

    with pytest.raises(httpx.TransportError):
        here.hand_in(certificate())

    assert gateway.ends() == KILLED
    was_kept = point == "it is kept"
    assert len(here.deliveries()) == was_kept
    here.serve()
    assert here.hand_in(certificate()) == ("INFO" if was_kept else "OK")
    here.start("worker")
    here.drain(1)
    assert len(recipient.requests) == 1
    here.prove()


LOST = ("UNKNOWN", "worker-lost")
TAKEN = ("DELIVERED", "")


@pytest.mark.parametrize(
    ("point", "state", "attempts", "requests"),
    [
        ("it is claimed", "SENDING", [TAKEN], 1),
        ("it is permitted", "SENDING", [LOST, TAKEN], 1),
        ("it is sent", "SENDING", [LOST, TAKEN], 2),
        ("it is answered", "SENDING", [LOST, TAKEN], 2),
        ("its outcome is kept", "DELIVERED", [TAKEN], 1),
    ],
)
def test_a04_a05_a06_a07_a_worker_killed_at_a_delivery_leaves_it_to_be_delivered_with_one_effect(
    here, recipient, point, state, attempts, requests
):
    here.serve()
    here.consent()
    here.hand_in(certificate())

    if point == "it is sent":
        recipient.answers.clear()
        worker = here.start("worker")
        until(lambda: recipient.requests, "the recipient to have the request")
        assert worker.ends(signal.SIGKILL) == KILLED
        recipient.answers.set()
    else:
        assert here.start("worker", dies=point).ends() == KILLED

    [delivery] = here.deliveries()
    assert delivery["state"] == state
    here.hand_in(certificate(id_=str(uuid.uuid4())))
    here.start("worker")
    here.drain(2)
    assert here.attempts(delivery) == attempts
    assert len(recipient.requests) == requests + 1
    here.prove()


@pytest.mark.parametrize("point", ["the log is being signed", "the log is signed", "the log is anchored"])
def test_a08_a_gateway_killed_while_it_signs_the_log_goes_on_from_what_it_had_signed(here, point):
    assert here.start("serve", dies=point).ends() == KILLED

    here.serve()
    here.consent()
    size = here.log_size
    until(lambda: here.anchored_size >= size, "the whole log to be anchored")
    here.prove()


@pytest.mark.parametrize(
    "point",
    [
        "the new key is written beside the file",
        "the new key is in the file",
        "the index has the new key",
        "one person has the new key",
        "everybody has the new key",
    ],
)
def test_a09_keys_that_are_changed_by_a_process_that_is_killed_are_changed_by_the_next(here, point):
    about = [certificate(person=person, id_=str(uuid.uuid4())) for person in (PERSON, SOMEBODY_ELSE)]
    gateway = here.serve()
    here.consent()
    here.consent(SOMEBODY_ELSE)
    for one in about:
        here.hand_in(one)

    assert here.start("vault", "rotate", "--by", "Anna", "--alone", dies=point).ends() == KILLED

    assert [here.hand_in(one) for one in about] == ["INFO", "INFO"]
    here.said("vault", "rotate", "--by", "Anna", "--alone")
    gateway.ends(signal.SIGTERM)
    here.vault_key.write_text(here.vault_key.read_text("utf-8").splitlines()[-1], "utf-8")
    here.serve()
    assert [here.hand_in(one) for one in about] == ["INFO", "INFO"]
    here.start("worker")
    here.drain(2)
    here.prove()


@pytest.mark.parametrize(
    ("point", "left"),
    [("one set is taken away", 1), ("another set is being taken away", 1), ("all is gone", 0)],
)
def test_a11_a_purge_that_is_killed_is_gone_on_with_by_the_next(here, point, left):
    here.configure(f"keep_days = {{ {SETS[FORSAKRINGSKASSAN]} = 1 }}")
    here.serve()
    here.consent()
    for _ in range(2):
        here.hand_in(certificate(id_=str(uuid.uuid4())))
    here.start("worker")
    here.drain(2)

    assert here.start("store", "purge", "--by", "Anna", dies=point).ends() == KILLED

    assert f"What {left} sets said is gone." in here.said("store", "purge", "--by", "Anna")
    assert {one["state"] for one in here.deliveries()} == {"DELIVERED"}
    here.hand_in(certificate(id_=str(uuid.uuid4())))
    here.drain(3)
    here.prove()


@pytest.mark.parametrize("point", ["the key is in the erasure list", "the person is being erased", "all is gone"])
def test_h12_an_erasure_that_is_killed_is_finished_by_whoever_starts_next(here, point):
    here.serve()
    here.consent()
    here.hand_in(certificate())
    erase = ("person", "erase", "--because", "asked for", "--by")
    assert here.start(*erase, "Anna", typed=PERSON).ends() == 0

    assert here.start(*erase, "Bo", dies=point, typed=PERSON).ends() == KILLED

    assert here.deliveries() == []
    here.start("worker")
    here.prove()
    report = here.start("person", "report", "--json", typed=PERSON)
    assert report.ends() == 0
    assert len(json.loads(report.text().splitlines()[-1])["erased"]) == 1


@pytest.mark.parametrize("point", ["the tables are being made", "the first key is being kept"])
def test_a10_a_gateway_killed_while_it_makes_its_tables_makes_them_at_the_next_start(new_place, point):
    assert new_place.start("serve", dies=point).ends() == KILLED

    new_place.serve()
    assert new_place.hand_in(certificate()) == "OK"
    new_place.prove()


IN_CLEAR = (
    """
    INSERT INTO consent (number, id, version, person, recorded_at, resource)
    VALUES (1, 'c1', 1, '199002222397', 0, '{"status":"active"}'),
        (2, 'c2', 1, '191212121212', 0, '{"status":"active"}')
    """,
    "INSERT INTO log (at, event, message, delivery, detail) VALUES (0, 'consent.kept', '', '', '')",
)


@pytest.fixture
def older(new_place, monkeypatch):
    """A place where a version was that kept everything in clear, with something about two persons."""
    if new_place.postgres:
        schema, first_sealed, bring_up_to_date = postgres_schema, POSTGRES_VAULT, postgres_schema._bring_up_to_date
    else:
        schema, first_sealed, bring_up_to_date = sqlite_schema, SQLITE_VAULT, sqlite_schema.bring_up_to_date
    with monkeypatch.context() as version, closing(_connected(new_place)) as db:
        version.setattr(schema, "_VERSIONS", schema._VERSIONS[: schema._VERSIONS.index(first_sealed)])
        bring_up_to_date(db)
        for kept in IN_CLEAR:
            db.execute(kept)
    return new_place


def _connected(place):
    if place.postgres:
        return PostgresEngine(place.postgres).connect()
    return sqlite3.connect(place.database, isolation_level=None)


@pytest.mark.parametrize("point", ["one person is sealed", "another person is being sealed", "all is sealed"])
def test_a10_a_gateway_killed_while_it_seals_what_was_kept_in_clear_seals_the_rest_at_the_next_start(older, point):
    assert older.start("serve", dies=point).ends() == KILLED

    older.serve()
    with closing(_connected(older)) as db:
        assert db.execute("SELECT COUNT(*) FROM consent WHERE length(person) = 12").fetchone()[0] == 0
    assert older.postgres or SOMEBODY_ELSE.encode() not in older.database.read_bytes()
    assert len(json.loads(older.said("consent", "list", "--json"))) == 2
    older.prove()
