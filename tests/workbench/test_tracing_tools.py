"""`map trace`: why a value did not come out, and a page that shows it all and lets nothing of the message run."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from benching import FULL, MINIMAL, map_json, message, run_map
from lxml import html

HOSTILE = "&lt;/span&gt;&lt;script&gt;document.title='taken'&lt;/script&gt;&quot; onclick=&quot;x()"


@pytest.fixture
def page(tmp_path):
    """Returns the page of a message, as text and parsed."""

    def make(file):
        run_map("trace", file, "--html", tmp_path / "trace.html")
        text = (tmp_path / "trace.html").read_text("utf-8")
        return text, html.document_fromstring(text)

    return make


def absent(file, rule):
    return next(one["why"] for one in map_json("trace", file)["absent"] if one["rule"] == rule)


def test_a_rule_whose_question_is_not_answered_says_so():
    assert absent(MINIMAL, "yrke") == "29.1 is not in the certificate"


def test_a_rule_whose_when_is_not_met_says_what_it_found_and_what_it_wants():
    why = absent(FULL, "atgard_ej_aktuell")

    assert why.startswith("when: 40.1.code is 'ARBETSANPASSNING'")
    assert why.endswith("has to be EJ_AKTUELLT")


def test_a_rule_that_something_stands_against_says_what_that_is():
    assert absent(FULL, "grund_i_ord").startswith("unless: 1.1.code is 'UNDERSOKNING'")
    assert absent(FULL, "grund_i_ord").endswith("must not be there")


def test_what_a_set_leaves_out_is_told_with_the_reason():
    left = {(one["set"], one["rule"], tuple(one["withheld"])): one for one in map_json("trace", FULL)["left_out"]}

    assert left["arbetsgivaruppgift-bas", "diagnos_1", ()]["why"] == "set.yaml takes nothing of diagnos_1"
    withheld = left["arbetsgivaruppgift-utokad", "diagnos_1", ("diagnos",)]
    assert withheld["why"] == "the section diagnos is withheld in this variant"


def test_a_value_from_a_code_table_tells_the_row():
    rows = [row for row in map_json("trace", FULL)["trace"] if row["path"] == "valueQuantity.value"]

    assert rows[0]["table"].startswith("sjukskrivningsgrad: KV_FKMU_0003|")
    assert re.fullmatch(r"certificates/parts/sjukskrivning\.yaml:\d+", rows[0]["place"])


def test_a_trace_about_something_tells_of_nothing_else():
    told = map_json("trace", FULL, "--about", "26.2")

    assert told["trace"]
    assert all("26.2" in str(row) for rows in told.values() for row in rows)


def test_every_node_and_every_value_stand_on_the_page_and_point_at_each_other(page):
    _, tree = page(FULL)
    told = map_json("trace", FULL)
    nodes = {one.get("data-nodes"): one.get("data-name") for one in tree.find_class("node")}
    of_sets = [one for one in tree.find_class("value") if one.getparent().getparent().get("id") != "view6"]

    assert len(of_sets) == len(told["trace"])
    for value, row in zip(of_sets, told["trace"], strict=True):
        named = [nodes[number] for number in value.get("data-nodes").split()]
        assert named == [node for node in row["sources"] if node in nodes.values()]


def test_a_hostile_message_is_shown_and_not_run(page, tmp_path):
    text, tree = page(message(tmp_path, "Vill stämma av planen för återgång", HOSTILE))

    assert len(tree.findall(".//script")) == 1
    assert not tree.xpath("//@onclick")
    assert any("<script>document.title='taken'</script>" in one.text_content() for one in tree.find_class("node"))
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    script = re.search("<script>(.*)</script>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_a_page_reaches_for_no_other_host(page):
    _, tree = page(FULL)

    assert not tree.xpath("//@src | //@href | //link | //img | //iframe | //object")
