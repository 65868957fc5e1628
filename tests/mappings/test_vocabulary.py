"""The CodeSystems that are published are those of the mappings, and every profile that an output names is published."""

from __future__ import annotations

import json

import pytest
from outcomes import SAMPLES, name_of, outcome_of, resources_of
from vocabulary import COMPILED, code_systems, written

from gateway.api.answers import ANSWERS, UNPLANNED
from gateway.fhir.outcome import operation_outcome

MADE = code_systems()


@pytest.mark.parametrize("name", MADE)
def test_a_published_code_system_has_the_codes_of_the_mappings(name, request):
    if request.config.getoption("accept"):
        (COMPILED / name).write_text(written(MADE[name]), "utf-8")

    assert (COMPILED / name).read_text("utf-8") == written(MADE[name])


def test_no_code_system_is_published_that_the_mappings_do_not_use():
    assert {file.name for file in COMPILED.glob("CodeSystem-*.json")} == set(MADE)


@pytest.mark.parametrize("file", SAMPLES, ids=name_of)
def test_every_resource_names_a_published_profile_of_its_type(file):
    published = {
        profile["url"]: profile["type"]
        for profile in (json.loads(one.read_bytes()) for one in COMPILED.glob("StructureDefinition-*.json"))
    }
    for bundle in outcome_of(file.read_bytes()).bundles:
        for resource in (bundle, *resources_of(bundle)):
            [named] = resource["meta"]["profile"]
            assert published[named] == resource["resourceType"]


@pytest.mark.parametrize("answer", sorted({*ANSWERS.values(), UNPLANNED}), ids=lambda one: f"{one.status}-{one.issue}")
def test_every_error_is_told_by_a_published_profile_with_a_published_code(answer):
    published = json.loads((COMPILED / "CodeSystem-fel.json").read_bytes())
    outcome = operation_outcome(answer.issue, answer.status, "What is wrong", [])

    [profile] = outcome["meta"]["profile"]
    assert (COMPILED / f"StructureDefinition-{profile.rpartition('/')[2]}.json").exists()
    [coding] = outcome["issue"][0]["details"]["coding"]
    assert (coding["system"], coding["code"]) in {(published["url"], one["code"]) for one in published["concept"]}
