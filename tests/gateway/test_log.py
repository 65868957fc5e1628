from __future__ import annotations

import json
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.commands.libraries import hear_libraries
from gateway.log import LogLine, log, lost_lines

GATEWAY = Path(__file__).parent.parent.parent / "gateway"


def _lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("line", list(LogLine), ids=lambda line: line.name)
def test_every_line_is_written_somewhere(line):
    sources = [file.read_text("utf-8") for file in GATEWAY.rglob("*.py") if file.name != "log.py"]

    assert any(re.search(rf"\bLogLine\.{line.name}\b", source) for source in sources)


def test_a_line_is_one_json_object_with_its_time_event_and_fields(capfd):
    log(LogLine.REQUEST, method="GET", status=200, milliseconds=1.5)

    [entry] = _lines(capfd.readouterr().err)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+00:00", entry.pop("at"))
    assert entry == {"event": "request answered", "method": "GET", "status": 200, "milliseconds": 1.5}


@pytest.mark.parametrize("text", ["a\r\nb", 'a","event":"forged', "\x1b[31mred", "\u2028\u2029\x85", "\x00", "å", "\\"])
def test_no_field_can_forge_a_line(capfd, text):
    log(LogLine.STARTED, part=text)

    written = capfd.readouterr().err
    assert written.count("\n") == 1
    assert "\r" not in written
    assert "\x1b" not in written
    [entry] = [json.loads(written)]
    assert (entry["part"], entry["event"]) == (text, "started")


def test_lines_that_are_written_at_once_stay_whole(capfd):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log(LogLine.STARTED, part="x" * 500, number=n), range(400)))

    entries = _lines(capfd.readouterr().err)
    assert sorted(entry["number"] for entry in entries) == list(range(400))


def test_a14_a_line_that_cannot_be_written_stops_nothing_and_is_counted():
    lost = lost_lines()
    before = os.dup(2)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, 2)
    try:
        log(LogLine.STARTED, part="serve")
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(full)

    assert lost_lines() == lost + 1


def test_what_a_library_warns_of_is_told_without_its_words(capfd):
    before = logging.getLogger().handlers[:]
    logging.getLogger().handlers.clear()  # a command that another test ran listens as long as the process lives
    hear_libraries()
    try:
        logging.getLogger("asyncio").error("Zebra", exc_info=OSError("Okapi"))
        logging.getLogger("aiohttp").info("Zebra")
    finally:
        logging.getLogger().handlers[:] = before

    [entry] = _lines(capfd.readouterr().err)
    assert {**entry, "at": ""} == {
        "at": "",
        "event": "told by a library",
        "logger": "asyncio",
        "level": "ERROR",
        "error": "OSError",
    }
