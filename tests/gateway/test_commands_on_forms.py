"""The commands that read forms and make up certificates: `form describe` and `form example`."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanding import run, run_json

from gateway.forms import load_forms
from gateway.rules import HOME

FORMS = {form.kind: form for form in load_forms(HOME / "mappings" / "certificates").values()}


def test_a_form_is_told_in_swedish_with_its_codes_and_conditions():
    told = run("form", "describe", "lisjp", "--major", 1)

    assert told.startswith("Läkarintyg för sjukpenning (LISJP/1)\n! avvisas annars   ? anmärks, men avvisas inte\n")
    assert "\n39    Prognos: högst en gång\n      39.1    Prognos för återgång i arbete: exakt en gång, kod ur" in told
    assert "PROGNOS_OKLAR     Prognosen för återgång i nuvarande sysselsättning är oklar\n" in told
    assert "\n      ! Delfråga 33.2 ”Motivering till arbetstidsförläggning” ska anges när delfråga 33.1" in told
    assert "\n      ? En period i delfråga 32.2 ”Sjukskrivningsperiod” börjar samma dag som en annan slutar\n" in told
    assert told.endswith("\nTilläggsfråga: fråga 9001-9999, fri text\n")


@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_every_question_part_and_code_of_a_form_is_told(kind):
    [told] = run_json("form", "describe", kind.type, "--major", kind.major)

    questions = FORMS[kind].said.questions
    assert [question["number"] for question in told["questions"]] == list(questions)
    for question in told["questions"]:
        parts = questions[question["number"]].parts
        assert [part["number"] for part in question["parts"]] == list(parts)
        for part in question["parts"]:
            said = parts[part["number"]]
            assert list(part["codes"]) == list(getattr(said, "codes", ()) or getattr(said, "examples", ()))
            assert all(part["codes"].values()), part["number"]


def test_the_latest_version_is_meant_and_another_name_of_the_type_will_do():
    assert run("form", "describe", "AG1-14") == run("form", "describe", "ag1-14", "--major", 2)
    assert run("form", "describe", "ag114", "--major", 1) == run("form", "describe", "AG1-14", "--major", 1)


def test_a_form_that_is_not_there_is_told_with_those_that_are():
    told = run("form", "describe", "LISJP", "--major", 7, status=1)

    assert "There is no form LISJP/7; there are AF00213/1, " in told
    assert "There is no form NONE/0; " in run("form", "example", "none", status=1)


def test_an_example_is_a_message_that_the_gateway_takes_in(tmp_path):
    bare, posted = tmp_path / "bare.xml", tmp_path / "posted.xml"
    bare.write_text(run("form", "example", "luse", "--seed", 7), encoding="utf-8")
    posted.write_text(run("form", "example", "luse", "--seed", 7, "--envelope"), encoding="utf-8")

    for verdict in run_json("check", bare, posted):
        assert (verdict["schema"], verdict["rules"], verdict["problems"]) == ("ok", "ok", [])
    assert "LogicalAddress" in posted.read_text(encoding="utf-8")


def test_many_examples_go_to_a_folder_one_file_a_seed(tmp_path):
    run("form", "example", "AF00213", "--seed", 3, "--count", 2, "--to", tmp_path / "made", "--date", "2025-05-05")

    assert sorted(file.name for file in (tmp_path / "made").iterdir()) == ["af00213-1-3.xml", "af00213-1-4.xml"]
    for seed in (3, 4):
        text = (tmp_path / "made" / f"af00213-1-{seed}.xml").read_text(encoding="utf-8")
        assert text == run("form", "example", "AF00213", "--seed", seed, "--date", "2025-05-05")
        assert "<c:signeringstidpunkt>2025-05-05T" in text


def test_many_examples_are_not_poured_into_one_stream():
    assert "Several need a folder" in run("form", "example", "LISJP", "--count", 2, status=2)


def test_a_certificate_is_signed_on_no_day_to_come():
    for day in ("9999-12-31", "1899-12-31"):
        assert "has to be a day from 1900-01-01 to today" in run("form", "example", "ag7804", "--date", day, status=2)


def test_a_program_gets_an_example_as_json(tmp_path):
    [one] = run_json("form", "example", "luse", "--seed", 7)
    [written] = run_json("form", "example", "luse", "--seed", 7, "--to", tmp_path)

    assert (one["type"], one["seed"]) == ("LUSE/1", 7)
    assert Path(written["file"]).read_text("utf-8") == one["message"]
