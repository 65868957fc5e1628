"""A set's resources → the document Bundle that leaves.

Source: FHIR R4 §3.3 (documents) and §3.1.3 (Composition): the Composition comes first, and everything is reachable
from it; a section without content says why it is empty.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.identity import named_uuid
from gateway.information_sets.references import without_dangling
from gateway.systems import PROFILE_BASE, SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.documents import Document, Mapped, Resource
    from gateway.information_sets.definitions import SetDefinition

_BUNDLE_PROFILE = f"{PROFILE_BASE}/informationsmangd"
_COMPOSITION_PROFILE = f"{PROFILE_BASE}/dokument"
_XHTML = "http://www.w3.org/1999/xhtml"
_RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
_REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
_WITHHELD = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
            "code": "withheld",
            "display": "Information Withheld",
        }
    ]
}


class Content(NamedTuple):
    """What one variant of a set is made of."""

    document: Document
    definition: SetDefinition
    kept: Sequence[Mapped]
    """The resources it has."""
    withheld: AbstractSet[str]
    """The sections that stand in it empty."""

    @property
    def present(self) -> frozenset[str]:
        """How references write the resources it has."""
        resources = [self.document.composition, *self.kept]
        return frozenset(f"urn:uuid:{mapped.resource['id']}" for mapped in resources)


def bundle_of(content: Content, bundle_id: str) -> Resource:
    """Return the Bundle of one variant of a set.

    Args:
        content: What it is made of.
        bundle_id: Its id.
    """
    present = content.present
    resources = [_composition(content, present)]
    for mapped in content.kept:
        whole = without_dangling(mapped.resource, mapped.references, present)
        resources.append(content.definition.allowed(mapped).of(whole))
    return {
        "resourceType": "Bundle",
        "id": bundle_id,
        "meta": {"profile": [_BUNDLE_PROFILE], "security": [_RESTRICTED]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{bundle_id}"},
        "type": "document",
        "timestamp": content.document.composition.resource["date"],
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


def _composition(content: Content, present: AbstractSet[str]) -> Resource:
    document, definition = content.document, content.definition
    whole = without_dangling(document.composition.resource, document.composition.references, present)
    composition = dict(definition.composition.of(whole))
    composition["type"] = {
        "coding": [
            *composition["type"]["coding"],
            {"system": SET_SYSTEM, "code": definition.name, "display": definition.title},
        ]
    }
    if "author" not in composition:
        composition["author"] = [composition["custodian"]]
    composition["identifier"] = {"system": "urn:ietf:rfc:3986", "value": _identifier(document, definition)}
    composition["meta"] = {"profile": [_COMPOSITION_PROFILE]}
    if definition.derived:
        composition["meta"]["security"] = [_REDACTED]
        composition["relatesTo"] = [*composition.get("relatesTo", ()), _transforms(document)]
    composition["title"] = definition.title
    composition["text"] = _text(_introduction(content))
    composition.update(_event(content))
    composition["section"] = list(_sections(content))
    return composition


def _identifier(document: Document, definition: SetDefinition) -> str:
    certificate = document.certificate
    if not definition.derived:
        return certificate.urn
    return named_uuid("composition", certificate.root, certificate.extension, definition.name).urn


def _transforms(document: Document) -> dict[str, Any]:
    target = {"system": "urn:ietf:rfc:3986", "value": document.certificate.urn}
    return {"code": "transforms", "targetIdentifier": target}


def _introduction(content: Content) -> Iterator[str]:
    yield html.escape(content.definition.title, quote=False)
    yield f"Intyget undertecknat {content.document.composition.resource['date'][:10]}"
    for mapped in content.kept:
        if mapped.section is None:
            yield from _told(mapped, content.definition)


def _event(content: Content) -> dict[str, Any]:
    """Return the time that the document tells of: from the first day of its periods to the last."""
    periods = [
        mapped.resource["effectivePeriod"]
        for mapped in content.kept
        if "effectivePeriod" in mapped.resource and content.definition.allowed(mapped).covers("effectivePeriod")
    ]
    if not periods:
        return {}
    start = min(period["start"] for period in periods)
    end = max(period["end"] for period in periods)
    return {"event": [{"period": {"start": start, "end": end}}]}


def _sections(content: Content) -> Iterator[dict[str, Any]]:
    by_section: dict[str | None, list[Mapped]] = {}
    for mapped in content.kept:
        by_section.setdefault(mapped.section, []).append(mapped)
    texts = {**content.definition.withheld_texts, **content.document.withheld}
    for code, title in content.document.sections.items():
        if code in content.withheld:
            text = _text([html.escape(texts[code], quote=False)])
            yield _section(code, title) | {"text": text, "emptyReason": _WITHHELD}
        elif code in by_section:
            yield _section(code, title) | _filled(by_section[code], content.definition)


def _section(code: str, title: str) -> dict[str, Any]:
    return {"title": title, "code": {"coding": [{"system": SECTION_SYSTEM, "code": code, "display": title}]}}


def _filled(resources: Sequence[Mapped], definition: SetDefinition) -> dict[str, Any]:
    return {
        "text": _text(line for mapped in resources for line in _told(mapped, definition)),
        "entry": [{"reference": f"urn:uuid:{mapped.resource['id']}"} for mapped in resources],
    }


def _told(mapped: Mapped, definition: SetDefinition) -> Iterator[str]:
    """Yield the lines that tell a resource, as far as its elements may be taken."""
    covers_all = definition.allowed(mapped).covers_all
    return (line.xhtml for line in mapped.narrative if covers_all(line.elements))


def _text(lines: Iterable[str]) -> dict[str, str]:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}" lang="sv" xml:lang="sv">{body}</div>'}
