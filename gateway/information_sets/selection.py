"""Document + definitions → information sets, in every variant that a consent may ask for."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from gateway.documents import InformationSet
from gateway.errors import Problem
from gateway.identity import set_id
from gateway.information_sets.bundle import bundle_of
from gateway.information_sets.leaks import LeakCheck

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.documents import Document, Line, Mapped, Resource, Term
    from gateway.information_sets.definitions import Choice, SetDefinition


class Selected(NamedTuple):
    """One resource as a set may have it."""

    section: str | None
    resource: Resource
    origin: Mapped
    narrative: Sequence[Line]


def select(document: Document, definitions: Sequence[SetDefinition]) -> list[InformationSet]:
    """Return every set that is made from this document, in every variant.

    A variant is a set with some of its withholdable sections withheld: which of them leaves is the consent's word.
    Where the mapping did not understand the certificate, the sets are on hold and have no content. A set in whose
    bytes something stands that was left out of it is on hold too, with the places of what was found.
    """
    wanted = [definition for definition in definitions if document.kind.type in definition.certificates]
    if document.unmapped or document.problems:
        return [held for definition in wanted for held in _held(document, definition)]
    leaks = LeakCheck(document)
    return [one for definition in wanted for one in _variants(document, definition, leaks)]


def _held(document: Document, definition: SetDefinition) -> Iterator[InformationSet]:
    places = [*(Problem(node, "uppgiften är inte känd av mappningen") for node in document.unmapped)]
    for withheld in _choices_of(definition.withholdable):
        yield replace(
            _empty(document, definition, withheld), hold="mapping", problems=(*document.problems, *places)
        )


def _variants(document: Document, definition: SetDefinition, leaks: LeakCheck) -> Iterator[InformationSet]:
    chosen = [selected for selected in _choose(document, definition)]
    there = {selected.section for selected in chosen if selected.section}
    for withheld in _choices_of(definition.withholdable):
        kept = [selected for selected in chosen if selected.section not in withheld]
        empty = _empty(document, definition, withheld)
        body = orjson.dumps(bundle_of(document, definition, kept, there & withheld, empty.id))
        found = leaks.find(body, _left_out(document, definition, kept), definition.harmless)
        yield replace(
            empty,
            sections=frozenset(there - withheld),
            body=body,
            hold="leak" if found else "",
            problems=tuple(Problem(place, "det som lämnats ut står kvar i det som blev") for place in found),
        )


def _choices_of(sections: frozenset[str]) -> Iterable[frozenset[str]]:
    """Return every way to withhold some of the sections, none and all among them."""
    ordered = sorted(sections)
    return map(frozenset, chain.from_iterable(combinations(ordered, n) for n in range(len(ordered) + 1)))


def _choose(document: Document, definition: SetDefinition) -> Iterator[Selected]:
    for mapped in document.resources:
        choice = definition.choices.get((mapped.section, mapped.rule))
        if choice is not None and _wanted(mapped.resource, choice):
            covers = choice.allowed.covers
            lines = [line for line in mapped.narrative if all(covers(element) for element in line.elements)]
            yield Selected(mapped.section, choice.allowed.of(mapped.resource), mapped, lines)


def _wanted(resource: Resource, choice: Choice) -> bool:
    return all(not values.isdisjoint(_values(resource, steps)) for steps, values in choice.only)


def _values(value: Any, steps: Sequence[str]) -> Iterator[str]:  # noqa: ANN401 - JSON values are of any kind
    """Yield every value of an element, whichever place in a list it has."""
    if isinstance(value, list):
        for one in value:
            yield from _values(one, steps)
    elif not steps:
        yield str(value)
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:])


def _left_out(
    document: Document, definition: SetDefinition, kept: Sequence[Selected]
) -> Iterator[tuple[str, Term]]:
    """Yield every term of the document that the set was not to have, with the rule that made its resource."""
    origins = {id(selected.origin) for selected in kept}
    for mapped in document.resources:
        if id(mapped) in origins:
            covers = definition.choices[mapped.section, mapped.rule].allowed.covers
            yield from ((mapped.rule, term) for term in mapped.terms if not covers(term.element))
        else:
            yield from ((mapped.rule, term) for term in mapped.terms)


def _empty(document: Document, definition: SetDefinition, withheld: frozenset[str]) -> InformationSet:
    return InformationSet(
        id=set_id(document.certificate, definition.name, withheld),
        name=definition.name,
        person=document.person,
        certificate=document.certificate,
        signed_at=document.composition.resource.get("date", ""),
        sections=frozenset(),
        withheld=withheld,
        body=b"",
    )
