"""A set that breaks its profile is held, and says which element, which rule and which source nodes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.rules import load_rules

CERTIFICATES = Path(__file__).parents[2] / "mappings" / "certificates"
SAMPLE = CERTIFICATES / "lisjp" / "2" / "samples" / "full.xml"
OLD_FORM = CERTIFICATES / "fk7263" / "1" / "samples" / "full.xml"
NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules():
    return load_rules()


@pytest.fixture
def document(rules):
    return rules.understand(rules.reader.read_file(SAMPLE.read_bytes()), NOW)


def test_what_follows_its_profiles_is_not_held(rules, document):
    assert {one.hold for one in rules.select(document)} == {""}


def test_what_breaks_its_profile_is_held_with_the_rule_and_the_source(rules, document):
    period = next(one for one in document.resources if one.rule == "sjukskrivning")
    period.resource["effectivePeriod"] = {"start": "2026-03-15", "end": "2026-03-02"}

    held = [one for one in rules.select(document) if "bedomning" in one.sections]

    assert {one.hold for one in held} == {"profile"}
    [problem] = [one for one in held[0].problems if one.place == "Observation.effectivePeriod"]
    assert problem.reason.startswith("bryter per-1")
    assert "sjukskrivning.effectivePeriod.start" in problem.reason
    assert "32.2" in problem.reason
    assert "2026" not in problem.reason


def test_a_period_backwards_that_the_old_form_lets_pass_is_held_with_its_days_and_told_to_its_sender(rules):
    text = OLD_FORM.read_text("utf-8")
    assert "<t:start>2014-03-03<" in text
    document = rules.understand(rules.reader.read_file(text.replace("2014-03-03", "2014-03-18").encode()), NOW)

    [held] = rules.select(document)

    assert held.hold == "profile"
    assert "32.2" in {warning.place for warning in document.warnings}
    told = {problem.place: problem.reason for problem in held.problems}
    assert told.keys() == {"Observation", "Observation.effectivePeriod"}
    assert "bryter sjuk-3" in told["Observation"]
    assert told["Observation.effectivePeriod"].startswith("bryter per-1")
    assert "sjukskrivning.effectivePeriod.start" in told["Observation.effectivePeriod"]
    assert "ur 32.2.start [1], 32.2.end [1]" in told["Observation.effectivePeriod"]


def test_a_missing_element_names_the_rule_of_its_resource(rules, document):
    del document.composition.resource["status"]

    [*problems] = [one for made in rules.select(document) for one in made.problems]

    assert {one.place for one in problems} == {"Composition.status"}
    assert all("saknas" in one.reason and "regel composition" in one.reason for one in problems)
