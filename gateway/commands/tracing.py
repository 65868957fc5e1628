"""Where every value of every set came from: the mapping's trace, and what the selection adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from gateway.mapping.trace import Trace, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.documents import Document, InformationSet, Resource
    from gateway.mapping import Mapping

_BY_THE_SET = ("identifier", "meta", "relatesTo", "title", "text", "event", "section")
"""Elements of a Composition that the set makes, not the mapping."""

_CERTIFICATE_ID = ("intygs-id/root", "intygs-id/extension")


def trace_of(document: Document, sets: Sequence[InformationSet], mapping: Mapping) -> list[dict[str, Any]]:
    """Return one row for each value of each set: set, withheld, resource, path, value, sources, rule."""
    trace = Trace(document, mapping)
    return [
        {"set": one.name, "withheld": sorted(one.withheld), **row}
        for one in sets
        if one.body
        for row in _rows(one, orjson.loads(one.body), trace)
    ]


def _rows(one: InformationSet, bundle: Resource, trace: Trace) -> Iterator[dict[str, Any]]:
    entries = bundle.pop("entry")
    made = f"information_sets/{one.name}/set.yaml"
    for path, value in leaves(bundle):
        yield _row("Bundle", path, value, _CERTIFICATE_ID, f"{made}: Bundle.{path}")
    for entry in entries:
        resource = entry["resource"]
        name = f"{resource['resourceType']}/{resource['id']}"
        yield _row(name, "fullUrl", entry["fullUrl"], _CERTIFICATE_ID, f"{made}: Bundle.entry.fullUrl")
        for told in trace.of(resource):
            by_the_set = resource["resourceType"] == "Composition" and told.path.startswith(_BY_THE_SET)
            if told.path == "id":
                yield _row(name, told.path, told.value, _CERTIFICATE_ID, told.rule)
            elif by_the_set and not told.sources:
                sources = _told_by(told.path, resource, trace)
                yield _row(name, told.path, told.value, sources, f"{made}: Composition.{told.path}")
            else:
                yield _row(name, told.path, told.value, told.sources, told.rule)


def _told_by(path: str, composition: Resource, trace: Trace) -> tuple[str, ...]:
    """Return the source nodes behind what a set says of others: a section's text tells the resources in it."""
    if path.startswith("section["):
        section = composition["section"][int(path[8 : path.index("]")])]
        return trace.sources_of(_id(entry["reference"]) for entry in section.get("entry", ()))
    if path.startswith(("identifier", "relatesTo")):
        return _CERTIFICATE_ID
    return ()


def _id(reference: str) -> str:
    return reference.removeprefix("urn:uuid:")


def _row(resource: str, path: str, value: object, sources: Sequence[str], rule: str) -> dict[str, Any]:
    return {"resource": resource, "path": path, "value": value, "sources": list(sources), "rule": rule}
