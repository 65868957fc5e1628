"""Made-up certificates, judged by the national schema and rules themselves, where they lie beside the project."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from gateway.examples import Examples, load_material
from gateway.forms import load_forms
from gateway.rules import HOME

OFFICIAL = Path(__file__).parents[3] / "shared" / "tools" / "verdict.py"
FORMS = {form.kind: form for form in load_forms(HOME / "mappings" / "certificates").values()}
WITHOUT_RULES = {"AG7804/2", "AG1-14/2"}
"""Forms that no national rules are published for: the schema alone judges them."""
MANY = 1000 if os.environ.get("CI") else 20


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the national rules are not beside the project")
@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_no_example_is_refused_officially(kind, tmp_path):
    examples = Examples(FORMS[kind], load_material(HOME / "mappings" / "examples.yaml"))
    for seed in range(MANY):
        (tmp_path / f"{seed}.xml").write_bytes(examples.example(seed))

    told = subprocess.run(
        [sys.executable, OFFICIAL, *tmp_path.glob("*.xml")], capture_output=True, text=True, check=True
    ).stdout

    expected = "-" if str(kind) in WITHOUT_RULES else "ok"
    assert Counter(tuple(line.split("\t")[1:3]) for line in told.splitlines()) == {("ok", expected): MANY}
