"""A certificate is of its type whatever name the sender gives it, in capitals or small letters."""

from __future__ import annotations

import re

import pytest
from outcomes import MAPPINGS, RULES, outcome_of, resources_of

NAMES = [(kind, form.kind) for kind, form in RULES.forms.items()]


def sent_as(name, kind):
    """The full sample of a kind, with another name for its type."""
    file = MAPPINGS / "certificates" / kind.type.lower() / str(kind.major) / "samples" / "full.xml"
    named, times = re.subn(rf"(?<=<t:code>){kind.type}(?=</t:code>)", name, file.read_text("utf-8"), count=1)
    assert times == 1
    return named.encode()


@pytest.mark.parametrize("spelt", [str.upper, str.lower, str.capitalize])
@pytest.mark.parametrize(("name", "kind"), NAMES, ids=lambda kind: f"{kind.type}/{kind.major}")
def test_every_name_of_a_type_in_capitals_or_small_letters_gives_the_same_sets_of_that_type(name, kind, spelt):
    outcome = outcome_of(sent_as(spelt(name.type), kind))

    assert {one.hold for one in outcome.sets} == {""}
    assert {one.name for one in outcome.sets} == {
        definition.name for definition in RULES.definitions if kind.type in definition.certificates
    }
    for bundle in outcome.bundles:
        assert resources_of(bundle)[0]["type"]["coding"][0]["code"] == kind.type
