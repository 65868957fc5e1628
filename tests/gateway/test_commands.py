"""The command line, as somebody uses it who does not know the code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import termios
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from commanding import run, run_json
from signing import signed

from gateway.__main__ import samsyn
from gateway.app import open_gateway
from gateway.consent import read_consent
from gateway.consenting import give_consent
from gateway.deliveries import Stopped
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.sandbox.story import enveloped
from gateway.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "mappings" / "certificates" / "lisjp"
FULL = SAMPLES / "2" / "samples" / "full.xml"
COMMANDS = [
    (),
    ("serve",),
    ("worker",),
    ("demo",),
    ("check",),
    ("map",),
    ("map", "accept"),
    ("map", "trace"),
    ("map", "try"),
    ("deliveries",),
    ("deliveries", "list"),
    ("deliveries", "show"),
    ("deliveries", "retry"),
    ("deliveries", "release"),
    ("consent", "decide"),
    ("consent", "list"),
    ("consent", "explain"),
    ("deliveries", "redrive"),
    ("person", "status"),
    ("person", "report"),
    ("person", "erase"),
    ("store", "purge"),
    ("messages",),
    ("messages", "list"),
    ("messages", "show"),
    ("audit",),
    ("audit", "verify"),
    ("audit", "check"),
    ("audit", "prove"),
    ("audit", "export"),
]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A store with one certificate and a consent for the agency; returns the id of the agency's delivery."""
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "samsyn.db"))
    recipient = {
        "name": "FK",
        "kind": "forsakringskassan",
        "organisation": "2021005521",
        "endpoint": "https://fk.example",
    }
    gateway = open_gateway(read_settings(recipients=[recipient]))
    consent = ROOT / "mappings" / "information_sets" / "sjukskrivningsunderlag" / "samples" / "consent.json"
    given = json.loads(consent.read_text("utf-8"))
    given["patient"]["identifier"]["value"] = "199002222397"
    give_consent(read_consent(json.dumps(given).encode()), gateway)
    receive(Envelope(enveloped(FULL.read_bytes()), "SE2321000016-1", gateway.now()), gateway)
    [delivery] = gateway.store.claim_due(gateway.now(), timedelta(seconds=60), 10, "w")
    gateway.store.record(delivery, Stopped("HTTP 400"), gateway.now())
    gateway.store.close()
    return delivery.id


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_says_what_it_does(command, flag):
    told = run(*command, flag)

    assert told.startswith(f"Usage: samsyn {' '.join(command)}".rstrip())
    assert re.search(r"\n\n  [A-Z][^\n]+", told)


def _options(command: click.Command) -> Iterator[click.Option]:
    yield from (one for one in command.params if isinstance(one, click.Option))
    for inner in getattr(command, "commands", {}).values():
        yield from _options(inner)


def test_every_option_says_what_it_is_for():
    options = list(_options(samsyn))

    assert len(options) > 10
    assert [one.opts for one in options if not one.help] == []


def test_the_help_names_every_command():
    told = run("--help")

    assert {name for command in COMMANDS for name in command[:1]} <= set(
        re.findall(r"^  ([a-z]+) ", told, re.MULTILINE)
    )


def test_a_command_that_is_not_there_is_told():
    assert "No such command" in run("deliver", status=2)
    assert "0.1.0" in run("--version")


def test_deliveries_are_listed_with_or_without_the_word(kept):
    assert run("deliveries") == run("deliveries", "list")
    [listed] = run_json("deliveries")
    assert listed == run_json("deliveries", "list")[0]

    head, *rows = run("deliveries").splitlines()
    assert head.split() == ["id", "set", "recipient", "state", "reason", "due"]
    assert len(rows) == len(listed) == 4
    assert {one["state"] for one in listed} == {"DEAD", "HELD_CONSENT"}


def test_deliveries_are_narrowed_by_state_and_number(kept):
    [dead] = run_json("deliveries", "--state", "DEAD")

    assert [one["id"] for one in dead] == [kept]
    assert dead[0]["reason"] == "HTTP 400"
    assert len(run_json("deliveries", "list", "--limit", "2")[0]) == 2
    assert run_json("deliveries", "--state", "DELIVERED") == [[]]
    assert "Invalid value" in run("deliveries", "--state", "LOST", status=2)
    assert "Invalid value" in run("deliveries", "--limit", "0", status=2)


def test_a_delivery_is_shown_and_tried_again(kept):
    [shown] = run_json("deliveries", "show", kept)
    assert (shown["id"], shown["state"], shown["attempts"]) == (kept, "DEAD", [])
    assert "HTTP 400" in run("deliveries", "show", kept)
    [decision] = shown["decisions"]
    assert (decision["way"], decision["decision"], decision["reason"]) == ("plan", "permit", "permitted")
    assert decision["consent"] in run("deliveries", "show", kept)

    assert run("deliveries", "retry", kept) == f"{kept} is READY\n"

    assert run_json("deliveries", "show", kept)[0]["state"] == "READY"
    assert "no such delivery" in run("deliveries", "retry", kept, status=1)


def test_a_delivery_that_a_protected_identity_does_not_hold_is_not_let_go(kept):
    who = ("--by", "Anna Ek", "--because", "personen vill det")

    assert "no such delivery" in run("deliveries", "release", kept, *who, status=1)
    assert "Missing option '--because'" in run("deliveries", "release", kept, *who[:2], status=2)
    assert run_json("deliveries", "show", kept)[0]["state"] == "DEAD"


def test_messages_are_listed_and_shown_without_the_person(kept):
    [[listed]] = run_json("messages")
    [shown] = run_json("messages", "show", listed["id"])

    assert (listed["type"], listed["sender"]) == ("LISJP/2", "SE2321000016-1")
    assert listed["deliveries"] == {"DEAD": 1, "HELD_CONSENT": 3}
    [decision] = shown["decisions"]
    assert (decision["way"], decision["organisation"], decision["reason"]) == ("plan", "2021005521", "permitted")
    told = run("messages") + run("messages", "show", listed["id"]) + json.dumps([listed, shown])
    assert listed["id"] in told
    assert "19900222" not in told
    assert "Anpassningsst" not in told


@pytest.mark.parametrize("command", [("deliveries", "show"), ("deliveries", "retry"), ("messages", "show")])
def test_an_id_that_nobody_knows_is_told_in_a_line(kept, command):
    told = run(*command, "199002222397", status=1)

    assert re.fullmatch(r"Error: [^\n]+\n", told)
    assert "199002222397" not in told


@pytest.mark.parametrize(
    "command", [("deliveries",), ("deliveries", "show", "x"), ("messages",), ("messages", "show", "x")]
)
def test_looking_into_a_database_that_is_not_there_does_not_make_one(tmp_path, monkeypatch, command):
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "none.db"))

    told = run(*command, status=1)

    assert re.fullmatch(r"Error: There is no database [^\n]+\n", told)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "other.db").write_text("something else" * 100)
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "other.db"))

    assert re.fullmatch(r"Error: [^\n]+\n", run("deliveries", status=1))


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("deliveries",), ("messages",)])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMSYN_PORT", "Zebra"),
        ("SAMSYN_PROT", "1"),
        ("SAMSYN_CONFIG", "/none/Zebra.toml"),
        ("SAMSYN_RECIPIENTS", "Zebra"),
    ],
)
def test_a_wrong_setting_is_told_in_a_line_and_begins_nothing(tmp_path, monkeypatch, command, name, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setenv(name, value)

    assert re.fullmatch(r"Error: [^\n]+\n", run(*command, status=1))
    assert list(tmp_path.iterdir()) == []


def test_a_message_shows_whether_its_signature_holds_and_what_is_odd_about_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "samsyn.db"))
    gateway = open_gateway(read_settings())
    text = signed(FULL.read_text("utf-8")).replace("<t:displayName>Läkarintyg sjukpenning<", "<t:displayName>Annat<")
    receive(Envelope(enveloped(text.encode()), "", gateway.now()), gateway)
    gateway.store.close()
    [[listed]] = run_json("messages")

    [shown] = run_json("messages", "show", listed["id"])

    assert (shown["signature"], shown["signature_reason"]) == ("not-verified", "intyget är inte det som skrevs under")
    assert re.fullmatch(r"[0-9a-f]{64}", shown["signer"])
    assert shown["notes"][-1:] == ["typ/displayName: visningstexten är en annan än kodtabellens; kodtabellens visas"]
    assert "not-verified" in run("messages", "show", listed["id"])


def test_what_stopped_is_shown_by_cause_with_the_key_that_sets_it_going(kept):
    [found] = run_json("deliveries", "redrive")

    assert found["deliveries"] == 1
    [cause] = found["causes"]
    assert (cause["state"], cause["reason"], cause["deliveries"]) == ("DEAD", "HTTP 400", 1)
    assert found["key"] in run("deliveries", "redrive")
    assert run_json("deliveries", "redrive", "--state", "UNKNOWN")[0]["deliveries"] == 0
    assert run_json("deliveries", "redrive", "--recipient", "5561234567")[0]["deliveries"] == 0
    assert run_json("deliveries", "show", kept)[0]["state"] == "DEAD"


def test_a_redrive_that_no_worker_takes_up_stops_and_is_not_driven_again(kept, monkeypatch):
    recipient = {
        "name": "FK",
        "kind": "forsakringskassan",
        "organisation": "2021005521",
        "endpoint": "https://fk.example",
    }
    monkeypatch.setenv("SAMSYN_RECIPIENTS", json.dumps([recipient]))
    [found] = run_json("deliveries", "redrive")
    go = ("deliveries", "redrive", "--go", found["key"], "--by", "Astrid", "--patience", "1")

    assert "the rest was left" in run(*go, status=1)
    assert "nothing was done" in run(*go)
    assert run_json("deliveries", "show", kept)[0]["state"] == "READY"


@pytest.mark.usefixtures("kept")
def test_a_redrive_has_to_be_looked_at_and_says_who_drives_it():
    [found] = run_json("deliveries", "redrive")

    assert "--by" in run("deliveries", "redrive", "--go", found["key"], status=2)
    assert "look again" in run("deliveries", "redrive", "--go", "another", "--by", "Astrid", status=1)
    assert "--renew" in run("deliveries", "redrive", "--state", "HELD_MAPPING", status=2)
    assert "ten digits" in run("deliveries", "redrive", "--recipient", "55", status=2)


def test_the_status_of_a_person_is_recorded_and_lifted_without_the_number_in_the_command(kept):
    number = "199002222397"

    assert run("person", "status", typed=number).endswith("nothing is recorded\n")
    told = run("person", "status", "--set", "protected", "--set", "deceased", typed=number)
    assert told.endswith("deceased, protected\n")
    assert number not in told
    assert run("person", "status", "--lift", "deceased", "--json", typed=number).endswith('["protected"]\n')
    assert "nothing is recorded" in run("person", "status", typed="191212121212")


@pytest.mark.parametrize("typed", ["199002222397\r\n", "  199002222397\n191212121212\n"])
def test_a_program_hands_in_the_number_as_a_line(kept, typed):
    run("person", "status", "--set", "unknown", typed=typed)

    assert run("person", "status", "--json", typed="199002222397") == '["unknown"]\n'
    assert run("person", "status", "--json", typed="191212121212") == "[]\n"


@pytest.mark.parametrize(
    "typed", ["19900222-2397", "1990 0222 2397", "19900222239\N{SUPERSCRIPT SEVEN}", "", "9" * 5_000]
)
def test_a_number_that_is_none_is_told_without_it(kept, typed):
    told = run("person", "status", typed=typed, status=1)

    assert told == "Error: Personnumret ska ha tolv siffror\n"


def test_a_number_that_a_person_types_is_not_shown(kept):
    terminal, its_end = os.openpty()
    command, pipe = [sys.executable, "-m", "gateway", "person", "status"], subprocess.PIPE
    with subprocess.Popen(command, stdin=its_end, stdout=pipe, stderr=pipe, start_new_session=True) as asking:
        prompt = asking.stderr.read(len("Personnummer:"))
        is_shown = termios.tcgetattr(terminal)[3] & termios.ECHO
        os.write(terminal, b"199002222397\n")
        told = asking.stdout.read()
    os.close(its_end)
    os.close(terminal)

    assert (prompt, told) == (b"Personnummer:", b"nothing is recorded\n")
    assert not is_shown


def test_a_status_cannot_be_both_set_and_lifted_and_then_no_number_is_asked_for(kept):
    asked = ("person", "status", "--set", "protected", "--lift", "protected", "--lift", "deceased")

    assert "name protected." in run(*asked, typed="199002222397", status=2)
    assert run("person", "status", "--json", typed="199002222397") == "[]\n"


def test_consents_are_listed_by_what_they_rest_on_and_tell_nobodys_number(kept):
    [[found]] = run_json("consent", "list")

    assert (found["version"], found["status"], found["ground"]) == (1, "active", "")
    assert [run_json("consent", "list", "--policy", policy)[0] for policy in (found["policy"], "another")] == [
        [found],
        [],
    ]
    assert run_json("consent", "list", "--ground", "uppgiftsskyldighet") == [[]]
    assert run_json("consent", "list", "--ends-within", "36500") == [[found] if found["until"] else []]
    assert run_json("consent", "list", "--ends-within", "0") == [[]]
    assert found["policy"] in run("consent", "list")
    assert "199002222397" not in run("consent", "list")
