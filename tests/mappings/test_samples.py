"""Each sample gives the sets that stand beside it; `pytest tests/mappings --accept` writes them anew."""

from __future__ import annotations

import json

import pytest
from outcomes import MAPPINGS, NOW, RULES, SAMPLES, name_of, outcome_of

from gateway.workbench.golden import accept as write_anew
from gateway.workbench.golden import golden_of, golden_text


@pytest.fixture
def accept(request):
    return request.config.getoption("--accept")


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_sample_gives_the_sets_beside_it(sample, accept):
    if accept:
        write_anew(sample, RULES, NOW)
    written = golden_text(outcome_of(sample.read_bytes()).sets)

    assert golden_of(sample).exists(), "nothing stands beside the sample; write it with --accept, and read it"
    assert json.loads(written) == json.loads(golden_of(sample).read_text("utf-8"))


def test_every_certificate_has_a_sample():
    mapped = {file.parent for file in MAPPINGS.glob("certificates/*/*/mapping.yaml")}

    assert {sample.parent.parent for sample in SAMPLES} == mapped


def test_no_golden_file_has_lost_its_sample():
    assert set(MAPPINGS.glob("certificates/*/*/samples/*.fhir.json")) == {golden_of(sample) for sample in SAMPLES}
