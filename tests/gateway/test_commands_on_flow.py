"""The commands that watch over the flow and stop it, as an operator uses them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from commanding import run, run_json

from gateway.app import open_gateway
from gateway.identity import OrganisationNumber
from gateway.settings import read_settings
from gateway.standings import Cause, Incident, Standing
from gateway.stops import Scope, Stop
from gateway.store.sql.recipients import judge_recipient

AGENCY = "2021005521"
WHO = ("--by", "Anna Ek", "--because", "fel adress")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "samsyn.db"))
    store = open_gateway(read_settings()).store
    yield store
    store.close()


@pytest.fixture
def down(store):
    """A recipient that is down."""
    standing = Standing(5, 1, store.now() + timedelta(hours=1), 1, Incident(Cause.FAILING, "HTTP 500", store.now()))
    store._writer.write(lambda db: judge_recipient(db, OrganisationNumber(AGENCY), lambda _: standing, store.now()))
    return standing


def test_recipients_are_listed_with_what_is_the_matter_with_them(down):
    [told] = run_json("recipients")

    [one] = told["recipients"]
    assert (one["organisation"], one["state"], one["waiting"], one["under_way"]) == (AGENCY, "down", 0, 0)
    assert (one["incident"], one["reason"]) == ("failing", "HTTP 500")
    assert one["until"] > one["since"]
    head, row = run("recipients", "list").splitlines()
    assert head.split()[:3] == ["recipient", "state", "until"]
    assert row.split()[:2] == [AGENCY, "down"]


def test_a_recipient_is_tried_again_when_a_person_says_so(store, down):
    assert run("recipients", "reopen", AGENCY, "--by", "Anna Ek") == f"{AGENCY} is tried again\n"

    assert run_json("recipients")[0]["recipients"][0]["state"] == "probing"
    assert store.log()[-1].detail == f"reopen {AGENCY} by Anna Ek"
    assert "no such recipient" in run("recipients", "reopen", "5561234567", "--by", "Anna Ek", status=1)


@pytest.mark.parametrize(
    ("about", "scope", "name"),
    [
        (("--organisation", AGENCY), "organisation", AGENCY),
        (("--kind", "employer"), "kind", "employer"),
        (("--set", "kommununderlag"), "set", "kommununderlag"),
        (("--everything",), "everything", ""),
    ],
    ids=["organisation", "kind", "set", "everything"],
)
def test_a_stop_is_told_and_two_persons_lift_it(store, about, scope, name):
    assert run("stop", *about, *WHO).startswith(f"Stopped: {scope}")

    [stop] = run_json("recipients")[0]["stops"]
    assert (stop["scope"], stop["name"], stop["by"], stop["because"]) == (scope, name, "Anna Ek", "fel adress")
    assert "Anna Ek" in run("recipients")
    assert "another person" in run("lift", *about, "--by", "Anna Ek")
    assert "another person" in run("lift", *about, "--by", "anna  ek", status=1)
    assert "lifted" in run("lift", *about, "--by", "Bo Al")
    assert run_json("recipients")[0]["stops"] == []
    assert "not stopped" in run("lift", *about, "--by", "Bo Al", status=1)


def test_one_person_is_one_however_the_name_is_put_into_characters(store):
    run("stop", "--everything", *WHO)
    run("lift", "--everything", "--by", "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}sa")

    assert "another person" in run("lift", "--everything", "--by", "A\N{COMBINING RING ABOVE}sa", status=1)


def test_two_persons_approve_another_address(store):
    for url in ("https://fk.example/a", "https://other.example/b"):
        store.want_endpoints({OrganisationNumber(AGENCY): url}, store.now())
    assert run_json("recipients")[0]["endpoints"] == [
        {"organisation": AGENCY, "url": "https://fk.example/a", "wanted": "https://other.example/b", "approved_by": ""}
    ]
    assert "https://other.example/b" in run("recipients")

    assert "Another person" in run("recipients", "approve", AGENCY, "--by", "Anna Ek")
    assert "another person" in run("recipients", "approve", AGENCY, "--by", "ANNA EK", status=1)
    assert "counts from the next start" in run("recipients", "approve", AGENCY, "--by", "Bo Al")

    assert run_json("recipients")[0]["endpoints"] == []
    assert "waits for approval" in run("recipients", "approve", AGENCY, "--by", "Bo Al", status=1)


def test_the_workers_are_paused_drained_and_resumed(store):
    assert run("pause", *WHO).startswith("Stopped: workers")
    assert run("drain", *WHO).endswith("Nothing is under way.\n")
    assert run("resume", "--by", "Anna Ek") == "The workers send again.\n"
    assert "not stopped" in run("resume", "--by", "Anna Ek", status=1)


def test_who_resumes_says_that_the_clock_is_right(store):
    store.stop(Stop(Scope.CLOCK, "", "clock", "it was set by +7200 s", store.now()))
    store.stop(Stop(Scope.WORKERS, "", "Anna Ek", "underhåll", store.now()))

    run("resume", "--by", "Anna Ek")

    assert store.stops() == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("stop", *WHO), "Name one of"),
        (("stop", "--kind", "employer", "--everything", *WHO), "Name one of"),
        (("stop", "--kind", "employer", "--by", "Anna Ek"), "--because"),
        (("stop", "--kind", "employer", "--by", " ", "--because", "x"), "is no text"),
        (("stop", "--kind", "employer", "--by", "A", "--because", "19121212-1212 klagar"), "somebody's number"),
        (("stop", "--kind", "employer", "--by", "A", "--because", "191212 1212 klagar"), "somebody's number"),
        (("stop", "--kind", "employer", "--by", "A", "--because", "19121212\N{EN DASH}1212"), "somebody's number"),
        (("stop", "--kind", "employer", "--by", "19121212 - 1212", "--because", "x"), "somebody's number"),
        (("stop", "--kind", "employer", "--by", "A", "--because", "x" * 201), "is no text"),
        (("recipients", "reopen", "12", "--by", "A"), "no organisation number"),
        (("stop", "--organisation", "12", *WHO), "no organisation number"),
        (("stop", "--organisation", "", "--set", "kommununderlag", *WHO), "no organisation number"),
        (("stop", "--kind", "employee", *WHO), "is not one of"),
        (("stop", "--set", "kommununderlaget", *WHO), "no information set"),
    ],
)
def test_what_is_said_wrongly_stops_nothing(store, command, told):
    assert told in run(*command, status=2)
    assert store.stops() == []
