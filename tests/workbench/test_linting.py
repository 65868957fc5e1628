"""`map lint`: what is suspicious in rules that load."""

from __future__ import annotations

import pytest
from benching import change, copied, line_of, map_json, run_map


@pytest.fixture
def folder(tmp_path):
    return copied(tmp_path)


def test_the_installed_mappings_are_clean():
    assert map_json("lint") == []
    assert "0 findings" in run_map("lint")


def test_a_part_of_the_form_that_no_rule_takes_is_told(folder):
    change(folder / "certificates" / "parts" / "yrke.yaml", '"29.1"', '"29.7"')

    told = {
        one["what"] for one in map_json("lint", folder, status=1) if one["place"] == "certificates/lisjp/2/mapping.yaml"
    }

    assert any(what.startswith("neither takes nor ignores 29.1") for what in told)


def test_a_rule_that_names_a_part_that_no_form_has_is_told_with_its_line(folder):
    file = change(folder / "certificates" / "parts" / "yrke.yaml", '"29.1"', '"29.7"')

    [one] = [one for one in map_json("lint", folder, status=1) if "names 29.7" in one["what"]]

    assert one["place"] == f"certificates/parts/yrke.yaml:{line_of(file, '29.7')}"


def test_a_set_that_takes_what_no_rule_makes_is_told(folder):
    file = folder / "information_sets" / "arbetsgivaruppgift-bas" / "set.yaml"
    change(file, "{ sjukskrivning:", "{ sjukskrivningen:")

    told = map_json("lint", folder, status=1)

    assert [one["place"] for one in told] == ["information_sets/arbetsgivaruppgift-bas/set.yaml"]
    assert "takes sjukskrivningen" in told[0]["what"]
