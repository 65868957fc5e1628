"""`samsyn store purge`: what was kept long enough is gone, its space too, and all else goes on."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import orjson
import pytest
from commanding import commanded, run, run_json
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    ORGANISATIONS,
    PERSON,
    certificate,
    consent_of,
)

from gateway.information_sets import notice_of, rest_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def world(path, monkeypatch):
    world = commanded(path, monkeypatch)
    world.time -= timedelta(days=30)
    yield world
    world.gateway.store.close()


def purge(monkeypatch, **days):
    monkeypatch.setenv("SAMSYN_KEEP_DAYS", json.dumps(days))
    return run("store", "purge", "--by", "Anna Ek")


def test_nothing_is_purged_that_nobody_has_set_a_time_for(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    assert "What 0 sets said is gone." in run("store", "purge", "--by", "Anna Ek")


def test_a_set_that_there_is_not_is_refused(world, monkeypatch):
    monkeypatch.setenv("SAMSYN_KEEP_DAYS", '{"sjukskrivningsunderlaget": 30}')

    assert "sjukskrivningsunderlaget is no information set" in run("store", "purge", "--by", "Anna Ek", status=1)


def test_what_is_over_is_gone_and_its_reader_is_still_told_that_it_is_revoked(world, monkeypatch):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    [had] = world.agencies[FORSAKRINGSKASSAN].received
    assert world.search(patient_identifier=PERSON).json()["total"] == 1

    assert "What 1 sets said is gone." in purge(monkeypatch, sjukskrivningsunderlag=1)

    assert world.search(patient_identifier=PERSON).json()["total"] == 0
    assert world.states()["sjukskrivningsunderlag"] == "DELIVERED"
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.deliver()
    assert len(world.agencies[FORSAKRINGSKASSAN].received) == 1
    assert world.agencies[EMPLOYER].sets == ["arbetsgivaruppgift-bas"]
    world.revoke()
    world.deliver()
    [_, notice] = world.agencies[FORSAKRINGSKASSAN].received
    first = notice["entry"][0]["resource"]
    assert first["status"] == "entered-in-error"
    assert first["identifier"] == had["entry"][0]["resource"]["identifier"]
    run("audit", "check")
    run("audit", "verify")


def test_whom_a_new_consent_names_is_not_planned_for_what_is_over(world, monkeypatch):
    world.consent(EMPLOYER)
    world.hand_in()
    world.deliver()
    purge(monkeypatch, **{"arbetsgivaruppgift-bas": 1})

    names_another = json.dumps(consent_of(EMPLOYER)).replace(ORGANISATIONS[EMPLOYER], "5560360793")
    assert world.give(json.loads(names_another)).status_code == 201

    [only] = [one for one in world.gateway.store.deliveries() if one.set_name == "arbetsgivaruppgift-bas"]
    assert str(only.organisation) == ORGANISATIONS[EMPLOYER]


def test_todays_rules_make_nothing_anew_of_what_is_over(world, monkeypatch):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    purge(monkeypatch, sjukskrivningsunderlag=1)

    run("deliveries", "redrive", "--renew", "--state", "DELIVERED")
    [before] = [one for one in run_json("deliveries")[0] if one["set"] == "sjukskrivningsunderlag"]
    assert before["state"] == "DELIVERED"
    for command in (("deliveries", "show"), ("consent", "explain")):
        run(*command, before["id"])
    assert "could be tried again" in run("deliveries", "retry", before["id"], status=1)
    assert CERTIFICATE in run("person", "report", typed=PERSON)


def test_the_space_is_given_back_while_the_file_is_in_use(world, path, monkeypatch):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    for number in range(10):
        world.hand_in(certificate(id_=CERTIFICATE[:-2] + f"{number + 10}"))
    world.deliver()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size

    purge(monkeypatch, sjukskrivningsunderlag=1)

    assert path.stat().st_size < 0.9 * before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_a_file_from_before_gives_its_space_back_too(world, path, monkeypatch):
    world.hand_in()
    world.gateway.store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA auto_vacuum = NONE")
        db.execute("VACUUM")

    purge(monkeypatch, sjukskrivningsunderlag=1)

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA auto_vacuum").fetchone() == (2,)


def test_a_notice_is_the_same_made_of_what_is_left(world):
    world.hand_in()
    store = world.gateway.store

    for variant in store.variants(store.messages()[0].id):
        document = orjson.loads(variant.body)
        rest = rest_of(document)
        assert notice_of(rest, ["a", "b"], world.time) == notice_of(document, ["a", "b"], world.time)
        assert "section" not in rest["entry"][0]["resource"]
        assert {entry["resource"]["resourceType"] for entry in rest["entry"]} == {
            "Composition",
            "Patient",
            "Organization",
        }
