"""A wish that cannot be followed: a section that nobody may withhold of a certificate."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.rules import MAPPINGS, load_rules
from gateway.sandbox.story import enveloped

RULES = load_rules()
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
TOLD = "Diagnos: i ett intyg som gäller smittskyddslagen kan diagnosen inte döljas"


def variants(folder, case="smittskydd"):
    """Return why each variant of the wider employer set of a sample is held, by what it withholds."""
    text = (MAPPINGS / "certificates" / folder / "samples" / f"{case}.xml").read_text("utf-8")
    made = RULES.understand(RULES.reader.read(enveloped(text.encode())), NOW)
    sets = [one for one in RULES.select(made) if one.name == "arbetsgivaruppgift-utokad"]
    return {tuple(one.withheld): (one.hold, [str(problem) for problem in one.problems]) for one in sets}


@pytest.mark.parametrize("folder", ["lisjp/1", "ag7804/1", "ag7804/2"])
def test_a_diagnosis_in_a_certificate_on_infection_control_is_in_no_variant_that_may_leave_without_it(folder):
    held = variants(folder)

    assert held[()] == ("", [])
    assert held[("diagnos",)] == ("cannot-be-withheld", [TOLD])


@pytest.mark.parametrize("folder", ["lisjp/1", "ag7804/1"])
def test_in_any_other_certificate_the_person_chooses(folder):
    assert {hold for hold, _ in variants(folder, "full").values()} == {""}
