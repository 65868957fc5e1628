"""`map diff`: what a change of the mappings changes over a folder of messages."""

from __future__ import annotations

import shutil

import pytest
from benching import FULL, MAPPINGS, MINIMAL, change, copied, line_of, map_json, message, run_map
from lxml import html

BEHIND = '<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'
EVERY = "sjukskrivningsunderlag"
"""The set that has nearly everything."""


def part(folder, name):
    return folder / "certificates" / "parts" / f"{name}.yaml"


def messages_in(folder):
    """Three messages: one of each version of a type, and one with a question that nobody knows."""
    folder.mkdir()
    shutil.copy(FULL, folder / "full.xml")
    shutil.copy(MINIMAL, folder / "minimal.xml")
    message(folder, "  </r:intyg>", BEHIND, MINIMAL, "unknown.xml")
    return folder


def groups_of(told):
    return {(one["change"], one["set"], one["path"]): one for one in told["groups"]}


@pytest.fixture
def messages(tmp_path):
    return messages_in(tmp_path / "messages")


@pytest.fixture
def new(tmp_path):
    return copied(tmp_path)


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """The installed mappings, changed in many places: the folder, and what differs."""
    folder = tmp_path_factory.mktemp("edited")
    new = copied(folder)
    change(part(new, "sjukskrivning"), "Nedsatt arbetsförmåga", "Sänkt arbetsförmåga")
    change(part(new, "sjukskrivning"), "references: sysselsattning", "references: sysslan")
    for _ in range(2):
        change(
            new / "certificates" / "ag1-14" / "1" / "mapping.yaml", "references: sysselsattning", "references: sysslan"
        )
    change(part(new, "sysselsattning"), "  sysselsattning:\n", "  sysslan:\n")
    change(part(new, "yrke"), "      code.coding[0].display: Yrke och arbetsuppgifter\n", "      code.text: Yrke\n")
    table = new / "code_tables" / "ConceptMap-grund_for_medicinskt_underlag.json"
    change(table, '"code": "UNDERSOKNING",\n              "display"', '"code": "ANNAT",\n              "display"')
    rules = new / "information_sets" / EVERY / "set.yaml"
    change(rules, "take: { ovrigt: [valueString] }", "take: {}")
    change(rules, "      sysselsattning: [", "      sysslan: [")
    lisjp = new / "certificates" / "lisjp" / "1" / "mapping.yaml"
    change(
        lisjp,
        "  smittskydd: Smittskydd\n  grund: Intyget är baserat på\n",
        "  grund: Intyget är baserat på\n  smittskydd: Smittskydd\n",
    )
    return new, map_json("diff", MAPPINGS, new, messages_in(folder / "messages"), status=1)


@pytest.fixture
def groups(edited):
    return groups_of(edited[1])


def test_the_messages_that_something_differs_in_are_counted(edited):
    told = edited[1]

    assert (told["files"], told["differing"]) == (3, 2), "what is held before and after is the same"


def test_a_line_of_text_that_is_written_otherwise_is_told_by_itself(groups):
    one = groups["text changed", "kommununderlag", "Composition.section(bedomning).text.div"]

    assert (one["messages"], one["certificates"]) == (2, ["LISJP/1", "LISJP/2"])
    for case in one["cases"]:
        assert case["old"]["value"].startswith("<p>Nedsatt arbetsförmåga")
        assert case["new"]["value"] == case["old"]["value"].replace("Nedsatt", "Sänkt")


def test_a_value_more_and_a_value_less_tell_the_rule_its_file_and_its_line(groups, edited):
    [more] = groups["added", EVERY, "Observation(yrke).code.text"]["cases"]
    [less] = groups["removed", EVERY, "Observation(yrke).code.coding.display"]["cases"]

    line = line_of(part(edited[0], "yrke"), "code.text")
    rule = f"lisjp/1/mapping.yaml: yrke.code.text (certificates/parts/yrke.yaml:{line})"
    assert (more["old"], more["new"]) == (None, {"value": '"Yrke"', "rule": rule})
    assert (less["new"], less["old"]["value"]) == (None, '"Yrke och arbetsuppgifter"')
    assert [file.rpartition("/")[2] for file in more["files"]] == ["full.xml"]


def test_another_row_of_a_code_table_is_a_code_that_changed(groups):
    cases = groups["code changed", EVERY, "Observation(grund).code.coding.code"]["cases"]

    assert {(case["old"]["value"], case["new"]["value"]) for case in cases} == {('"UNDERSOKNING"', '"ANNAT"')}
    assert [file.rpartition("/")[2] for case in cases for file in case["files"]] == ["full.xml"]


def test_a_resource_that_is_gone_is_one_difference(groups):
    [case] = groups["removed", EVERY, "Observation(ovrigt)"]["cases"]

    assert "valueString = " in case["old"]["value"]
    assert not any(path.startswith("Observation(ovrigt).") for _, _, path in groups)
    assert not any(set_ != EVERY for _, set_, path in groups if path.startswith("Observation(ovrigt)"))


def test_a_rule_that_has_another_name_changes_its_resources_id_and_nothing_else(groups):
    about = {(what, path) for what, set_, path in groups if set_ == EVERY and "sys" in path}

    assert about == {("changed", "Observation(sysslan).id")}
    assert not any(path.endswith("focus.reference") for _, set_, path in groups if set_ == EVERY)


def test_another_order_is_told_as_such(groups):
    one = groups["order changed", EVERY, "Bundle.entry"]

    assert one["certificates"] == ["LISJP/1"]
    assert one["cases"][0]["new"]["value"].index("section(smittskydd)") > one["cases"][0]["new"]["value"].index(
        "(grund)"
    )


def test_the_same_rules_differ_in_nothing(messages):
    assert "3 messages, 0 of them otherwise; 0 differences" in run_map("diff", MAPPINGS, MAPPINGS, messages)


def test_what_is_held_or_refused_now_and_what_no_longer_is_tell_the_reason(new, messages):
    change(part(new, "yrke"), '"29.1"', '"29.7"')
    lisjp = new / "certificates" / "lisjp" / "2"
    change(lisjp / "mapping.yaml", "\nsections:", '\nignore:\n  "77.1": ett prov\n\nsections:')
    change(lisjp / "form.yaml", "ARBETSSOKANDE, ", "")
    refused = message(messages, "STUDIER", "ARBETSSOKANDE", MINIMAL, "refused.xml")

    groups = groups_of(map_json("diff", MAPPINGS, new, messages, status=1))

    [held] = groups["held now", "", "29.1"]["cases"]
    assert held["new"]["value"] == "no rule takes it, and none ignores it"
    assert held["files"] == [str(messages / "full.xml")]
    [freed] = groups["freed now", "", "77.1"]["cases"]
    assert freed["files"] == [str(messages / "unknown.xml")]
    assert groups["refused now", "", "28.1"]["cases"][0]["files"] == [str(refused)]
    assert not any(path.startswith("Observation") for _, _, path in groups), "what is held has no sets to compare"


@pytest.fixture
def reworded(new, messages):
    """What to compare: one rule tells its text in other words, which changes one group in each of four sets."""
    change(part(new, "sjukskrivning"), "Nedsatt arbetsförmåga", "Sänkt arbetsförmåga")
    return MAPPINGS, new, messages


def test_what_is_approved_with_a_reason_passes_and_nothing_else(reworded, new, tmp_path):
    approved = tmp_path / "approved.yaml"
    run_map("diff", *reworded, "--approved", approved, "--accept")
    assert "the reason is missing" in run_map("diff", *reworded, "--approved", approved, status=1)

    reasoned = approved.read_text("utf-8").replace("reason: ''", "reason: Bättre svenska")
    approved.write_text(reasoned, "utf-8")
    assert "approved: Bättre svenska" in run_map("diff", *reworded, "--approved", approved)

    approved.write_text(reasoned.replace("  - LISJP/2\n", "", 1), "utf-8")
    told = map_json("diff", *reworded, "--approved", approved, status=1)["groups"]
    assert [one["approved"] for one in told] == [None, *["Bättre svenska"] * 3], "nor in another type of certificate"

    run_map("diff", *reworded, "--approved", approved, "--accept")
    assert approved.read_text("utf-8") == reasoned, "the reasons that are given stay"


def test_what_is_approved_and_no_longer_occurs_is_told_and_is_no_fault(messages, tmp_path):
    approved = tmp_path / "approved.yaml"
    gone = "{ change: added, set: kommununderlag, path: Bundle, certificates: [LISJP/1], reason: Ny mängd }"
    approved.write_text(f"approved:\n- {gone}\n", "utf-8")

    told = run_map("diff", MAPPINGS, MAPPINGS, messages, "--approved", approved)

    assert "approved, and no longer found: added: kommununderlag Bundle" in told


def test_a_group_opens_to_its_messages_and_both_sides(reworded):
    told = run_map("diff", *reworded, "--open", 2, status=1)

    opened = told[told.index("   2  ") : told.index("   3  ")]
    assert "      - <p>Nedsatt" in opened
    assert "      + <p>Sänkt" in opened
    assert "minimal.xml" in opened
    assert "minimal.xml" not in told.replace(opened, "")


def test_the_page_shows_both_sides_and_lets_nothing_of_a_message_run(new, messages, tmp_path):
    hostile = "&lt;script&gt;document.title='taken'&lt;/script&gt;"
    message(messages, "Vill stämma av planen för återgång", hostile, FULL, "hostile.xml")
    change(part(new, "kontakt_forsakringskassan"), "      description: { from", "      note[0].text: { from")
    change(part(new, "kontakt_forsakringskassan"), '      - "{description}"\n', "")
    run_map("diff", MAPPINGS, new, messages, "--html", tmp_path / "diff.html", status=1)
    text = (tmp_path / "diff.html").read_text("utf-8")
    tree = html.document_fromstring(text)

    assert len(tree.findall(".//script")) == 1
    assert any("<script>document.title='taken'" in one.text_content() for one in tree.findall(".//pre"))
    assert tree.xpath("//details[summary//code='Task(kontakt_arende).description']//div[@class='side old']//pre")
    assert not tree.xpath("//@src | //@href | //link | //img | //@onclick")


def test_accepting_without_a_list_to_write_is_a_mistake_of_usage(messages):
    run_map("diff", MAPPINGS, MAPPINGS, messages, "--accept", status=2)
