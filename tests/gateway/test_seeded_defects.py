"""A document with one defect is refused at run time, about what was changed; as it was made, it is not."""

from __future__ import annotations

import copy

import pytest
from defects import documents, load_defects, resource_of

from gateway.profiles import Judge
from gateway.profiles.invariants import CHECKS
from gateway.rules import load_rules

DEFECTS = load_defects()
CAUGHT = [one for one in DEFECTS if one.caught in {"both", "here"}]
LEFT = [one for one in DEFECTS if one not in CAUGHT]


@pytest.fixture(scope="module")
def rules():
    return load_rules()


@pytest.fixture(scope="module")
def whole(rules):
    return documents(rules)


@pytest.fixture
def judged(rules, whole):
    return lambda defect: Judge(rules.profiles).violations(defect.of(whole))


def test_the_documents_have_no_defect_before_one_is_put_in(rules, whole):
    assert [Judge(rules.profiles).violations(bundle) for bundle in whole.values()] == [[]] * len(whole)


@pytest.mark.parametrize("defect", CAUGHT, ids=str)
def test_a_defect_is_caught_where_it_is(judged, whole, defect):
    changed = resource_of(whole[defect.words["in"]], defect.words.get("told", defect.words["of"]))

    about = {(one.resource, one.type) for one in judged(defect)}

    assert about & {(changed["id"], changed["resourceType"]), (whole[defect.words["in"]]["id"], "Bundle")}


@pytest.mark.parametrize("defect", LEFT, ids=str)
def test_a_defect_that_is_told_not_to_be_caught_here_is_not(judged, defect):
    assert judged(defect) == []


def test_an_invariant_that_a_defect_breaks_is_told_by_its_key(judged):
    reasons = {one.reason for defect in CAUGHT for one in judged(defect)}
    keys = {reason.removeprefix("bryter ") for reason in reasons if reason.startswith("bryter ")}

    assert {"sjuk-1", "sjuk-7", "bdl-7"} <= keys <= CHECKS.keys()


@pytest.mark.parametrize(
    ("first", "second", "broken"),
    [
        ("ab", "b", True),
        ("a", "ab", True),
        ("a", "b", False),
        ("", "", True),
        ("a", "", False),
    ],
)
def test_periods_that_share_an_occupation_do_not_overlap(rules, whole, first, second, broken):
    bundle = copy.deepcopy(whole["lisjp"])
    occupations = [
        one["fullUrl"] for one in bundle["entry"] if "sysselsattning" in one["resource"]["meta"]["profile"][0]
    ]
    named = dict(zip("ab", occupations, strict=True))
    one, other, *_ = [entry["resource"] for entry in bundle["entry"] if "effectivePeriod" in entry["resource"]]
    other["effectivePeriod"] = one["effectivePeriod"]
    for period, letters in ((one, first), (other, second)):
        period["focus"] = [{"reference": named[letter]} for letter in letters]
        if not letters:
            del period["focus"]

    assert ("bryter sjuk-1" in {one.reason for one in Judge(rules.profiles).violations(bundle)}) is broken


# HL7's validator, asked for these four, says the same.
@pytest.mark.parametrize(
    ("first", "last", "broken"),
    [(5, 10, {"sjuk-1"}), (5, 5, {"sjuk-1"}), (20, 25, set()), (10, 5, {"sjuk-3", "per-1"})],
    ids=["within", "a day within", "shares a day", "backwards within"],
)
def test_a_period_beside_one_from_the_1st_to_the_20th_is_told_as_what_it_is(rules, whole, first, last, broken):
    bundle = copy.deepcopy(whole["lisjp"])
    one, other, *_ = [entry["resource"] for entry in bundle["entry"] if "effectivePeriod" in entry["resource"]]
    one["focus"] = other["focus"]
    one["effectivePeriod"] = {"start": f"2026-03-{first:02}", "end": f"2026-03-{last:02}"}
    other["effectivePeriod"] = {"start": "2026-03-01", "end": "2026-03-20"}

    told = {found.reason.removeprefix("bryter ") for found in Judge(rules.profiles).violations(bundle)}

    assert told - {"sjuk-7"} == broken


def test_there_are_defects_of_every_kind():
    assert len(DEFECTS) >= 60
    assert {one.kind for one in DEFECTS} == {
        "missing", "wrong-type", "wrong-code", "cardinality", "slice", "reference", "date", "invariant"
    }  # fmt: skip


def test_a_difference_from_the_official_validator_has_a_reason():
    assert {str(one) for one in DEFECTS if ("why" in one.words) != (one.caught != "both")} == set()
