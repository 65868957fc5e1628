"""SourceDocument → Document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.documents import Document, Mapped
from gateway.mapping.narrative import tell
from gateway.mapping.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.documents import Place, Resource, SourceDocument
    from gateway.mapping.loading import Condition, Mapping, Rule


def map_document(source: SourceDocument, mapping: Mapping) -> Document:
    """Return the whole content of a certificate in FHIR, with an account of every source node.

    A node that no rule takes and none ignores stands in `unmapped`, a rule that could not do its work in `problems`;
    whoever has the document must let nothing of it leave while one of them has something to say.
    """
    run = Run(source)
    composition = _make(mapping.composition, 0, run)
    resources = [mapped for rule in mapping.rules for mapped in _apply(rule, run)]
    taken = {node for origin in run.origins for node in origin.sources}
    ignored, unmapped = _account(source.root, taken, mapping)
    return Document(
        certificate=source.certificate,
        kind=source.kind,
        person=source.person,
        title=mapping.title,
        composition=composition or _EMPTY,
        sections=mapping.sections,
        withheld={section: text for section, when, text in mapping.withheld if _holds(when, run)},
        never_withheld={section: why for section, when, why in mapping.never_withheld if _holds(when, run)},
        resources=resources,
        origins=run.origins,
        ignored=ignored,
        unmapped=unmapped,
        problems=tuple(run.problems),
        signature=source.signature,
        notes=tuple(dict.fromkeys([*source.notes, *run.notes])),
    )


_EMPTY = Mapped("composition", None, {"resourceType": "Composition"}, (), (), ())


_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def _apply(rule: Rule, run: Run) -> Iterator[Mapped]:
    for n, question in enumerate(_questions(rule, run)):
        run.question = question
        if _holds(rule.when, run) and not _is_said(rule.unless, run):
            mapped = _make(rule, n, run)
            if mapped is not None:
                yield mapped


def _questions(rule: Rule, run: Run) -> Iterator[str]:
    """Yield the question for each resource that the rule may make, with the run's place set to its answer."""
    if rule.each is None:
        yield ""
        return
    first, last = rule.each
    for question, places in run.root.places.items():
        if _NUMBER.fullmatch(question) and first <= int(question) <= last:
            for place in places[rule.answers]:
                run.places[question] = place
                yield question
            run.places[question] = places[0]


def _holds(when: Condition, run: Run) -> bool:
    return not when or all(_says(find(run)[1], values) for find, values in when)


def _is_said(unless: Condition, run: Run) -> bool:
    return bool(unless) and any(_says(find(run)[1], values) for find, values in unless)


def _says(text: str | None, values: frozenset[str] | None) -> bool:
    return text is not None and (values is None or text.strip() in values)


def _make(rule: Rule, number: int, run: Run) -> Mapped | None:
    run.begin(f"{rule.name}[{number}]")
    content = rule.build(run)
    if content is None:
        return None
    run.made.setdefault(rule.name, []).append(f"urn:uuid:{run.resource}")
    run.problems += run.missing
    resource: Resource = {"resourceType": rule.resource_type, "id": run.resource}
    if rule.label:
        resource["meta"] = rule.label
    resource.update(content)
    return Mapped(rule.name, rule.section, resource, run.references, tell(rule.templates, resource), run.terms)


def _account(root: Place, taken: set[str], mapping: Mapping) -> tuple[dict[str, str], tuple[str, ...]]:
    ignored: dict[str, str] = {}
    unmapped: list[str] = []
    for path, node in _nodes(root):
        if node not in taken:
            reason = mapping.ignored(path)
            if reason is None:
                unmapped.append(node)
            else:
                ignored[node] = reason
    return ignored, tuple(unmapped)


def _nodes(root: Place) -> list[tuple[str, str]]:
    where = root.where
    nodes = [(path, path + where) for path in root.values]
    for places in root.places.values():
        for place in places:
            nodes += _nodes(place)
    return nodes
