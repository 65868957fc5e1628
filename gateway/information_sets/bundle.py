"""A set's resources → the document Bundle that leaves.

Source: FHIR R4 §3.3 (documents) and §3.1.3 (Composition): the Composition comes first, and everything is reachable
from it; a section without content says why it is empty.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from gateway.identity import named_id
from gateway.information_sets.fragments import paragraph
from gateway.information_sets.references import without_dangling
from gateway.systems import PROFILE_BASE, SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.documents import Document, InformationSet, Resource
    from gateway.information_sets.allowed import Allowed
    from gateway.information_sets.definitions import SetDefinition
    from gateway.information_sets.fragments import Fragment, Piece

_BUNDLE_PROFILE = f"{PROFILE_BASE}/informationsmangd"
_COMPOSITION_PROFILE = f"{PROFILE_BASE}/dokument"
_XHTML = "http://www.w3.org/1999/xhtml"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
"""The label of every document that leaves."""

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

    definition: SetDefinition
    kept: Sequence[tuple[Piece, Allowed]]
    """The resources it has, and what is taken of each."""
    empty: AbstractSet[str]
    """The sections that stand in it empty."""


class Bound(NamedTuple):
    """A Bundle, as it is and as it leaves."""

    bundle: Resource
    body: bytes
    """As JSON."""


class Binder:
    """Binds what sets have of one document into Bundles.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._urn = f"urn:uuid:{document.composition.resource['id']}"
        self._sections: dict[tuple[str | Fragment, ...], dict[str, Any]] = {}
        """Section code and fragments → the section that they fill: sets of one document share most of them."""

    def bind(self, content: Content, variant: InformationSet) -> Bound:
        """Return the Bundle of one variant of a set.

        Args:
            content: What it is made of.
            variant: The variant, still without a body.
        """
        present = {self._urn, *(piece.urn for piece, _ in content.kept)}
        fragments = [piece.fragment(allowed, present) for piece, allowed in content.kept]
        composition = self._composition(content, fragments, present)
        head = {
            "resourceType": "Bundle",
            "id": variant.id,
            "meta": {"profile": [_BUNDLE_PROFILE], "security": [RESTRICTED]},
            "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{variant.id}"},
            "type": "document",
            "timestamp": self._document.composition.resource["date"],
        }
        first = {"fullUrl": self._urn, "resource": composition}
        return Bound(
            {**head, "entry": [first, *[fragment.entry for fragment in fragments]]},
            orjson.dumps({**head, "entry": [first, *[fragment.written for fragment in fragments]]}),
        )

    def _composition(self, content: Content, fragments: Sequence[Fragment], present: AbstractSet[str]) -> Resource:
        document, definition = self._document, content.definition
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
            composition["relatesTo"] = [_transforms(document)]
        composition["title"] = definition.title
        composition["text"] = narrative(_introduction(definition.title, composition["date"], fragments))
        composition.update(_event(fragments))
        composition["section"] = list(self._filled_sections(content, fragments))
        return composition

    def _filled_sections(self, content: Content, fragments: Sequence[Fragment]) -> Iterator[dict[str, Any]]:
        by_section: dict[str | None, list[Fragment]] = {}
        for fragment in fragments:
            by_section.setdefault(fragment.mapped.section, []).append(fragment)
        texts = self._document.withheld
        for code, title in self._document.sections.items():
            if code in content.empty:
                text = texts.get(code) or content.definition.withheld_texts[code]
                yield _section(code, title, paragraph(html.escape(text, quote=False))) | {"emptyReason": _WITHHELD}
            elif code in by_section:
                yield self._filled(code, title, by_section[code])

    def _filled(self, code: str, title: str, fragments: Sequence[Fragment]) -> dict[str, Any]:
        key: tuple[str | Fragment, ...] = (code, *fragments)
        section = self._sections.get(key)
        if section is None:
            section = _section(code, title, "".join([fragment.told for fragment in fragments]))
            section["entry"] = [{"reference": f"urn:uuid:{fragment.resource['id']}"} for fragment in fragments]
            self._sections[key] = section
        return section


def _identifier(document: Document, definition: SetDefinition) -> str:
    certificate = document.certificate
    if not definition.derived:
        return certificate.urn
    return f"urn:uuid:{named_id('composition', certificate.root, certificate.extension, definition.name)}"


def _transforms(document: Document) -> dict[str, Any]:
    target = {"system": "urn:ietf:rfc:3986", "value": document.certificate.urn}
    return {"code": "transforms", "targetIdentifier": target}


def _introduction(title: str, date: str, fragments: Sequence[Fragment]) -> str:
    people = "".join([fragment.told for fragment in fragments if fragment.mapped.section is None])
    return paragraph(html.escape(title, quote=False)) + paragraph(f"Intyget undertecknat {date[:10]}") + people


def _event(fragments: Sequence[Fragment]) -> dict[str, Any]:
    """Return the time that the document tells of: from the first day of its periods to the last."""
    periods = [one.period for one in fragments if one.period is not None]
    if not periods:
        return {}
    start = min(period["start"] for period in periods)
    end = max(period["end"] for period in periods)
    return {"event": [{"period": {"start": start, "end": end}}]}


def _section(code: str, title: str, told: str) -> dict[str, Any]:
    coding = {"system": SECTION_SYSTEM, "code": code, "display": title}
    return {"title": title, "code": {"coding": [coding]}, "text": narrative(told)}


def narrative(told: str) -> dict[str, str]:
    """Return paragraphs of XHTML as a resource's narrative."""
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}" lang="sv" xml:lang="sv">{told}</div>'}
