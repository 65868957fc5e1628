"""The data types of FHIR R4 that a consent is made of, and the shape of its provisions in anybody's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gateway.consent.grammar import Element, Rule, Shape, Test, boolean, integer, moment, one_of, text
from gateway.consent.moments import span

Content = Shape | Test | Sequence[Shape | Test]
"""What an element holds, in the short hand of `shape`: a list of one stands for an element that repeats."""


def shape(elements: Mapping[str, Content], required: str = "", rule: Rule | None = None) -> Shape:
    """Return the shape of an object: its elements (and an `id`), the names of those required, its rule."""
    kinds = {
        name: Element(content) if isinstance(content, Shape) or callable(content) else Element(content[0], repeats=True)
        for name, content in {"id": text, **elements}.items()
    }
    return Shape(kinds, frozenset(required.split()), rule)


def _names_somebody(reference: Mapping[str, Any]) -> str:
    return "" if "reference" in reference or "identifier" in reference else "has to name what it refers to"


def _ends_after_it_begins(period: Mapping[str, Any]) -> str:
    if "start" not in period or "end" not in period:
        return ""
    start, end = span(period["start"]), span(period["end"])
    return "ends before it begins" if start and end and end.last < start.first else ""


_CODING: dict[str, Content] = {
    "system": text,
    "version": text,
    "code": text,
    "display": text,
    "userSelected": boolean,
}
CODING = shape(_CODING)
CONCEPT = shape({"coding": [CODING], "text": text})
PERIOD = shape({"start": moment, "end": moment}, rule=_ends_after_it_begins)
ASSIGNER = shape({"reference": text, "type": text, "display": text})
IDENTIFIER = shape(
    {
        "use": text,
        "type": CONCEPT,
        "system": text,
        "value": text,
        "period": PERIOD,
        "assigner": ASSIGNER,
    }
)


def code(rule: Rule | None = None) -> Shape:
    """Return the shape of a Coding that says both its system and its code."""
    return shape(_CODING, "system code", rule)


def reference(identifier: Shape = IDENTIFIER, required: str = "", rule: Rule = _names_somebody) -> Shape:
    """Return the shape of a Reference, with what its identifier has to be."""
    elements: dict[str, Content] = {
        "reference": text,
        "type": text,
        "identifier": identifier,
        "display": text,
    }
    return shape(elements, required, rule)


REFERENCE = reference()
NARRATIVE = shape({"status": text, "div": text}, "status div")
META = shape(
    {
        "versionId": text,
        "lastUpdated": moment,
        "source": text,
        "profile": [text],
        "security": [CODING],
        "tag": [CODING],
    }
)
ATTACHMENT = shape(
    {
        "contentType": text,
        "language": text,
        "data": text,
        "url": text,
        "size": integer,
        "hash": text,
        "title": text,
        "creation": moment,
    }
)
_EXTENSION: dict[str, Content] = {
    "url": text,
    "valueBoolean": boolean,
    "valueCanonical": text,
    "valueCode": text,
    "valueCodeableConcept": CONCEPT,
    "valueCoding": CODING,
    "valueDate": moment,
    "valueDateTime": moment,
    "valueIdentifier": IDENTIFIER,
    "valueInteger": integer,
    "valuePeriod": PERIOD,
    "valueReference": REFERENCE,
    "valueString": text,
    "valueUri": text,
}
EXTENSION = shape({**_EXTENSION, "extension": [shape(_EXTENSION, "url")]}, "url")
"""An extension of the Consent itself: unlike a modifierExtension it cannot change what a provision says."""


class Words(NamedTuple):
    """The shapes of what a provision is written in."""

    actor: Shape
    purpose: Shape
    label: Shape
    content_class: Shape
    data: Shape


def provision(words: Words) -> Shape:
    """Return the shape of a Consent's provision with one level below it, in these words (IHE PCF 1.1.1).

    What PCF forbids and nobody's words here give a meaning (`action`, `code`, a third level) is not in it.
    """
    elements: dict[str, Content] = {
        "type": one_of({"permit", "deny"}),
        "period": PERIOD,
        "actor": [words.actor],
        "securityLabel": [words.label],
        "purpose": [words.purpose],
        "class": [words.content_class],
        "dataPeriod": PERIOD,
        "data": [words.data],
    }
    return shape({**elements, "provision": [shape(elements, "type")]}, "type")
