"""Writes everything that the gateway says in FHIR to a folder, for HL7's validator to judge.

    python conformance/outputs.py FOLDER

Every set in every variant, of every sample and of every valid certificate of the corpus where that lies beside the
project, and the notice that a set of a sample was entered in error; an AuditEvent of every kind; the consents, maps and
naming systems that are published; the server's own CapabilityStatement and OperationDefinition; and the
OperationOutcome of every error.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from gateway.api.answers import ANSWERS, UNPLANNED
from gateway.audit.entries import content_of, sealed
from gateway.audit.happened import DECIDED, Happened
from gateway.decisions import Decided, Decision, Way
from gateway.errors import Problem, SenderError
from gateway.fhir.capability import capability_statement
from gateway.fhir.operations import explain_consent_definition
from gateway.fhir.outcome import operation_outcome
from gateway.information_sets import notice_of
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
    outputs = {**dict(_sets(load_rules())), **dict(_happened()), **dict(_published())}
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
                name = f"{place.removesuffix('.xml')}/{'-utan-'.join((one.name, *sorted(one.withheld)))}"
                yield f"{name}.json", one.body
                if file in samples:
                    notice = notice_of(orjson.loads(one.body), [one.id], NOW)
                    yield f"{name}-upphavd.json", orjson.dumps(notice)


def _happened() -> Iterator[tuple[str, bytes]]:
    """What the log tells: each thing that can happen of which it tells in another way."""
    decision = Decision(permitted=True, reason="permitted", consent="Consent/c1/_history/1")
    permitted = Decided(1, NOW, Way.SEND, "d1", "m1", "sjukskrivningsunderlag", "2021005521", decision)
    denied = replace(permitted, decision=Decision(permitted=False, reason="no-active-consent"))
    accepted = Happened("samsyn/0123456789abcdef", 1, NOW, "message.accepted", "pseudonym", "m1", detail="LISJP 2")
    nobody = replace(accepted, person="", message="")
    about = replace(accepted, delivery="d1", decided=permitted)
    for name, one in {
        "accepted": accepted,
        "consent": replace(accepted, event="consent.kept", message="", detail="Consent/c1/_history/1"),
        "revoked": replace(accepted, event="revocation.accepted", detail="Revocation/r1"),
        "permitted": replace(about, event=DECIDED),
        "denied": replace(about, event=DECIDED, decided=denied),
        "delivered": replace(about, event="release.outcome", detail="DELIVERED ref"),
        "unknown": replace(about, event="release.outcome", detail="UNKNOWN"),
        "read": replace(about, event="set.read", delivery="", detail="sjukskrivningsunderlag 2021005521"),
        "operator": replace(nobody, event="operator.action", detail="stop everything"),
        "looked": replace(nobody, event="log.read", detail="by uid=0"),
    }.items():
        yield f"audit/{name}.json", content_of(one, sealed(one, bytes(16)).commitment)


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
    for kind, answer in {**ANSWERS, Exception: UNPLANNED}.items():
        for problems in ([], [problem, problem]):
            outcome = operation_outcome(answer.issue, answer.status, "What is wrong", problems)
            yield f"server/{kind.__name__}-{len(problems)}.json", orjson.dumps(outcome)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
