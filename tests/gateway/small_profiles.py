"""A profile of one resource type, made from FHIR's own definition by saying what is otherwise."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from gateway.profiles import Judge, load_profiles

CORE = Path(__file__).parents[2] / "schemas" / "fhir" / "core"
BASE = "https://example.org/fhir/StructureDefinition"
PATIENT = "urn:uuid:11111111-1111-4111-8111-111111111111"


def core(type_):
    return json.loads((CORE / f"StructureDefinition-{type_}.json").read_bytes())


def profile(type_, changes=None, added=(), name="liten"):
    """The snapshot of a profile: `changes` by element id; each of `added` stands after the element it names."""
    full = core(type_)
    elements = full["snapshot"]["element"]
    for id_, change in (changes or {}).items():
        next(one for one in elements if one["id"] == id_).update(change)
    for after, element in added:
        place = max(n for n, one in enumerate(elements) if one["id"].startswith(after)) + 1
        elements.insert(place, element)
    return {
        **full,
        "id": name,
        "url": f"{BASE}/{name}",
        "derivation": "constraint",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type_}",
    }


def element(id_, type_="", **words):
    """An element of a snapshot; `least`, `most` and `list_` say how many, the rest stands as it is given."""
    least, most, list_ = words.pop("least", 0), words.pop("most", "1"), words.pop("list_", False)
    path = ".".join(step.partition(":")[0] for step in id_.split("."))
    types = {"type": [{"code": type_}]} if type_ else {}
    return {
        "id": id_,
        "path": path,
        "min": least,
        "max": most,
        "base": {"max": "*" if list_ else "1"},
        **types,
        **words,
    }


def loaded(folder, *resources):
    """FHIR's own definitions with these beside them, ready to judge by."""
    shutil.copytree(CORE, folder / "core", dirs_exist_ok=True)
    for one in resources:
        (folder / f"{one['resourceType']}-{one['url'].rpartition('/')[2]}.json").write_text(json.dumps(one), "utf-8")
    return load_profiles(folder)


def observation(**elements):
    return {
        "resourceType": "Observation",
        "id": "a",
        "meta": {"profile": [f"{BASE}/liten"]},
        "status": "final",
        "code": {"text": "a"},
        "subject": {"reference": PATIENT},
    } | elements


def without(resource, *names):
    return {name: value for name, value in resource.items() if name not in names}


def document(*resources):
    """A document that has these and a Patient, all of which its Composition leads to."""
    urls = [f"urn:uuid:{n + 2:08d}-1111-4111-8111-111111111111" for n in range(len(resources))]
    composition = {
        "resourceType": "Composition",
        "id": "composition",
        "status": "final",
        "type": {"text": "a"},
        "subject": {"reference": PATIENT},
        "date": "2026-03-02",
        "author": [{"reference": PATIENT}],
        "title": "a",
        "section": [{"entry": [{"reference": url} for url in urls]}],
    }
    patient = {"resourceType": "Patient", "id": "patient", "active": True}
    entries = [(f"urn:uuid:{'0' * 8}-1111-4111-8111-111111111111", composition), (PATIENT, patient)]
    return {
        "resourceType": "Bundle",
        "id": "bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:22222222-1111-4111-8111-111111111111"},
        "type": "document",
        "timestamp": "2026-03-02T10:15:00+01:00",
        "entry": [{"fullUrl": url, "resource": one} for url, one in [*entries, *zip(urls, resources, strict=True)]],
    }


def said(profiles, *resources):
    """(path, reason) of everything that is wrong with a document of these resources."""
    return [(one.path, one.reason) for one in Judge(profiles).violations(document(*resources))]
