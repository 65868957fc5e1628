"""A Bundle → its pieces, named so that the same piece of two Bundles can be found: resources, and sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from gateway.mapping.paths import element_of
from gateway.mapping.trace import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.documents import InformationSet, Resource

_PARAGRAPH = re.compile(r"(?=<p>)|(?<=</p>)")


class Value(NamedTuple):
    """A value of a piece."""

    element: str
    """Which element, without list positions."""
    resource: str
    path: str
    """Resource and path as the trace names them."""
    text: str
    """As JSON has it; of a narrative, one paragraph as it stands."""


class Piece(NamedTuple):
    """A resource, a section of the Composition, or what stands around them."""

    key: str
    name: str
    """`Observation(sjukskrivning)`: the FHIR type, and the rule that made it."""
    type: str
    values: tuple[Value, ...]


def pieces_of(one: InformationSet, rules: Mapping[str, str]) -> Iterator[Piece]:
    """Yield the pieces of a set in their order.

    Args:
        one: The set; it has a body.
        rules: Resource id → the rule that made it.
    """
    bundle = orjson.loads(one.body)
    entries = bundle.pop("entry")
    yield Piece("Bundle", "Bundle", "Bundle", tuple(_values(bundle, "Bundle")))
    for entry in entries:
        resource: Resource = entry["resource"]
        type_, id_ = resource["resourceType"], resource["id"]
        full = f"{type_}/{id_}"
        sections = resource.pop("section") if type_ == "Composition" else ()
        around = Value("fullUrl", full, "fullUrl", orjson.dumps(entry["fullUrl"]).decode())
        name = type_ if type_ == "Composition" else f"{type_}({rules[id_]})"
        yield Piece(id_, name, type_, (around, *_values(resource, full)))
        for n, section in enumerate(sections):
            code = section["code"]["coding"][0]["code"]
            yield Piece(code, f"Composition.section({code})", "section", tuple(_values(section, full, f"section[{n}]")))


def _values(content: Resource, resource: str, at: str = "") -> Iterator[Value]:
    for path, value in leaves(content):
        full = f"{at}.{path}" if at else path
        texts = _paragraphs(value) if path.endswith("div") else [orjson.dumps(value).decode()]
        yield from (Value(element_of(path), resource, full, text) for text in texts)


def _paragraphs(div: Any) -> list[str]:  # noqa: ANN401 - a JSON value, which a wrong profile may have let through
    return [text for text in _PARAGRAPH.split(str(div)) if text]
