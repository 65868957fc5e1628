"""docs/faults.md is true: what it names is there, and what bears an id is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
DOCUMENT = (TESTS.parent / "docs" / "faults.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([A-Z][0-9]{2}) \|.*\| ([^|]*) \|$", DOCUMENT, re.MULTILINE))
IDS = re.compile(r"def test_((?:[a-h][0-9]{2}_)+)")


def _named() -> dict[str, set[str]]:
    """Id → the files with a test that bears it."""
    found: dict[str, set[str]] = {}
    for file in TESTS.rglob("test_*.py"):
        for ids in IDS.findall(file.read_text("utf-8")):
            for id_ in ids.upper().strip("_").split("_"):
                found.setdefault(id_, set()).add(file.relative_to(TESTS).as_posix())
    return found


def test_every_test_that_bears_an_id_stands_in_its_row():
    assert {id_: files for id_, files in _named().items() if not files <= set(ROWS.get(id_, "").split(", "))} == {}


@pytest.mark.parametrize("id_", ROWS)
def test_what_a_row_names_is_there(id_):
    named = _named().get(id_, set())
    for where in ROWS[id_].split(", ") if not ROWS[id_].startswith("no: ") else ():
        file, _, test = where.partition("::")
        if test:
            assert f"def {test}(" in (TESTS / file).read_text("utf-8")
        else:
            assert file in named


def test_a_row_is_there_for_each_id_of_recipients_of_certificates_that_live_and_of_consent():
    asked = [f"B{number:02}" for number in range(1, 31)]
    asked += [f"C{number:02}" for number in range(6, 14)]
    asked += [f"F{number:02}" for number in range(1, 21)]

    assert [id_ for id_ in asked if id_ not in ROWS] == []
