"""`samsyn person report`: everything that was shared about a person, to whoever may ask, and proved."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest
from commanding import commanded, run
from offline import check_proof
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    NOON,
    ORGANISATIONS,
    PERSON,
    SETS,
    SOMEBODY_ELSE,
    failing,
    silent,
    unreachable,
)

from gateway.decisions import Decision
from gateway.identity import PersonIdentity
from gateway.sharing import shared_about


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = commanded(tmp_path / "samsyn.db", monkeypatch)
    yield world
    world.gateway.store.close()


def report(person=PERSON, **options):
    typed = [part for name, value in options.items() for part in (f"--{name}", value)]
    return json.loads(run("person", "report", "--json", *typed, typed=person).splitlines()[-1])


def test_everything_that_was_sent_and_read_is_told_with_whom_and_on_which_consent(world):
    to_fk = world.consent(FORSAKRINGSKASSAN)
    to_employer = world.consent(EMPLOYER)
    world.hand_in()
    world.deliver()
    assert world.search(patient_identifier=PERSON).json()["total"] == 1

    told = report()["shared"]

    assert [one["gone"] for one in told] == ["delivered", "delivered", "read"]
    assert {(one["gone"], one["organisation"], one["set"], one["consent"]) for one in told} == {
        (gone, ORGANISATIONS[kind], SETS[kind], f"Consent/{consent}/_history/1")
        for gone, kind, consent in (
            *(("delivered", FORSAKRINGSKASSAN, to_fk), ("delivered", EMPLOYER, to_employer)),
            ("read", FORSAKRINGSKASSAN, to_fk),
        )
    }
    assert {one["certificate"]["extension"] for one in told} == {CERTIFICATE}
    assert {one["at"] for one in told} == {NOON.isoformat()}


def test_what_may_have_come_and_what_was_refused_is_told_as_that_and_a_notice_as_a_notice(world):
    for kind in (FORSAKRINGSKASSAN, EMPLOYER, MUNICIPALITY):
        world.consent(kind)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.agencies[EMPLOYER].failures = [failing(400)]
    world.hand_in()
    world.deliver()
    world.revoke()
    world.deliver()

    found = {(one["organisation"], one["gone"], one["is_notice"]) for one in report()["shared"]}

    assert found == {
        (ORGANISATIONS[FORSAKRINGSKASSAN], "unknown", False),
        (ORGANISATIONS[EMPLOYER], "refused", False),
        (ORGANISATIONS[MUNICIPALITY], "delivered", False),
        (ORGANISATIONS[MUNICIPALITY], "delivered", True),
    }


def test_what_never_left_is_not_told(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 3
    world.hand_in()
    world.deliver()

    assert report() == {"shared": [], "missing": [], "gaps": 0, "erased": []}
    assert "Inget har lämnats om personen." in run("person", "report", typed=PERSON)


def test_an_attempt_that_has_no_end_is_told_as_under_way(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    store = world.gateway.store
    [claimed] = store.claim_due(world.time, timedelta(minutes=1), 10, "world")
    decision = Decision(permitted=True, reason="permitted", consent="Consent/one/_history/1")
    assert store.authorise(claimed, lambda *_: decision, world.time, "forsakringskassan.example:443")

    [told] = report()["shared"]

    assert (told["gone"], told["delivery"], told["attempt"]) == ("in-flight", claimed.id, 1)


def test_nothing_is_told_of_anybody_else(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    assert report(SOMEBODY_ELSE) == {"shared": [], "missing": [], "gaps": 0, "erased": []}


def test_it_is_told_in_swedish_without_the_number_and_the_look_stands_in_the_log(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    entry = report()["shared"][0]["entry"]

    told = run("person", "report", typed=PERSON)

    assert "lämnats, eller kan ha lämnats, 1 gånger" in told
    assert "Lämnat till forsakringskassan (202100-5521) 2026-03-03 13:00" in told
    assert f"Post {entry} i loggen, efter beslutet i post " in told
    assert PERSON not in told
    looks = [one.happened for one in world.gateway.store.entries_about(PersonIdentity(PERSON))][-2:]
    assert [one.event for one in looks] == ["log.reported", "log.reported"]
    assert "uid=" in looks[0].detail


def test_each_line_is_proved_to_a_program_that_knows_nothing_of_the_gateway(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    [told] = report(proofs=tmp_path / "proofs")["shared"]

    events = {file.stem: check_proof(json.loads(file.read_bytes())) for file in (tmp_path / "proofs").iterdir()}
    assert set(events) == {str(told["entry"]), str(told["decision"])}
    assert events[str(told["entry"])]["outcomeDesc"] == "DELIVERED"
    assert events[str(told["decision"])]["outcomeDesc"] == "permitted"


def test_proofs_are_written_into_a_new_folder_only(world, tmp_path):
    assert "File exists" in run("person", "report", "--proofs", tmp_path, typed=PERSON, status=1)


def alter(folder, *statements):
    """Change the file behind the gateway's back, as one who can write it: triggers are no hindrance."""
    db = sqlite3.connect(folder / "samsyn.db", isolation_level=None)
    for [name] in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%_is_never_%'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log WHERE event = 'release.outcome'",
        "UPDATE log SET detail = 'DEAD' WHERE event = 'release.outcome'",
        "UPDATE log SET at = 9000000000000000000 WHERE event = 'release.outcome'",
    ],
)
def test_h01_an_entry_about_the_person_that_is_gone_or_changed_is_told_and_hides_nothing(world, tmp_path, statement):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    [told] = report()["shared"]
    alter(tmp_path, statement)

    found = report()

    assert found["shared"] == [{**told, "entry": None, "decision": None}]
    assert found["missing"] == [told["entry"]]
    spoken = run("person", "report", typed=PERSON)
    assert "Ingen post i loggen säger det." in spoken
    assert f"borta ur loggen eller ändrade: {told['entry']}." in spoken


def said(shared):
    """What was shared, without what only the tables tell."""
    return {name: shared[name] for name in ("gone", "at", "organisation", "set", "consent", "entry", "decision")}


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM answer", "DELETE FROM attempt"],
        ["UPDATE delivery SET person = 'nobody'"],
        ["DELETE FROM pseudonym"],
        ["UPDATE pseudonym SET name = 'somebody'"],
    ],
)
def test_h01_what_was_shared_is_told_where_the_tables_that_are_not_the_log_were_changed(world, tmp_path, statements):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    assert world.search(patient_identifier=PERSON).json()["total"] == 1
    before = report()["shared"]
    alter(tmp_path, *statements)

    found = report()

    assert list(map(said, found["shared"])) == list(map(said, before))
    assert found["missing"] == []


NO_LEAF = "DELETE FROM leaf WHERE log IS NOT NULL AND log NOT IN (SELECT sequence FROM log)"


@pytest.mark.parametrize(
    ("statements", "gaps"),
    [
        (["DELETE FROM log WHERE event = 'set.read'", NO_LEAF], 2),
        (["DELETE FROM log WHERE event = 'set.read'"], 0),
        (["UPDATE log SET detail = 'another' WHERE event = 'set.read'"], 0),
    ],
)
def test_h01_what_was_read_is_told_without_proof_where_its_entry_is_gone_or_changed(world, tmp_path, statements, gaps):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    for _ in range(2):
        assert world.search(patient_identifier=PERSON).json()["total"] == 1
    before = report()
    assert [one["gone"] for one in before["shared"]] == ["read", "read"]
    alter(tmp_path, *statements)

    found = report()

    assert found["shared"] == [{**one, "entry": None, "decision": None} for one in before["shared"]]
    assert (len(found["missing"]), found["gaps"]) == (2 - gaps, gaps)
    assert "Ingen post i loggen säger det." in run("person", "report", typed=PERSON)


def test_h01_that_one_of_two_readings_is_gone_from_the_log_hides_neither(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    for _ in range(2):
        assert world.search(patient_identifier=PERSON).json()["total"] == 1
    alter(tmp_path, "DELETE FROM leaf WHERE log = (SELECT MIN(sequence) FROM log WHERE event = 'set.read')")

    assert sorted(one["entry"] is None for one in report()["shared"]) == [False, True]


def test_h01_where_all_that_told_of_a_reading_is_gone_it_is_told_that_entries_are_missing(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    assert world.search(patient_identifier=PERSON).json()["total"] == 1
    world.deliver()
    alter(
        tmp_path,
        "DELETE FROM leaf WHERE log IS NULL AND decision IN (SELECT number FROM decision WHERE way = 'pull')",
        "DELETE FROM log WHERE event = 'set.read'",
        NO_LEAF,
        "DELETE FROM decision WHERE way = 'pull'",
        "DELETE FROM reading",
    )

    found = report()

    assert [one["gone"] for one in found["shared"]] == ["delivered"]
    assert (found["missing"], found["gaps"]) == ([], 2)
    assert "2 poster är borta ur loggen, och ingen vet vem de gällde." in run("person", "report", typed=PERSON)


def test_what_was_read_many_times_is_looked_up_once(world, monkeypatch):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    for _ in range(3):
        assert world.search(patient_identifier=PERSON).json()["total"] == 1
    store, looked_up = world.gateway.store, []
    look_up = store.message
    monkeypatch.setattr(store, "message", lambda id_: looked_up.append(id_) or look_up(id_))

    told = shared_about(store, PersonIdentity(PERSON)).shared

    assert [one.departure.gone for one in told] == ["read"] * 3
    assert len(looked_up) == 1
