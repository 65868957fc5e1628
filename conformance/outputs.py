"""Writes everything that the gateway says in FHIR to a folder, for HL7's validator to judge.

    python conformance/outputs.py FOLDER

Every set in every variant, of every sample and of every valid certificate of the corpus where that lies beside the
project; the consents, maps and naming systems that are published; and the server's own CapabilityStatement,
OperationDefinition and OperationOutcome.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from gateway.errors import Problem, SenderError
from gateway.fhir.capability import capability_statement
from gateway.fhir.operations import explain_consent_definition
from gateway.fhir.outcome import operation_outcome
from gateway.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.rules import Rules

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""When the certificates are taken to have come: the same on every run."""
_EXTENSIONS = ("StructureDefinition-diagnosordning.json", "StructureDefinition-originalets-underskrift.json")
"""To judge the definition of an extension the validator asks for a package on a network; its uses it judges."""
CORPUS = ROOT.parent / "shared" / "corpus"


def main(folder: Path) -> None:
    """Write the files, and say how many there are."""
    shutil.rmtree(folder, ignore_errors=True)
    outputs = {**dict(_sets(load_rules())), **dict(_published())}
    for name, body in outputs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    print(f"{len(outputs)} outputs in {folder}")


def _sets(rules: Rules) -> Iterator[tuple[str, bytes]]:
    samples = sorted((ROOT / "mappings" / "certificates").glob("*/*/samples/*.xml"))
    for file in (*samples, *sorted(CORPUS.glob("*/*.xml"))):
        try:
            document = rules.understand(rules.reader.read_file(file.read_bytes()), NOW)
        except SenderError:
            continue  # not a certificate, or not a valid one: nothing is made of it
        place = "-".join(file.relative_to(CORPUS if file.is_relative_to(CORPUS) else samples[0].parents[3]).parts)
        for one in rules.select(document):
            if one.body:
                yield f"{place.removesuffix('.xml')}/{'-utan-'.join((one.name, *sorted(one.withheld)))}.json", one.body


def _published() -> Iterator[tuple[str, bytes]]:
    files = [
        *(ROOT / "docs" / "examples").glob("consent-*.json"),
        *(ROOT / "mappings" / "information_sets").glob("*/samples/consent.json"),
        *(ROOT / "mappings" / "code_tables").glob("*.json"),
        *(file for file in (ROOT / "schemas" / "fhir" / "compiled").glob("*.json") if file.name not in _EXTENSIONS),
    ]
    for file in files:
        yield f"published/{'-'.join(file.relative_to(ROOT).parts[1:])}", file.read_bytes()
    yield "server/capability.json", orjson.dumps(capability_statement("0.1.0", "https://example.org/fhir"))
    yield "server/explain-consent.json", orjson.dumps(explain_consent_definition())
    problem = Problem("Consent.status", "has to be a code")
    yield (
        "server/outcome.json",
        orjson.dumps(operation_outcome("invalid", 422, "The consent is not understood", [problem])),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
