"""The commands that look at messages in files: `check`, `map try` and `map trace`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from commanding import run, run_json
from signing import signed

from gateway.sandbox.story import enveloped

ROOT = Path(__file__).parent.parent.parent
FULL = ROOT / "mappings" / "certificates" / "lisjp" / "2" / "samples" / "full.xml"
CORPUS = ROOT.parent / "shared" / "corpus"


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


@pytest.mark.parametrize("envelope", [False, True])
def test_a_good_message_is_said_to_be_good(file, envelope):
    path = file(envelope=envelope)

    assert run("check", path).startswith(f"{path}  schema ok  rules ok  signature absent\n")
    [verdict] = run_json("check", path)
    assert (verdict["file"], verdict["schema"], verdict["rules"]) == (str(path), "ok", "ok")
    assert verdict["signature"] == "absent"
    assert verdict["problems"] == []


def test_what_is_odd_about_a_good_message_is_told_as_a_warning(file):
    signed_late = (b">2026-03-02T10:15:00<", b">2026-03-12T10:15:00<")
    path = file(signed_late)

    told = run("check", path)
    [verdict] = run_json("check", path)

    reason = "Delfråga 32.2 ”Sjukskrivningsperiod” börjar mer än 7 dagar före signeringen"
    assert verdict["warnings"] == [{"place": "32.2", "reason": reason}]
    assert told.endswith(f"\n  anmärkning: 32.2: {reason}\n")


def test_a_number_that_the_settings_do_not_take_in_fails_the_message(monkeypatch):
    monkeypatch.setenv("SAMSYN_PERSONS", "real")
    [told] = run_json("check", FULL, status=1)

    assert [one["place"] for one in told["problems"]] == ["patient/person-id"]
    monkeypatch.setenv("SAMSYN_PERSONS", "test")
    assert run_json("check", FULL)[0]["problems"] == []


def test_a_message_that_breaks_its_rules_is_told_where_and_why(file):
    path = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"))

    told = run("check", path, status=1)
    [verdict] = run_json("check", path, status=1)

    assert told.startswith(f"{path}  schema ok  rules FAIL  signature absent\n  1.1: ")
    assert (verdict["schema"], verdict["rules"]) == ("ok", "FAIL")
    assert [problem["place"] for problem in verdict["problems"]] == ["1.1"]
    assert "ASTROLOGI" not in told


def test_a_signature_that_does_not_hold_is_told_and_fails_nothing(file):
    path = file()
    path.write_text(signed(path.read_text("utf-8")).replace("Lina", "Lova"), "utf-8")

    told = run("check", path)

    assert told.startswith(f"{path}  schema ok  rules ok  signature not-verified\n")
    assert "  anmärkning: underskrift: intyget är inte det som skrevs under\n" in told


def test_a_signature_of_another_making_fails_the_message(file):
    path = file()
    path.write_text(signed(path.read_text("utf-8")).replace('URI=""', 'URI="#a"'), "utf-8")

    [verdict] = run_json("check", path, status=1)

    assert (verdict["schema"], verdict["rules"], verdict["signature"]) == ("ok", "ok", "FAIL")
    assert [problem["place"] for problem in verdict["problems"]] == ["underskrift"]


def test_a_message_that_breaks_its_schema_is_judged_by_its_rules_too(file):
    path = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"), (b"<t:root>1.2.752.129.2.1.3.1<", b"<t:root>1.2.3<"))

    [verdict] = run_json("check", path, status=1)

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

    [told] = run_json("check", path, status=1)

    assert (told["schema"], told["rules"]) == verdict
    assert len(told["problems"]) == 1


def test_a_type_without_a_form_is_judged_by_the_schema_alone_and_fails(file):
    [verdict] = run_json("check", file((b"<t:code>LISJP<", b"<t:code>TSTRK1007<")), status=1)

    assert (verdict["schema"], verdict["rules"]) == ("ok", "-")
    assert "inget formulär" in verdict["problems"][0]["reason"]


def test_several_files_get_a_verdict_each_and_one_that_fails_fails_the_whole(file):
    good = file(name="good.xml")
    bad = file((b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"), name="bad.xml")

    told = run_json("check", good, bad, good, status=1)

    assert [one["rules"] for one in told] == ["ok", "FAIL", "ok"]
    assert [one["file"] for one in told] == [str(good), str(bad), str(good)]


@pytest.mark.parametrize("command", [("check",), ("map", "try"), ("map", "trace")])
def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path, command):
    assert "does not exist" in run(*command, tmp_path / "none.xml", status=2)
    assert "is a directory" in run(*command, tmp_path, status=2)
    assert "Missing argument" in run(*command, status=2)


@pytest.mark.skipif(not (CORPUS / "INDEX.tsv").is_file(), reason="no corpus beside the project")
def test_the_messages_of_others_get_the_official_verdicts():
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t") if row["file"].startswith("LISJP/")]
    assert len(rows) > 20

    # Exits with 1 since some of them are meant to fail.
    told = run_json("check", *[CORPUS / row["file"] for row in rows], status=1)

    words = {"ok": "ok", "FAIL": "FAIL", "fail": "FAIL"}
    expected = {row["file"]: (words[row["xsd"]], words.get(row["schematron"], "-")) for row in rows}
    assert {str(Path(one["file"]).relative_to(CORPUS)): (one["schema"], one["rules"]) for one in told} == expected


def test_a_certificate_can_be_tried_and_nothing_is_kept(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = file()

    told = run("map", "try", path)
    [as_json] = run_json("map", "try", path)

    names = {one["name"] for one in as_json["sets"]}
    assert "sjukskrivningsunderlag" in names
    assert all(f"\n{name}" in told for name in names)
    assert {one["bundle"]["resourceType"] for one in as_json["sets"]} == {"Bundle"}
    assert as_json["holds"] == []
    assert list(tmp_path.iterdir()) == [path]


def test_a_trace_tells_where_each_value_came_from_and_what_was_left(file):
    [told] = run_json("map", "trace", file())
    text = run("map", "trace", file())

    assert set(told) == {"trace", "absent", "left_out", "ignored", "notes", "holds"}
    assert told["holds"] == []
    row = next(row for row in told["trace"] if row["value"] == "F43.2")
    assert any("6" in source for source in row["sources"])
    assert "F43.2" in text
    assert "ignored: " in text


@pytest.mark.parametrize("envelope", [False, True])
def test_a_held_certificate_says_why_where_it_is_tried(file, envelope):
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'

    told = run("map", "try", file((b"  </r:intyg>", unknown), envelope=envelope))

    assert "HELD (mapping)" in told
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
    told = run("map", "try", file(change), status=1)

    assert told.startswith("Error: ")
    assert says in told


def test_a_message_in_an_envelope_to_nobody_is_judged_by_what_is_in_it(tmp_path):
    body = FULL.read_text("utf-8").partition("?>")[2]
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    (tmp_path / "bare.xml").write_text(f'<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>', "utf-8")

    [verdict] = run_json("check", tmp_path / "bare.xml")

    assert (verdict["schema"], verdict["rules"]) == ("ok", "ok")
