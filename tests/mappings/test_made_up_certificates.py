"""Certificates that nobody has seen before: every form is understood whole, and what it gives may leave."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import MAPPINGS, RULES, leaves_in, outcome_of

from gateway.examples import Examples, load_material

MATERIAL = load_material(MAPPINGS / "examples.yaml")
FORMS = {form.kind: form for form in RULES.forms.values()}


@pytest.mark.parametrize("kind", FORMS, ids=str)
@settings(max_examples=20)
@given(seed=st.integers())
def test_nothing_is_lost_nothing_is_invented_and_nothing_is_held(kind, seed):
    made = outcome_of(Examples(FORMS[kind], MATERIAL).example(seed))

    document = made.document
    assert document.unmapped == document.problems == ()
    assert [one.name for one in made.sets if one.hold and not one.withheld & made.document.never_withheld.keys()] == []
    assert made.sets
    values = [value for bundle in made.bundles for value in leaves_in(bundle)]
    rows = made.trace
    assert sorted(map(str, values)) == sorted(str(row["value"]) for row in rows)
    assert all(row["sources"] or row["rule"] for row in rows)
