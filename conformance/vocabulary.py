"""The CodeSystems of ours, made from what the mappings and the sets say: one source for every code.

    python conformance/vocabulary.py     # writes them into schemas/fhir/compiled

Codes come from the code tables' targets, the constants of rules, the titles of sections, the sets' names and purposes,
what the reader says of a signature, and how errors are told. Systems of others that publish no CodeSystem are there in
part, as far as the code tables know them. `tests/mappings/test_vocabulary.py` says when the files no longer are what
this makes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from gateway.api.answers import ANSWERS, UNPLANNED
from gateway.documents import SignatureState
from gateway.fhir.outcome import error_code
from gateway.systems import CANONICAL_BASE, ERROR_SYSTEM, PURPOSE_SYSTEM, SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
COMPILED = ROOT / "schemas" / "fhir" / "compiled"
_OURS = f"{CANONICAL_BASE}/CodeSystem/"
_OPEN = ("tillaggsfraga",)
"""Systems whose codes are not listed: the numbers of the questions that a recipient adds."""
_STATUSES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""As HTTP calls them (RFC 9110 §15): Python's own names change with its version."""

Code = tuple[str, str, str]
"""System, code, display; the display is empty where nobody says it."""


def code_systems(mappings: Path = ROOT / "mappings") -> dict[str, dict[str, Any]]:
    """Return our CodeSystems by the name of the file they stand in."""
    names = {f"{_OURS}{name}": name for name in _OPEN} | _tables(mappings)
    displays: dict[str, dict[str, str]] = {system: {} for system in names}
    for system, code, display in _codes(mappings):
        if system.startswith((_OURS, "urn:")):
            known = displays.setdefault(system, {})
            known[code] = known.get(code) or display
    made = [
        _code_system(system, names.get(system, system.removeprefix(_OURS)), displays[system]) for system in displays
    ]
    return {f"CodeSystem-{one['id']}.json": one for one in made}


def _tables(mappings: Path) -> dict[str, str]:
    """Return the systems of others that code tables lead to, and what we call them: they publish no CodeSystem."""
    files = [
        json.loads(file.read_text("utf-8")) for file in sorted((mappings / "code_tables").glob("ConceptMap-*.json"))
    ]
    targets = {group["target"]: table["name"] for table in files for group in table["group"]}
    return {system: name for system, name in targets.items() if system.startswith("urn:")}


def _codes(mappings: Path) -> Iterator[Code]:
    for state in SignatureState:
        yield f"{_OURS}underskrift", state.value, ""
    for answer in {*ANSWERS.values(), UNPLANNED}:
        yield ERROR_SYSTEM, error_code(answer.status), _STATUSES[answer.status]
    for file in sorted((mappings / "code_tables").glob("ConceptMap-*.json")):
        yield from _of_table(json.loads(file.read_text("utf-8")))
    files = [yaml.safe_load(file.read_text("utf-8")) for file in sorted((mappings / "certificates").rglob("*.yaml"))]
    every = {kind: rule for words in files for kind, rule in words.get("every", {}).items()}
    for words in files:
        yield from _of_rules(words, every)
    for file in sorted((mappings / "information_sets").glob("*/set.yaml")):
        yield from _of_set(yaml.safe_load(file.read_text("utf-8")))


def _of_table(table: dict[str, Any]) -> Iterator[Code]:
    for group in table["group"]:
        for element in group["element"]:
            for target in element["target"]:
                yield group["target"], target["code"], target.get("display", "")


def _of_rules(words: dict[str, Any], every: dict[str, dict[str, Any]]) -> Iterator[Code]:
    """Yield the codes that the rules of a mapping or a part state; a form has none."""
    sections = words.get("sections", {})
    for code in sections if isinstance(sections, dict) else ():
        yield SECTION_SYSTEM, code, sections[code]
    resources = words.get("resources", {})
    for rule in resources.values() if isinstance(resources, dict) else ():
        elements = {**every.get(rule["resource"], {}), **rule.get("set", {})}
        for path, system in elements.items():
            coding = path.removesuffix("system")
            code = elements.get(f"{coding}code")
            if path.endswith(".system") and isinstance(system, str) and isinstance(code, str):
                yield system, code, elements.get(f"{coding}display", "")


def _of_set(words: dict[str, Any]) -> Iterator[Code]:
    yield SET_SYSTEM, words["name"], words["title"]
    for purpose in words["purposes"]:
        if purpose["system"] == PURPOSE_SYSTEM:
            yield PURPOSE_SYSTEM, purpose["code"], ""


def _code_system(system: str, name: str, displays: dict[str, str]) -> dict[str, Any]:
    ours = "complete" if system.startswith(_OURS) else "fragment"
    concepts = [{"code": code, **({"display": displays[code]} if displays[code] else {})} for code in sorted(displays)]
    return {
        "resourceType": "CodeSystem",
        "id": name.replace("_", "-"),
        "url": system,
        "name": name[0].upper() + name[1:].replace("-", "_"),
        "status": "draft",
        "caseSensitive": True,
        "content": ours if concepts else "not-present",
        **({"concept": concepts} if concepts else {}),
    }


def written(resource: dict[str, Any]) -> str:
    """Return a resource as its file has it."""
    return json.dumps(resource, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for file_name, resource in code_systems().items():
        (COMPILED / file_name).write_text(written(resource), "utf-8")
