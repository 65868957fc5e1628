"""Tells what HL7's validator said: no errors, and no warning without an explanation.

    python conformance/verdict.py RESULTS

RESULTS has a line of JSON for each thing that the validator said. Exits with 1 where there is an error, a warning that
`explained.yaml` does not explain, or an explanation of nothing.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

EXPLAINED = Path(__file__).with_name("explained.yaml")


def main(results: Path) -> int:
    """Print the verdict, and return the exit code."""
    said = [json.loads(line) for line in results.read_text("utf-8").splitlines() if line.startswith("{")]
    explanations = yaml.safe_load(EXPLAINED.read_text("utf-8"))
    errors = [one for one in said if one.get("severity") in {"error", "fatal"}]
    warnings = [one for one in said if one.get("severity") == "warning"]
    reasons = [next((n for n, known in enumerate(explanations) if _explains(known, one)), None) for one in warnings]
    unexplained = [one for one, reason in zip(warnings, reasons, strict=True) if reason is None]
    counts = Counter(reasons)
    unused = [known for number, known in enumerate(explanations) if not counts[number]]
    for one in (*errors, *unexplained):
        print(f"{one['severity']}: {one['file']} {one['place']}\n    {one['id']}: {one['text']}")
    for known in unused:
        print(f"explains nothing: {known['id']} {known.get('text', '')}")
    judged = sum("severity" not in one for one in said)
    print(
        f"{judged} files judged: {len(errors)} errors, {len(unexplained)} unexplained warnings, "
        f"{len(warnings) - len(unexplained)} explained, {len(unused)} explanations of nothing"
    )
    return 1 if errors or unexplained or unused or not judged else 0


def _explains(known: dict[str, str], one: dict[str, Any]) -> bool:
    return known["id"] in str(one["id"]) and re.search(known.get("text", ""), one["text"]) is not None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
