"""`samsyn person erase`: two people erase somebody, and every command goes on as if nothing had been kept."""

from __future__ import annotations

import json

import pytest
from commanding import commanded, run, run_json
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    ORGANISATIONS,
    PERSON,
    SOMEBODY_ELSE,
    TOKEN,
    certificate,
    consent_of,
    failing,
    unreachable,
)

BECAUSE = ("--because", "the person asks for it")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def open_world(path, monkeypatch):
    opened = []

    def open_it():
        opened.append(commanded(path, monkeypatch))
        return opened[-1]

    yield open_it
    for world in opened:
        world.gateway.store.close()


@pytest.fixture
def world(open_world):
    """A gateway that has sent something about a person, could not send something, was refused, and waits."""
    world = open_world()
    for kind in (FORSAKRINGSKASSAN, EMPLOYER, MUNICIPALITY):
        world.consent(kind)
    world.agencies[EMPLOYER].failures = [unreachable] * 3
    world.agencies[MUNICIPALITY].failures = [failing(400)]
    world.hand_in()
    world.deliver()
    assert {state: list(world.states().values()).count(state) for state in ("DEAD", "DELIVERED", "RETRY_WAIT")} == {
        "DEAD": 1,
        "DELIVERED": 1,
        "RETRY_WAIT": 1,
    }
    return world


def erase(person=PERSON):
    assert "Asked for." in run("person", "erase", "--by", "Anna Ek", *BECAUSE, typed=person)
    assert "It is erased." in run("person", "erase", "--by", "Bo Alm", *BECAUSE, typed=person)


def test_it_takes_two_people_and_somebody_who_is_there(world):
    run("person", "erase", "--by", "Anna Ek", *BECAUSE, typed=PERSON)

    told = run("person", "erase", "--by", "ANNA EK", *BECAUSE, typed=PERSON, status=1)
    assert "it takes another person" in told
    assert "RETRY_WAIT" in world.states().values()
    told = run("person", "erase", "--by", "Anna Ek", *BECAUSE, typed=SOMEBODY_ELSE, status=1)
    assert "Nothing is kept about this person" in told


def test_h12_afterwards_nothing_waits_nothing_is_set_going_and_every_command_answers(world):
    seen = world.gateway.store.deliveries()
    message = seen[0].message

    erase()

    [listed] = run_json("deliveries")
    assert listed == []
    assert run_json("messages") == [[]]
    for command in (
        *((*("deliveries", what), one.id) for what in ("show", "retry") for one in seen),
        ("messages", "show", message),
        ("consent", "explain", seen[0].id),
    ):
        told = run(*command, status=1)
        assert "erased" in told
        assert PERSON not in told
    run("deliveries", "redrive", "--state", "DEAD")
    run("recipients")
    run("person", "status", "--set", "protected", typed=PERSON)
    assert "0 times something was sent" not in run("audit", "check")
    assert "entries" in run("audit", "verify")
    run("audit", "export")
    run("vault", "rotate", "--by", "Anna Ek")
    before = {kind: len(agency.requests) for kind, agency in world.agencies.items()}
    world.deliver()
    assert {kind: len(agency.requests) for kind, agency in world.agencies.items()} == before


def test_who_asks_for_what_is_erased_is_answered_as_of_what_was_never_there(world):
    [found] = world.search(patient_identifier=PERSON).json()["entry"]
    asked = {"url": f"/fhir/Bundle/{found['resource']['id']}", "headers": {"Authorization": f"Bearer {TOKEN}"}}
    assert world.http.get(**asked).status_code == 200

    erase()

    gone = world.http.get(**asked)
    never = world.http.get(**asked | {"url": "/fhir/Bundle/7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2009"})
    assert (gone.status_code, gone.json()) == (never.status_code, never.json())
    assert gone.status_code == 404
    assert world.search(patient_identifier=PERSON).json()["total"] == 0


def test_who_has_got_what_is_still_told_and_who_erased_it_and_why(world):
    erase()

    told = json.loads(run("person", "report", "--json", typed=PERSON).splitlines()[-1])

    assert {(one["gone"], one["organisation"], one["certificate"]) for one in told["shared"]} == {
        ("delivered", ORGANISATIONS[FORSAKRINGSKASSAN], None),
        ("refused", ORGANISATIONS[MUNICIPALITY], None),
    }
    assert [one["told"] for one in told["erased"]] == ["by Anna Ek and Bo Alm: the person asks for it"]
    words = run("person", "report", typed=PERSON)
    assert "raderades" in words
    assert "by Anna Ek and Bo Alm" in words
    assert CERTIFICATE not in words


def test_what_is_erased_is_refused_when_it_comes_again_and_what_is_new_is_taken_in(world):
    erase()

    world.hand_in(expecting="ERROR")
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(id_="7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2002"))
    world.deliver()

    assert world.states()["sjukskrivningsunderlag"] == "DELIVERED"
    assert len(world.agencies[FORSAKRINGSKASSAN].received) == 2


def test_a_consent_that_is_erased_is_not_there_and_does_not_come_back(open_world):
    world = open_world()
    consent = world.consent(FORSAKRINGSKASSAN)
    erase()

    withdrawn = {**consent_of(FORSAKRINGSKASSAN), "status": "inactive"}
    assert world.http.put(f"/fhir/Consent/{consent}", json=withdrawn).status_code == 404
    world.hand_in()

    assert world.states()["sjukskrivningsunderlag"] == "HELD_CONSENT"


def test_h12_a_backup_that_is_put_back_has_nobody_who_was_erased(world, open_world, path):
    run("audit", "verify")
    world.gateway.store.close()
    backup = path.read_bytes()
    erase()
    path.write_bytes(backup)

    again = open_world()

    assert again.states() == {}
    again.deliver()
    assert [agency.requests for agency in again.agencies.values()] == [[]] * len(again.agencies)
    assert run_json("deliveries") == [[]]
    run("audit", "verify")
