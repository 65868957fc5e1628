"""`map try`: what would come out, and what is wrong told with rule, file, line and source node."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading

import pytest
from benching import FULL, MAPPINGS, MINIMAL, change, copied, line_of, map_json, message, run_map

LISJP = MAPPINGS / "certificates" / "lisjp"


def test_a_code_that_no_table_has_is_told_with_the_rule_its_file_and_its_line(tmp_path):
    file = message(tmp_path, "PROGNOS_OKLAR", "PROGNOS_LJUS", MINIMAL)
    part = MAPPINGS / "certificates" / "parts" / "prognos_manader.yaml"

    told = run_map("try", file)
    [hold] = [one for one in map_json("try", file)["holds"] if one["node"] == "39.1.code"]

    assert "HELD (mapping)" in told
    line = line_of(part, "table: prognos")
    assert hold["rules"][0] == {"rule": "prognos.valueCodeableConcept.coding[0]", "file": str(part), "line": line}
    assert f"{part}:{line}" in told
    assert "kodtabellen" in hold["reason"]


def test_a_node_that_no_rule_takes_is_told_as_such(tmp_path):
    extra = '<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'

    [hold] = map_json("try", message(tmp_path, "  </r:intyg>", extra, MINIMAL))["holds"]

    assert (hold["node"], hold["rules"]) == ("77.1", [])


def test_a_part_of_an_added_question_that_is_no_text_is_told_with_the_rule_that_takes_any(tmp_path):
    coded = '<c:delsvar id="9000.2"><t:cv><t:code>A</t:code><t:codeSystem>B</t:codeSystem></t:cv></c:delsvar>'
    text = '<c:svar id="9000"><c:delsvar id="9000.7">a</c:delsvar><c:delsvar id="9000.3">b</c:delsvar>'

    told = map_json("try", message(tmp_path, '<c:svar id="9001">', f'{text}{coded}</c:svar><c:svar id="9001">'))

    rules = {one["node"]: [rule["rule"] for rule in one["rules"]] for one in told["holds"]}
    assert rules == {"9000.2.code": [], "9000.3": ["tillaggsfraga.valueString"]}


def test_a_folder_of_mappings_is_tried_instead_of_the_installed_one(tmp_path):
    folder = copied(tmp_path)
    change(folder / "certificates" / "lisjp" / "1" / "mapping.yaml", "title: Läkarintyg", "title: Provintyg")

    assert "Provintyg" in run_map("try", FULL, "--mapping", folder)
    assert "Provintyg" not in run_map("try", FULL)


def test_one_certificates_folder_stands_in_for_the_installed_one(tmp_path):
    own = tmp_path / "lisjp" / "1"
    shutil.copytree(LISJP / "1", own)
    change(own / "mapping.yaml", "title: Läkarintyg", "title: Provintyg")

    assert "Provintyg" in run_map("try", FULL, "--mapping", own)
    assert "Provintyg" not in run_map("try", MINIMAL, "--mapping", own), "the other version is the installed one"


MISTAKES = {
    "a word that there is none for": (
        "parts/diagnos.yaml", "    section: diagnos\n", "    sektion: diagnos\n", "sektion",
    ),
    "a table that is not there": (
        "parts/grund.yaml", "table: grund_for_medicinskt_underlag", "table: ingen", "there is no ConceptMap ingen",
    ),
    "a rule that is not there": (
        "parts/sjukskrivning.yaml", "references: sysselsattning", "references: syssla", "there is no rule syssla",
    ),
    "a section that is not there": ("parts/ovrigt.yaml", "section: fritext", "section: fri", "there is no section fri"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_rule_is_told_with_its_file_and_the_line_of_the_rule(tmp_path, name, old, new, says):
    folder = copied(tmp_path)
    file = change(folder / "certificates" / name, old, new)

    told = run_map("try", FULL, "--mapping", folder, status=1)

    assert says in told
    number = int(told.partition(f"{file}:")[2].partition(":")[0])
    assert 0 <= line_of(file, new.strip()) - number < 12, "the line is that of the word, or of its rule"


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path):
    folder = copied(tmp_path)
    change(folder / "certificates" / "parts" / "grund.yaml", "resources:", "resources: [")

    assert "grund.yaml" in run_map("try", FULL, "--mapping", folder, status=1)


def test_a_folder_that_holds_no_mapping_is_said_to_hold_none(tmp_path):
    assert "neither certificates/ nor a mapping.yaml" in run_map("try", FULL, "--mapping", tmp_path, status=1)


def save_until(answered, file):
    """Save a file again and again: the first line may have come before the watch is set."""
    while not answered.wait(0.5):
        change(file, "title: ", "title: Nytt ")


def test_a_saved_mapping_is_tried_again(tmp_path):
    folder = copied(tmp_path)
    file = folder / "certificates" / "lisjp" / "1" / "mapping.yaml"
    command = [sys.executable, "-m", "gateway", "map", "try", str(FULL), "--mapping", str(folder), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as watching:
        first = next(line for line in watching.stdout if line.strip())
        answered = threading.Event()
        threading.Thread(target=save_until, args=[answered, file]).start()
        again = next(line for line in watching.stdout if line.startswith("LISJP/1"))
        answered.set()
        watching.terminate()

    assert "Nytt" not in first
    assert "Nytt" in again


def test_golden_files_are_written_anew_only_where_something_changed(tmp_path):
    folder = copied(tmp_path)

    assert map_json("accept", folder, "--mapping", folder) == {"changed": []}

    change(folder / "certificates" / "lisjp" / "1" / "mapping.yaml", "diagnos: Diagnos", "diagnos: Sjukdom")
    [*changed] = map_json("accept", folder, "--mapping", folder)["changed"]

    assert changed
    assert all("/lisjp/1/samples/" in one for one in changed)
    golden = folder / "certificates" / "lisjp" / "1" / "samples" / "full.fhir.json"
    assert "Sjukdom" in golden.read_text("utf-8")


def test_the_settings_count_for_what_is_emitted_and_for_whose_number_it_is(tmp_path, monkeypatch):
    urn = "urn:oid:1.2.752.116.1.1.1.1.3"
    monkeypatch.setenv("SAMSYN_EMITTED_SYSTEMS", f'{{"icd_10_se": "{urn}"}}')
    assert urn in str(map_json("try", FULL)["sets"])
    rows = [row["table"] for row in map_json("trace", FULL)["trace"] if row["value"] == urn]
    assert rows
    assert all(row.endswith(f"→ {urn}") for row in rows)

    monkeypatch.setenv("SAMSYN_PERSONS", "real")
    assert "testpersons" in run_map("try", FULL, status=1)
