"""`map coverage`: what becomes of each part of a form over a folder of messages."""

from __future__ import annotations

import shutil

import pytest
from benching import FULL, MINIMAL, map_json, message, run_map
from lxml import html

EXTRA = '<c:svar id="77"><c:delsvar id="77.1">{}</c:delsvar></c:svar>  </r:intyg>'


@pytest.fixture
def messages(tmp_path):
    """Four messages: one of each version of a type, one that is held, and one that is none."""
    folder = tmp_path / "messages"
    folder.mkdir()
    shutil.copy(FULL, folder / "full.xml")
    shutil.copy(MINIMAL, folder / "minimal.xml")
    message(folder, "  </r:intyg>", EXTRA.format("Hemligt"), MINIMAL, "held.xml")
    (folder / "none.xml").write_text("<nothing", "utf-8")
    return folder


def test_every_part_is_counted_in_the_messages_of_its_type(messages):
    types = map_json("coverage", messages)["types"]

    assert {kind: one["messages"] for kind, one in types.items()} == {"LISJP/1": 1, "LISJP/2": 2}
    degree = types["LISJP/2"]["parts"]["32.1"]
    assert (degree["present"], degree["mapped"], degree["ignored"], degree["unknown"]) == (2, 2, 0, 0)
    assert degree["title"]


def test_what_is_no_file_is_no_message(messages):
    (messages / "folder.xml").mkdir()
    (messages / "gone.xml").symlink_to(messages / "nowhere")

    assert map_json("coverage", messages)["files"] == 4


def test_a_page_is_written_where_somebody_says_and_a_program_is_told_so_in_json(messages, tmp_path):
    assert map_json("coverage", messages, "--html", tmp_path / "page.html") == {"written": str(tmp_path / "page.html")}

    assert "No such file or directory" in run_map("coverage", messages, "--html", tmp_path / "no" / "x.html", status=1)


def test_a_part_of_the_form_that_no_message_answers_stands_with_zeros(messages):
    assert map_json("coverage", messages)["types"]["LISJP/2"]["parts"]["29.1"]["present"] == 0


def test_what_is_ignored_tells_why(messages):
    parts = map_json("coverage", messages)["types"]["LISJP/1"]["parts"].values()
    ignored = [part for part in parts if part["ignored"]]

    assert ignored
    assert all(part["why"] for part in ignored)


def test_what_is_unknown_is_counted_and_holds_its_message(messages):
    told = map_json("coverage", messages)

    assert told["types"]["LISJP/2"]["parts"]["77.1"]["unknown"] == 1
    assert told["held"] == {"mapping: 77.1: no rule takes it, and none ignores it": 1}


def test_a_file_that_is_no_message_is_refused_and_the_rest_is_counted(messages):
    told = map_json("coverage", messages)

    assert told["files"] == 4
    assert sum(told["refused"].values()) == 1


def test_nothing_that_a_message_says_is_shown(messages):
    run_map("coverage", messages, "--html", messages / "coverage.html")

    for told in (run_map("coverage", messages), (messages / "coverage.html").read_text("utf-8")):
        assert "Hemligt" not in told
        assert "77.1" in told


def test_the_page_has_a_row_for_every_part(messages):
    run_map("coverage", messages, "--html", messages / "coverage.html")
    tree = html.document_fromstring((messages / "coverage.html").read_text("utf-8"))
    types = map_json("coverage", messages)["types"]

    shown = [code.text for code in tree.xpath("//td/code")]
    assert shown == [part for one in types.values() for part in one["parts"]]
