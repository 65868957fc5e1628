"""A set's resources → the document Bundle that leaves.

Source: FHIR R4 §3.3 (documents) and §3.1.3 (Composition): the Composition comes first, and everything is reachable
from it; a section without content says why it is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.identity import named_uuid
from gateway.information_sets.references import without_dangling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set as AbstractSet

    from gateway.documents import Document, Line, Mapped, Resource
    from gateway.information_sets.definitions import SetDefinition
    from gateway.information_sets.selection import Selected

BASE = "https://example.org/fhir/sjukskrivning"
SET_SYSTEM = f"{BASE}/CodeSystem/informationsmangd"
SECTION_SYSTEM = f"{BASE}/CodeSystem/sektion"
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


def bundle_of(
    document: Document,
    definition: SetDefinition,
    kept: Sequence[Selected],
    withheld: AbstractSet[str],
    bundle_id: str,
) -> Resource:
    """Return the Bundle of one variant of a set.

    Args:
        document: What it is made from.
        definition: What it may have.
        kept: The resources it has, reduced to what may be taken.
        withheld: The sections that stand in it empty.
        bundle_id: Its id.
    """
    composition = document.composition
    present = {f"urn:uuid:{selected.resource['id']}" for selected in kept}
    present.add(f"urn:uuid:{composition.resource['id']}")
    resources = [
        _composition(document, definition, kept, withheld, present),
        *(without_dangling(selected.resource, selected.origin.references, present) for selected in kept),
    ]
    return {
        "resourceType": "Bundle",
        "id": bundle_id,
        "meta": {"security": [_RESTRICTED]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{bundle_id}"},
        "type": "document",
        "timestamp": composition.resource["date"],
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


def _composition(
    document: Document,
    definition: SetDefinition,
    kept: Sequence[Selected],
    withheld: AbstractSet[str],
    present: AbstractSet[str],
) -> Resource:
    taken = definition.composition.of(document.composition.resource)
    composition = without_dangling(taken, document.composition.references, present)
    composition["type"] = {
        "coding": [
            *composition["type"]["coding"],
            {"system": SET_SYSTEM, "code": definition.name, "display": definition.title},
        ]
    }
    composition.setdefault("author", [composition["custodian"]])
    composition["identifier"] = {"system": "urn:ietf:rfc:3986", "value": _identifier(document, definition)}
    if definition.derived:
        composition["meta"] = {"security": [_REDACTED]}
        composition["relatesTo"] = [*composition.get("relatesTo", ()), _transforms(document)]
    composition["title"] = definition.title
    composition["text"] = _text(_introduction(document.composition, definition, kept))
    composition.update(_event(kept))
    composition["section"] = list(_sections(document, definition, kept, withheld))
    return composition


def _identifier(document: Document, definition: SetDefinition) -> str:
    certificate = document.certificate
    if not definition.derived:
        return certificate.urn
    return named_uuid("composition", certificate.root, certificate.extension, definition.name).urn


def _transforms(document: Document) -> dict[str, Any]:
    target = {"system": "urn:ietf:rfc:3986", "value": document.certificate.urn}
    return {"code": "transforms", "targetIdentifier": target}


def _introduction(
    composition: Mapped, definition: SetDefinition, kept: Sequence[Selected]
) -> Iterator[str]:
    yield f"{definition.title}, utfärdat {composition.resource['date'][:10]}"
    for selected in kept:
        if selected.section is None:
            yield from (line.xhtml for line in selected.narrative)


def _event(kept: Sequence[Selected]) -> dict[str, Any]:
    """Return the time that the document tells of: from the first day of its periods to the last."""
    periods = [
        selected.resource["effectivePeriod"] for selected in kept if "effectivePeriod" in selected.resource
    ]
    if not periods:
        return {}
    start = min(period["start"] for period in periods)
    end = max(period["end"] for period in periods)
    return {"event": [{"period": {"start": start, "end": end}}]}


def _sections(
    document: Document, definition: SetDefinition, kept: Sequence[Selected], withheld: AbstractSet[str]
) -> Iterator[dict[str, Any]]:
    by_section: dict[str | None, list[Selected]] = {}
    for selected in kept:
        by_section.setdefault(selected.section, []).append(selected)
    for code, title in document.sections.items():
        section = {
            "title": title,
            "code": {"coding": [{"system": SECTION_SYSTEM, "code": code, "display": title}]},
        }
        if code in withheld:
            text = _text([definition.withheld_texts[code]])
            yield {**section, "text": text, "emptyReason": _WITHHELD}
        elif code in by_section:
            yield section | _content(by_section[code])


def _content(selected: Sequence[Selected]) -> dict[str, Any]:
    lines: list[Line] = [line for one in selected for line in one.narrative]
    return {
        "text": _text(line.xhtml for line in lines),
        "entry": [{"reference": f"urn:uuid:{one.resource['id']}"} for one in selected],
    }


def _text(lines: Iterable[str]) -> dict[str, str]:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}" lang="sv" xml:lang="sv">{body}</div>'}
