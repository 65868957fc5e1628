"""Each sample gives the sets that stand beside it; `pytest tests/mappings --accept` writes them anew."""

from __future__ import annotations

import json

import pytest
from outcomes import MAPPINGS, SAMPLES, name_of, outcome_of


@pytest.fixture
def accept(request):
    return request.config.getoption("--accept")


def golden(file):
    return file.with_suffix(".fhir.json")


def as_written(outcome):
    sets = [
        {
            "name": one.name,
            "withheld": sorted(one.withheld),
            "hold": one.hold,
            "bundle": json.loads(one.body) if one.body else None,
        }
        for one in outcome.sets
    ]
    return json.dumps(sets, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_sample_gives_the_sets_beside_it(sample, accept):
    written = as_written(outcome_of(sample.read_bytes()))

    if accept:
        golden(sample).write_text(written, "utf-8")

    assert golden(sample).exists(), "nothing stands beside the sample; write it with --accept, and read it"
    assert json.loads(written) == json.loads(golden(sample).read_text("utf-8"))


def test_every_certificate_has_a_sample():
    mapped = {file.parent for file in MAPPINGS.glob("certificates/*/*/mapping.yaml")}

    assert {sample.parent.parent for sample in SAMPLES} == mapped


def test_no_golden_file_has_lost_its_sample():
    assert set(MAPPINGS.glob("certificates/*/*/samples/*.fhir.json")) == {golden(sample) for sample in SAMPLES}
