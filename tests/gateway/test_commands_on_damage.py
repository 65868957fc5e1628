"""What cannot be opened any more hides nothing else: lists tell all the others, and which rows are damaged."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from commanding import commanded, run, run_json
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    PERSON,
    SOMEBODY_ELSE,
    certificate,
    consent_of,
    failing,
)

from gateway.identity import PersonIdentity

NO_KEY = "DELETE FROM person WHERE token = :person"
ANOTHER_KEY = "UPDATE person SET wrapped = zeroblob(60) WHERE token = :person"
NO_NAME = "UPDATE certificate SET name = zeroblob(80) WHERE token = :certificate"
UNKNOWN = "nothing that the gateway writes"


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A gateway that has sent something about two persons, and what is for the first one's employer has stopped."""
    world = commanded(tmp_path / "samsyn.db", monkeypatch)
    world.agencies[EMPLOYER].failures = [failing(400)]
    for person in (PERSON, SOMEBODY_ELSE):
        assert world.give(consent_of(FORSAKRINGSKASSAN, person=person)).status_code == 201
    assert world.give(consent_of(EMPLOYER)).status_code == 201
    world.hand_in()
    [world.first] = [one.id for one in world.gateway.store.messages()]
    world.hand_in(certificate(person=SOMEBODY_ELSE, id_="7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2002"))
    world.deliver()
    yield world
    world.gateway.store.close()


def damage(world, tmp_path, statement):
    """Change what is kept of the first person, behind the gateway's back."""
    store = world.gateway.store
    token = store._keys.index.of("person", PersonIdentity(PERSON).digits)
    with closing(sqlite3.connect(tmp_path / "samsyn.db", isolation_level=None)) as db:
        [extension] = db.execute("SELECT extension FROM message WHERE person = ?", (token,)).fetchone()
        db.execute(statement, {"person": token, "certificate": extension})


def told_in_json(*command):
    """Return what a list tells that fails: the rows that can be opened, and those that cannot."""
    told, *error = run(*command, "--json", status=1).splitlines()
    assert [line.split(": ")[0] for line in error] == ["Error"]
    rows = json.loads(told)
    return [one for one in rows if "damaged" not in one], [one for one in rows if "damaged" in one]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (NO_KEY, "erased"),
        (ANOTHER_KEY, "not as it was sealed"),
        (NO_NAME, "not sealed"),
        ("UPDATE delivery SET state = 'LOST' WHERE person = :person", UNKNOWN),
        ("UPDATE delivery SET organisation = '199002222397' WHERE person = :person", UNKNOWN),
    ],
)
def test_b27_deliveries_that_cannot_be_opened_are_told_by_their_ids_and_all_others_are_listed(
    world, tmp_path, statement, why
):
    [whole] = run_json("deliveries")
    damage(world, tmp_path, statement)

    good, damaged = told_in_json("deliveries")

    assert good == [one for one in whole if one["message"] != world.first]
    assert [one["id"] for one in damaged] == [one["id"] for one in whole if one["message"] == world.first]
    assert all(why in one["damaged"] for one in damaged)
    told = run("deliveries", status=1)
    assert all(f"{one['id']} cannot be opened: {one['damaged']}" in told for one in damaged)
    assert PERSON not in told


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (NO_KEY, "gone"),
        (NO_NAME, "not sealed"),
        ("UPDATE message SET problems = 'none' WHERE person = :person", "not sealed"),
        ("UPDATE message SET received_at = 9000000000000000000 WHERE person = :person", UNKNOWN),
    ],
)
def test_b27_messages_that_cannot_be_opened_are_told_by_their_ids_and_all_others_are_listed(
    world, tmp_path, statement, why
):
    [whole] = run_json("messages")
    damage(world, tmp_path, statement)

    good, [damaged] = told_in_json("messages")

    assert good == [one for one in whole if one["id"] != world.first]
    assert damaged["id"] == world.first
    assert why in damaged["damaged"]
    assert f"{world.first} cannot be opened: {damaged['damaged']}" in run("messages", status=1)


def test_consents_that_cannot_be_opened_are_told_by_their_ids_and_all_others_are_listed(world, tmp_path):
    [whole] = run_json("consent", "list")
    damage(world, tmp_path, NO_KEY)

    good, damaged = told_in_json("consent", "list")

    assert good == whole[1:2]
    assert [one["id"] for one in damaged] == [whole[0]["id"], whole[2]["id"]]
    assert f"{whole[0]['id']} cannot be opened: " in run("consent", "list", status=1)


def test_what_stopped_is_set_going_without_what_cannot_be_opened_and_that_is_told(world, tmp_path):
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]
    world.hand_in(certificate(person=SOMEBODY_ELSE, id_="7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2003"))
    world.deliver()
    assert run_json("deliveries", "redrive")[0]["deliveries"] == 2
    [bad] = [one["id"] for one in run_json("deliveries")[0] if (one["message"], one["state"]) == (world.first, "DEAD")]
    damage(world, tmp_path, NO_NAME)

    told = json.loads(run("deliveries", "redrive", "--json", status=1).splitlines()[0])

    assert (told["deliveries"], [one["id"] for one in told["damaged"]]) == (1, [bad])
    assert f"{bad} cannot be opened: " in run("deliveries", "redrive", status=1)
    key = ("--go", told["key"], "--by", "Anna Ek", "--patience", "1")
    assert json.loads(run("deliveries", "redrive", "--json", *key, status=1).splitlines()[0])["driven"]
    assert [one["state"] for one in told_in_json("deliveries")[0]].count("READY") == 1


def test_what_was_shared_is_told_though_its_certificate_cannot_be_read(world, tmp_path):
    [before] = [
        one
        for one in json.loads(run("person", "report", "--json", typed=PERSON).splitlines()[-1])["shared"]
        if one["gone"] == "delivered"
    ]
    damage(world, tmp_path, NO_NAME)

    told = run("person", "report", "--json", typed=PERSON).splitlines()[-1]

    assert {**before, "certificate": None} in json.loads(told)["shared"]
    assert "Ett intyg som är raderat, eller inte kan läsas" in run("person", "report", typed=PERSON)


def test_somebody_whose_key_is_gone_keeps_nobody_else_asleep(world, tmp_path):
    asleep = {one.digits for one in world.gateway.store.people_asleep()}
    assert asleep == {PERSON, SOMEBODY_ELSE}
    damage(world, tmp_path, ANOTHER_KEY)

    assert [one.digits for one in world.gateway.store.people_asleep()] == [SOMEBODY_ELSE]
