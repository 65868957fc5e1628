"""`map new`: a mapping that loads, and whose sample goes through, before anybody has written a rule."""

from __future__ import annotations

import json

import pytest
from benching import change, copied, map_json, run_map
from click.testing import CliRunner

from gateway.__main__ import samsyn

FILES = ["form.yaml", "mapping.yaml", "samples/example.xml"]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Mappings with a new type among them, and what the command answered."""
    folder = copied(tmp_path_factory.mktemp("begun"))
    return folder, map_json("new", "prov-7", "--major", 2, "--mapping", folder)


def test_a_new_type_gets_a_form_a_mapping_a_sample_and_a_row_in_the_table_of_types(begun):
    folder, told = begun
    own = folder / "certificates" / "prov-7" / "2"

    assert told["certificate"] == "PROV-7/2"
    assert told["files"] == [
        *(str(own / name) for name in FILES),
        str(folder / "code_tables/ConceptMap-intygstyp.json"),
    ]


def test_its_sample_goes_through_and_so_does_what_its_form_makes_up(begun, tmp_path):
    folder, told = begun
    arguments = ["form", "example", "PROV-7", "--count", "3", "--to", tmp_path, "--mapping", folder]
    made = CliRunner().invoke(samsyn, [str(argument) for argument in arguments])

    assert map_json("try", told["files"][2], "--mapping", folder) == {"sets": [], "holds": []}
    assert made.exit_code == 0
    counted = map_json("coverage", tmp_path, "--mapping", folder)
    assert (counted["files"], counted["held"], counted["refused"]) == (3, {}, {})
    assert counted["types"]["PROV-7/2"]["parts"]["1.1"]["mapped"] == 3


def test_lint_tells_what_is_still_to_be_written_and_finds_nothing_to_mend(begun):
    hints = [one for one in map_json("lint", begun[0]) if "prov-7" in one["place"]]

    assert all(one["is_hint"] for one in hints)
    assert sum(one["what"].startswith("to do: ") for one in hints) >= 4
    assert any(one["what"] == "no set is made of PROV-7" for one in hints)


def test_a_set_that_names_the_type_takes_what_its_rule_makes(begun, tmp_path):
    folder = copied(tmp_path)
    [*_, sample, _] = map_json("new", "PROV-7", "--mapping", folder)["files"]
    rules = folder / "information_sets" / "arbetsformedlingsunderlag" / "set.yaml"
    change(rules, "certificates: [", "certificates: [PROV-7, ")
    change(rules, "ovrigt: [valueString]", "ovrigt: [valueString], uppgift_1: [valueString]")

    [made] = [one for one in map_json("try", sample, "--mapping", folder)["sets"] if not one["withheld"]]

    assert made["hold"] == "", made["problems"]
    assert "uppgift" in json.dumps(made["bundle"])


@pytest.mark.parametrize("type_", ["PROV-7", "lisjp", "AFMU"])
def test_nothing_is_written_over(begun, type_):
    folder, _ = begun
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    assert "nothing is written over" in run_map(
        "new", type_, "--major", 2 if type_ == "PROV-7" else 1, "--mapping", folder, status=1
    )
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("type_", ["../PROV", "7PROV", "", "PROV 7"])
def test_what_is_no_type_code_is_refused(begun, type_):
    assert "is no type code" in run_map("new", type_, "--mapping", begun[0], status=1)


def test_what_to_do_next_is_told_in_commands_that_are_there(tmp_path):
    told = run_map("new", "PROV-7", "--mapping", copied(tmp_path))
    commands = [line.split()[1:3] for line in told.splitlines() if line.strip().startswith("samsyn ")]

    assert len(commands) == 6
    for group, name in commands:
        assert name in samsyn.commands[group].commands
