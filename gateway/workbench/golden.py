"""Golden files: what a sample gives, beside the sample, to be read as code is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gateway.workbench.trial import tried

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from gateway.documents import InformationSet
    from gateway.rules import Rules


def samples_in(folder: Path) -> list[Path]:
    """Return every `samples/*.xml` in a folder and below it."""
    return sorted(file for file in folder.rglob("*.xml") if file.parent.name == "samples")


def golden_of(sample: Path) -> Path:
    """Return the file that stands beside a sample: `full.xml` → `full.fhir.json`."""
    return sample.with_suffix(".fhir.json")


def golden_text(sets: Sequence[InformationSet]) -> str:
    """Return what a golden file says of these sets."""
    said = [
        {
            "name": one.name,
            "withheld": sorted(one.withheld),
            "hold": one.hold,
            "bundle": json.loads(one.body) if one.body else None,
        }
        for one in sets
    ]
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def accept(sample: Path, rules: Rules, now: datetime) -> bool:
    """Write a sample's golden file anew; say whether that changed it.

    Raises:
        SenderError: The sample would be refused; nothing was written.
    """
    written, file = golden_text(tried(sample.read_bytes(), rules, now).sets), golden_of(sample)
    if file.exists() and file.read_text("utf-8") == written:
        return False
    file.write_text(written, "utf-8")
    return True
