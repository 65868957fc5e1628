"""`map lint`: what is suspicious in rules that load."""

from __future__ import annotations

import shutil

import pytest
from benching import change, copied, line_of, map_json, run_map


@pytest.fixture
def folder(tmp_path):
    return copied(tmp_path)


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """Mappings with a mistake of each kind: the folder, and what lint tells of it."""
    folder = copied(tmp_path_factory.mktemp("edited"))
    parts, lisjp = folder / "certificates" / "parts", folder / "certificates" / "lisjp" / "2" / "mapping.yaml"
    change(parts / "yrke.yaml", '"29.1"', '"29.7"')
    change(parts / "smittskydd.yaml", '"27.1"', "patient/sjukdom")
    change(parts / "kontakt_forsakringskassan.yaml", '"26.1": ["true", "1"]', '"26.1": ["ja"]')
    change(parts / "sjukskrivning.yaml", 'each: "32"', 'each: "132"')
    change(parts / "certificate_header.yaml", "  mottagare/*:", "  mottagaren/*:")
    change(lisjp, "  fritext: Övriga upplysningar\n", "  fritext: Övriga upplysningar\n  annat: Annat\n")
    change(lisjp, "  - ovrigt\n", "  - ovrigt\n  - kannedom\n")
    shutil.copy(parts / "ovrigt.yaml", parts / "overgivet.yaml")
    change(
        folder / "information_sets" / "arbetsgivaruppgift-bas" / "set.yaml",
        "      sjukskrivning: [",
        "      sjukskrivningen: [",
    )
    change(folder / "information_sets" / "kommununderlag" / "set.yaml", "[LISJP]", "[LISJP, LISP]")
    table = folder / "code_tables" / "ConceptMap-sjukskrivningsgrad.json"
    change(table, '"code": "HELT_NEDSATT"', '"code": "HELT_UTAN"')
    told = map_json("lint", folder, status=1)
    return folder, {(one["place"], one["what"]): one["is_hint"] for one in told}


def line(folder, name, text):
    return f"certificates/parts/{name}:{line_of(folder / 'certificates' / 'parts' / name, text)}"


def test_nothing_is_to_be_mended_in_the_installed_mappings_and_what_stands_ready_is_a_hint():
    assert [one["what"] for one in map_json("lint")] == [
        f"no rule looks into {name}" for name in ("amne", "intygshandelse", "intygsstatus", "part")
    ]
    assert "0 findings, 4 hints" in run_map("lint")


def test_a_part_of_the_form_that_no_rule_takes_is_told(edited):
    assert any(
        place == "certificates/lisjp/2/mapping.yaml" and what.startswith("neither takes nor ignores 29.1")
        for place, what in edited[1]
    )


def test_a_rule_that_takes_any_part_takes_each_that_the_form_has(folder):
    form = folder / "certificates" / "lisjp" / "1" / "form.yaml"
    change(form, "unknown_parts: allowed, parts: {}", "parts: { 9000.3: { title: T, count: 1, type: text } }")

    assert not any("9000.3" in one["what"] for one in map_json("lint", folder))


def test_a_number_that_cannot_be_written_is_told_before_anything_is_judged(folder):
    file = folder / "certificates" / "parts" / "yrke.yaml"
    change(file, "      valueString: {", f"      component[0].valueInteger: {10**30}\n      valueString: {{")

    told = run_map("lint", folder, status=1)

    assert f"{file}:{line_of(file, 'valueInteger')}: resources.yrke.set.component[0].valueInteger: " in told


MISTAKES = {
    "a part that no form has": ("yrke.yaml", "29.7", "names 29.7, which no form has that uses the rule"),
    "a path that no certificate has": (
        "smittskydd.yaml", "patient/sjukdom", "names patient/sjukdom, which no certificate has",
    ),
    "a condition that nothing meets": (
        "kontakt_forsakringskassan.yaml", "  kontakt_arende:",
        "waits for 26.1 to be ja, which no form lets pass that uses the rule",
    ),
    "a question that no form has": (
        "sjukskrivning.yaml", "  sjukskrivning:", "each names 132, which no form has that uses the rule",
    ),
    "something ignored that no certificate has": (
        "certificate_header.yaml", "mottagaren/*", "ignores mottagaren/*, which no certificate has that uses it",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "what"), MISTAKES.values(), ids=MISTAKES)
def test_a_rule_that_can_never_do_anything_is_told_with_its_line(edited, name, text, what):
    folder, told = edited

    assert told[line(folder, name, text), what] is False


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("certificates/parts/overgivet.yaml", "no mapping includes it"),
        ("certificates/lisjp/2/mapping.yaml", "includes kannedom, and the form has none of its questions"),
        ("certificates/lisjp/2/mapping.yaml", "has a section annat, and no rule for it"),
        ("information_sets/kommununderlag/set.yaml", "is made from LISP, which there is no mapping for"),
    ],
)
def test_what_is_written_and_never_used_is_told(edited, place, what):
    assert edited[1][place, what] is False


def test_a_set_that_takes_what_no_rule_makes_is_told(edited):
    assert any(
        place == "information_sets/arbetsgivaruppgift-bas/set.yaml" and what.startswith("takes sjukskrivningen in")
        for place, what in edited[1]
    )


def test_a_row_for_a_code_that_no_form_lists_is_a_hint(edited):
    assert edited[1]["code_tables/ConceptMap-sjukskrivningsgrad.json", "no form lists KV_FKMU_0003|HELT_UTAN"] is True


def test_a_table_that_nothing_looks_into_is_a_hint_and_no_fault(folder):
    table = folder / "code_tables" / "ConceptMap-amne.json"
    change(shutil.copy(table, table.with_name("ConceptMap-nytt.json")), '"name": "amne"', '"name": "nytt"')

    hints = map_json("lint", folder)

    assert {"place": "code_tables/ConceptMap-nytt.json", "what": "no rule looks into nytt", "is_hint": True} in hints
