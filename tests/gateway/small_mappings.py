"""Mappings and certificates made by hand, as small as the sentence that they prove."""

from __future__ import annotations

import json

from gateway.documents import Place, Signature, SignatureState, SourceDocument
from gateway.identity import CertificateId, CertificateKind, PersonIdentity
from gateway.mapping import load_mappings, map_document

KIND = CertificateKind("PROV", 1)
PERSON = "199002222397"
SIGNED = "2026-03-02T10:15:00"
PART = {
    "composition": {"set": {"date": {"from": "signeringstidpunkt", "as": "datetime"}}},
    "resources": {},
    "ignore": {},
}
HEADER = {"signeringstidpunkt": SIGNED}


def written(folder, resources, *, part=None, tables=(), name="mapping.yaml", **words):
    """Write a mapping with these resource rules, and what it needs, below a folder; JSON is YAML too."""
    mapping = {
        "certificate": "PROV",
        "major": 1,
        "title": "Provintyg",
        "include": ["del"],
        "sections": {"prov": "Prov"},
        "resources": resources,
        **words,
    }
    for file, content in (("parts/del.yaml", part or PART), (f"prov/1/{name}", mapping)):
        (folder / "certificates" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "certificates" / file).write_text(json.dumps(content), "utf-8")
    (folder / "tables").mkdir(exist_ok=True)
    for number, table in enumerate(tables):
        (folder / "tables" / f"{table['resourceType']}-{number}.json").write_text(json.dumps(table), "utf-8")
    return folder


def load(folder):
    return load_mappings(folder / "certificates", folder / "tables")[KIND]


def observation(elements, **words):
    """A rule that makes an Observation with these elements, in the one section there is."""
    return {"resource": "Observation", "section": "prov", "set": elements, **words}


def concept_map(name, *rows):
    """A code table: (system, code, display) of the source becomes a code of `urn:x` with that display."""
    groups = {system: [] for system, _, _ in rows}
    for system, code, display in rows:
        groups[system].append({"code": code, "target": [{"code": code.lower(), "display": display}]})
    return {
        "resourceType": "ConceptMap",
        "name": name,
        "group": [{"source": one, "target": "urn:x", "element": elements} for one, elements in groups.items()],
    }


def naming_system(name, preferred, *others):
    ids = [{"value": preferred, "preferred": True}, *({"value": other} for other in others)]
    return {"resourceType": "NamingSystem", "name": name, "uniqueId": ids}


GRADES = concept_map("grad", ("KV", "HALV", "50"), ("KV", "HEL", "100"))
IDS = naming_system("id", "urn:oid:1.2.3", "1.2.3", "1.2.33")


def certificate(answers=None, header=None, repeats=None, extension="7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d1001"):
    """A certificate: question → one dict of values an answer; path → one dict of values a repeated place."""
    groups = {**(answers or {}), **(repeats or {})}
    places = {
        name: [
            Place(f" [{n}]" if len(group) > 1 or "/" in name or not name.isdigit() else "", values, {})
            for n, values in enumerate(group, start=1)
        ]
        for name, group in groups.items()
    }
    return SourceDocument(
        certificate=CertificateId("ENHET", extension),
        kind=KIND,
        person=PersonIdentity(PERSON),
        answers=(),
        root=Place("", {**HEADER, **(header or {})}, places),
        signature=Signature(SignatureState.ABSENT),
    )


def mapped(folder, resources, source, **words):
    """The document that these rules make of a certificate."""
    return map_document(source, load(written(folder, resources, **words)))


def made(document):
    """The resources that were made, without what every one has."""
    return [
        {key: value for key, value in one.resource.items() if key not in ("resourceType", "id", "meta")}
        for one in document.resources
    ]


def told(document):
    return [line.xhtml for one in document.resources for line in one.narrative]


def origins(document):
    """Element → source nodes, of every resource but the Composition."""
    of_composition = document.composition.resource["id"]
    return {one.path: one.sources for one in document.origins if one.resource != of_composition}
