"""Where every value of every set came from: the mapping's trace, and what the selection adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from gateway.mapping.trace import Trace, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gateway.documents import Document, InformationSet, Resource
    from gateway.mapping import Mapping as CertificateMapping
    from gateway.mapping.trace import Told

_CERTIFICATE_ID = ("intygs-id/root", "intygs-id/extension")
"""What every id and reference is named after."""


def trace_of(document: Document, sets: Sequence[InformationSet], mapping: CertificateMapping) -> list[dict[str, Any]]:
    """Return one row for each value of each set: set, withheld, resource, path, value, sources, rule."""
    trace = Trace(document, mapping)
    return [
        {"set": one.name, "withheld": sorted(one.withheld), **row}
        for one in sets
        if one.body
        for row in _rows(one, orjson.loads(one.body), trace)
    ]


def trace_of_document(document: Document, mapping: CertificateMapping) -> list[dict[str, Any]]:
    """Return one row for each value of the whole document, before any set is made: as `trace_of`, of no set."""
    trace = Trace(document, mapping)
    return [
        _row(f"{resource['resourceType']}/{resource['id']}", told.path, told.value, told.sources, told.rule)
        for resource in (mapped.resource for mapped in (document.composition, *document.resources))
        if "id" in resource
        for told in trace.of(resource)
    ]


def _rows(one: InformationSet, bundle: Resource, trace: Trace) -> Iterator[dict[str, Any]]:
    entries = bundle.pop("entry")
    told = {entry["resource"]["id"]: list(trace.of(entry["resource"])) for entry in entries}
    made = _Made(f"information_sets/{one.name}/set.yaml", trace.file, entries[0]["resource"], told)
    for path, value in leaves(bundle):
        yield _row("Bundle", path, value, made.sources_of_bundle(path), f"{made.set_file}: Bundle.{path}")
    for entry in entries:
        resource = entry["resource"]
        name = f"{resource['resourceType']}/{resource['id']}"
        yield _row(name, "fullUrl", entry["fullUrl"], _CERTIFICATE_ID, f"{made.set_file}: Bundle.entry.fullUrl")
        for told_ in told[resource["id"]]:
            sources = told_.sources or made.sources_of(told_)
            yield _row(name, told_.path, told_.value, sources, told_.rule or made.rule_of(told_.path))


class _Made(NamedTuple):
    """What a set says that its resources do not: its Bundle, and most of its Composition."""

    set_file: str
    mapping_file: str
    composition: Resource
    told: Mapping[str, Sequence[Told]]

    def sources_of_bundle(self, path: str) -> tuple[str, ...]:
        if path in ("id", "identifier.value"):
            return _CERTIFICATE_ID
        return self._behind([self.composition["id"]], "date") if path == "timestamp" else ()

    def rule_of(self, path: str) -> str:
        is_heading = path.startswith("section[") and (".title" in path or ".code." in path)
        return f"{self.mapping_file}: sections" if is_heading else f"{self.set_file}: Composition.{path}"

    def sources_of(self, told: Told) -> tuple[str, ...]:
        """Return the source nodes behind a value that the rule does not take from the source by itself."""
        path = told.path
        if path == "id" or path.endswith(".reference"):
            return _CERTIFICATE_ID
        if told.rule:
            return ()
        if path in ("identifier.value", "text.div") or path.endswith("targetIdentifier.value"):
            return _CERTIFICATE_ID if path != "text.div" else self._behind(self._people())
        if path.startswith("event["):
            return self._behind(self.told, f"effectivePeriod{path[path.rindex('.') :]}")
        if path.startswith("section[") and path.endswith(".div"):
            section = self.composition["section"][int(path[8 : path.index("]")])]
            return self._behind(_id(entry["reference"]) for entry in section.get("entry", ()))
        return ()

    def _people(self) -> Iterator[str]:
        """Yield the ids of what the Composition's own text tells: those that stand in no section, and itself."""
        in_sections = {
            _id(entry["reference"]) for section in self.composition["section"] for entry in section.get("entry", ())
        }
        return (id_ for id_ in self.told if id_ not in in_sections)

    def _behind(self, ids: Iterable[str], path: str = "") -> tuple[str, ...]:
        """Return the source nodes that the values of these resources, or one of them, were made from."""
        told = (one for id_ in ids for one in self.told[id_] if path in ("", one.path))
        return tuple(dict.fromkeys(node for one in told for node in one.sources))


def _id(reference: str) -> str:
    return reference.removeprefix("urn:uuid:")


def _row(resource: str, path: str, value: object, sources: Sequence[str], rule: str) -> dict[str, Any]:
    return {"resource": resource, "path": path, "value": value, "sources": list(sources), "rule": rule}
