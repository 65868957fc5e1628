"""The command line, as somebody uses it who does not know the code."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.__main__ import samsyn
from gateway.app import now, open_gateway
from gateway.consent import read_consent
from gateway.consenting import give_consent
from gateway.deliveries import Stopped
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.sandbox.story import enveloped
from gateway.settings import read_settings

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "mappings" / "certificates" / "lisjp"
FULL = SAMPLES / "2" / "samples" / "full.xml"
CORPUS = ROOT.parent / "shared" / "corpus"
COMMANDS = [
    (),
    ("serve",),
    ("worker",),
    ("demo",),
    ("check",),
    ("map",),
    ("map", "try"),
    ("deliveries",),
    ("deliveries", "list"),
    ("deliveries", "show"),
    ("deliveries", "retry"),
    ("messages",),
    ("messages", "list"),
    ("messages", "show"),
]


def _run(*arguments: object, status: int = 0) -> str:
    """Run a command; it has to end with this status, and without a traceback. Returns what it printed."""
    result = CliRunner().invoke(samsyn, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.output


def _json(*arguments: object, status: int = 0):
    return [json.loads(line) for line in _run(*arguments, "--json", status=status).splitlines()]


@pytest.fixture
def file(tmp_path):
    """Makes a file with the full sample, changed."""

    def make(*changes: tuple[bytes, bytes], name: str = "message.xml", envelope: bool = False) -> Path:
        content = FULL.read_bytes()
        for old, new in changes:
            assert old in content
            content = content.replace(old, new)
        (tmp_path / name).write_bytes(enveloped(content) if envelope else content)
        return tmp_path / name

    return make


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A store with one certificate and a consent for the agency; returns the id of the agency's delivery."""
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "samsyn.db"))
    recipient = {"name": "FK", "kind": "forsakringskassan", "organisation": "2021005521", "endpoint": "https://fk.example"}
    gateway = open_gateway(read_settings(recipients=[recipient]))
    consent = ROOT / "mappings" / "information_sets" / "sjukskrivningsunderlag" / "samples" / "consent.json"
    given = json.loads(consent.read_text("utf-8"))
    given["patient"]["identifier"]["value"] = "199002222397"
    give_consent(read_consent(json.dumps(given).encode()), gateway)
    receive(Envelope(enveloped(FULL.read_bytes()), "SE2321000016-1", now()), gateway)
    [delivery] = gateway.store.claim_due(now(), timedelta(seconds=60), 10, "w")
    gateway.store.record(delivery, Stopped("HTTP 400"), now())
    gateway.store.close()
    return delivery.id


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_says_what_it_does(command, flag):
    told = _run(*command, flag)

    assert told.startswith(f"Usage: samsyn {' '.join(command)}".rstrip())
    assert re.search(r"\n\n  [A-Z][^\n]+", told)
    for option in re.findall(r"^  +(--[a-z]+)", told, re.MULTILINE):
        assert option in ("--help", "--version") or re.search(rf"{option}.*  +\S", told)


def test_the_help_names_every_command():
    told = _run("--help")

    assert {name for command in COMMANDS for name in command[:1]} <= set(re.findall(r"^  ([a-z]+) ", told, re.MULTILINE))


def test_a_command_that_is_not_there_is_told():
    assert "No such command" in _run("deliver", status=2)
    assert "0.1.0" in _run("--version")


@pytest.mark.parametrize("envelope", [False, True])
def test_a_good_message_is_said_to_be_good(file, envelope):
    path = file(envelope=envelope)

    assert _run("check", path) == f"{path}  schema ok  rules ok\n"
    assert _json("check", path) == [{"file": str(path), "schema": "ok", "rules": "ok", "problems": []}]


def test_a_message_that_breaks_its_rules_is_told_where_and_why(file):
    path = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"))

    told = _run("check", path, status=1)
    [verdict] = _json("check", path, status=1)

    assert told.startswith(f"{path}  schema ok  rules FAIL\n  1.1: ")
    assert (verdict["schema"], verdict["rules"]) == ("ok", "FAIL")
    assert [problem["place"] for problem in verdict["problems"]] == ["1.1"]
    assert "ASTROLOGI" not in told


def test_a_message_that_breaks_its_schema_is_judged_by_its_rules_too(file):
    path = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"), (b"<t:root>1.2.752.129.2.1.3.1<", b"<t:root>1.2.3<"))

    [verdict] = _json("check", path, status=1)

    assert (verdict["schema"], verdict["rules"]) == ("FAIL", "FAIL")


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", ("FAIL", "-")),
        (b"not xml", ("FAIL", "-")),
        (b"<!DOCTYPE a><a/>", ("FAIL", "-")),
        (b"<a/>", ("-", "-")),
        (b"\xff\xfe\x00", ("FAIL", "-")),
    ],
)
def test_what_is_no_certificate_is_said_to_be_none(tmp_path, content, verdict):
    path = tmp_path / "other"
    path.write_bytes(content)

    [told] = _json("check", path, status=1 if "FAIL" in verdict else 0)

    assert (told["schema"], told["rules"]) == verdict
    assert len(told["problems"]) == 1


def test_a_type_without_a_form_is_judged_by_the_schema_alone(file):
    [verdict] = _json("check", file((b"<t:code>LISJP<", b"<t:code>TSTRK1007<")))

    assert (verdict["schema"], verdict["rules"], verdict["problems"]) == ("ok", "-", [])


def test_several_files_get_a_verdict_each_and_one_that_fails_fails_the_whole(file):
    good = file(name="good.xml")
    bad = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"), name="bad.xml")

    told = _json("check", good, bad, good, status=1)

    assert [one["rules"] for one in told] == ["ok", "FAIL", "ok"]
    assert [one["file"] for one in told] == [str(good), str(bad), str(good)]


@pytest.mark.parametrize("command", [("check",), ("map", "try")])
def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path, command):
    assert "does not exist" in _run(*command, tmp_path / "none.xml", status=2)
    assert "is a directory" in _run(*command, tmp_path, status=2)
    assert "Missing argument" in _run(*command, status=2)


@pytest.mark.skipif(not (CORPUS / "INDEX.tsv").is_file(), reason="no corpus beside the project")
def test_the_messages_of_others_get_the_official_verdicts():
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t") if row["file"].startswith("LISJP/")]
    assert len(rows) > 20

    # Exits with 1 since some of them are meant to fail.
    told = _json("check", *[CORPUS / row["file"] for row in rows], status=1)

    words = {"ok": "ok", "FAIL": "FAIL", "fail": "FAIL"}
    expected = {row["file"]: (words[row["xsd"]], words.get(row["schematron"], "-")) for row in rows}
    assert {
        str(Path(one["file"]).relative_to(CORPUS)): (one["schema"], one["rules"]) for one in told
    } == expected


def test_a_certificate_can_be_tried_and_nothing_is_kept(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = file()

    told = _run("map", "try", path)
    [as_json] = _json("map", "try", path)

    names = {one["name"] for one in as_json["sets"]}
    assert "sjukskrivningsunderlag" in names
    assert all(f"\n{name}" in told for name in names)
    assert {one["bundle"]["resourceType"] for one in as_json["sets"]} == {"Bundle"}
    assert "trace" not in as_json
    assert list(tmp_path.iterdir()) == [path]


def test_a_trace_tells_where_each_value_came_from_and_what_was_left(file):
    [told] = _json("map", "try", file(), "--trace")
    text = _run("map", "try", file(), "--trace")

    assert {"sets", "trace", "ignored", "unmapped"} <= set(told)
    assert told["unmapped"] == []
    row = next(row for row in told["trace"] if row["value"] == "F43.2")
    assert any("6" in source for source in row["sources"])
    assert "F43.2" in text
    assert "lämnas:" in text


@pytest.mark.parametrize("envelope", [False, True])
def test_a_held_certificate_says_why_where_it_is_tried(file, envelope):
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'

    told = _run("map", "try", file((b"  </r:intyg>", unknown), envelope=envelope))

    assert "HÅLLS (mapping)" in told
    assert "77.1" in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"), "1.1"),
        ((b"<t:code>LISJP<", b"<t:code>TSTRK1007<"), "stöds inte"),
        ((b"<t:root>1.2.752.129.2.1.3.1<", b"<t:root>1.2.3<"), "root"),
        ((b"</r:RegisterCertificate>", b""), "well-formed"),
        ((b"199002222397", b"199013222397"), "Personnumret"),
    ],
)
def test_a_certificate_that_cannot_be_tried_is_told_as_to_its_sender(file, change, says):
    told = _run("map", "try", file(change), status=1)

    assert told.startswith("Error: ")
    assert says in told


def test_deliveries_are_listed_with_or_without_the_word(kept):
    assert _run("deliveries") == _run("deliveries", "list")
    [listed] = _json("deliveries")
    assert listed == _json("deliveries", "list")[0]

    head, *rows = _run("deliveries").splitlines()
    assert head.split() == ["id", "set", "recipient", "state", "reason", "due"]
    assert len(rows) == len(listed) == 4
    assert {one["state"] for one in listed} == {"DEAD", "HELD_CONSENT"}


def test_deliveries_are_narrowed_by_state_and_number(kept):
    [dead] = _json("deliveries", "--state", "DEAD")

    assert [one["id"] for one in dead] == [kept]
    assert dead[0]["reason"] == "HTTP 400"
    assert len(_json("deliveries", "list", "--limit", "2")[0]) == 2
    assert _json("deliveries", "--state", "DELIVERED") == [[]]
    assert "Invalid value" in _run("deliveries", "--state", "LOST", status=2)
    assert "Invalid value" in _run("deliveries", "--limit", "0", status=2)


def test_a_delivery_is_shown_and_tried_again(kept):
    [shown] = _json("deliveries", "show", kept)
    assert (shown["id"], shown["state"], shown["attempts"]) == (kept, "DEAD", [])
    assert "HTTP 400" in _run("deliveries", "show", kept)

    assert _run("deliveries", "retry", kept) == f"{kept} is READY\n"

    assert _json("deliveries", "show", kept)[0]["state"] == "READY"
    assert "no such delivery" in _run("deliveries", "retry", kept, status=1)


def test_messages_are_listed_and_shown_without_the_person(kept):
    [[listed]] = _json("messages")
    [shown] = _json("messages", "show", listed["id"])

    assert (listed["type"], listed["sender"]) == ("LISJP/2", "SE2321000016-1")
    assert listed["deliveries"] == {"DEAD": 1, "HELD_CONSENT": 3}
    told = _run("messages") + _run("messages", "show", listed["id"]) + json.dumps([listed, shown])
    assert listed["id"] in told
    assert "1990" not in told
    assert "Anpassningsst" not in told


@pytest.mark.parametrize("command", [("deliveries", "show"), ("deliveries", "retry"), ("messages", "show")])
def test_an_id_that_nobody_knows_is_told_in_a_line(kept, command):
    told = _run(*command, "199002222397", status=1)

    assert re.fullmatch(r"Error: [^\n]+\n", told)
    assert "199002222397" not in told


@pytest.mark.parametrize(
    "command", [("deliveries",), ("deliveries", "show", "x"), ("messages",), ("messages", "show", "x")]
)
def test_looking_into_a_database_that_is_not_there_does_not_make_one(tmp_path, monkeypatch, command):
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "none.db"))

    told = _run(*command, status=1)

    assert re.fullmatch(r"Error: There is no database [^\n]+\n", told)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "other.db").write_text("something else" * 100)
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "other.db"))

    assert re.fullmatch(r"Error: [^\n]+\n", _run("deliveries", status=1))


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("deliveries",), ("messages",)])
@pytest.mark.parametrize(
    ("name", "value"),
    [("SAMSYN_PORT", "Zebra"), ("SAMSYN_PROT", "1"), ("SAMSYN_CONFIG", "/none/Zebra.toml"), ("SAMSYN_RECIPIENTS", "Zebra")],
)
def test_a_wrong_setting_is_told_in_a_line_and_begins_nothing(tmp_path, monkeypatch, command, name, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setenv(name, value)

    assert re.fullmatch(r"Error: [^\n]+\n", _run(*command, status=1))
    assert list(tmp_path.iterdir()) == []
