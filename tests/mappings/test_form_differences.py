"""Our verdict on messages that nobody has seen is that of the official rules: real ones, changed a little at random."""

from __future__ import annotations

import csv
import random
import sys
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from mutations import mutated

from gateway.forms import judge, load_forms
from gateway.reading.certificate import answers_of, kind_of
from gateway.reading.namespaces import RESPONDER

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
FORMS = load_forms(REPOSITORY / "mappings" / "certificates")
WITHOUT_OFFICIAL_RULES = {"AG1-14/2", "AG7804/2"}
KINDS = sorted({str(form.kind) for form in FORMS.values()} - WITHOUT_OFFICIAL_RULES)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
MESSAGES = 120
"""How many are made of each type; they are the same each time."""

pytestmark = pytest.mark.skipif(
    not (SHARED / "tools" / "verdict.py").exists(), reason="the official rules are not beside the repository"
)


@pytest.fixture(scope="module")
def official():
    sys.path.insert(0, str(SHARED / "tools"))
    try:
        yield pytest.importorskip("verdict")
    finally:
        sys.path.remove(str(SHARED / "tools"))


@pytest.fixture(scope="module")
def accepted():
    """The real certificates that the official rules accept, by the kind of their form."""
    with (SHARED / "corpus" / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        files = [row[0] for row in csv.reader(index, delimiter="\t") if row[4] == "ok"]
    found = {}
    for file in [*files, "DERIVED-v2/register-lisjp-v2.0.xml"]:
        [intyg] = etree.parse(SHARED / "corpus" / file, PARSER).iter(f"{{{RESPONDER}}}intyg")
        if kind_of(intyg) in FORMS:
            found.setdefault(str(FORMS[kind_of(intyg)].kind), []).append(intyg)
    return found


def refused_by(official, intyg):
    """Whether the official rules refuse a certificate; they do where they break down on it."""
    kind = kind_of(intyg)
    rules = (official.RULES_V2 if kind.major == 2 else official.RULES)[kind.type]
    text = etree.tostring(deepcopy(intyg.getparent()), with_tail=False).decode()
    try:
        answer = official.stylesheet(rules).transform_to_string(xdm_node=official.SAXON.parse_xml(xml_text=text))
    except official.saxonche.PySaxonApiError:
        return True
    return "<fail" in answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_message_gets_the_official_verdict(official, accepted, kind):
    chance = random.Random(kind)  # noqa: S311 - the same messages at each run
    verdicts = set()

    for _ in range(MESSAGES):
        intyg = next(deepcopy(chance.choice(accepted[kind]).getparent()).iter(f"{{{RESPONDER}}}intyg"))
        mutated(intyg, chance)
        ours = judge(FORMS[kind_of(intyg)], answers_of(intyg), datetime.now(UTC)).problems
        theirs = refused_by(official, intyg)

        assert bool(ours) is theirs, (ours, etree.tostring(intyg).decode())
        verdicts.add(theirs)

    assert verdicts == {True, False}
