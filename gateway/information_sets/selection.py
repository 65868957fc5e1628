"""Document + definitions → information sets, in every variant that a consent may ask for."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import orjson

from gateway.documents import InformationSet
from gateway.errors import Problem
from gateway.identity import set_id
from gateway.information_sets.bundle import Content, bundle_of
from gateway.information_sets.leaks import LeakCheck

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.documents import Document, Mapped, Resource
    from gateway.information_sets.definitions import Choice, SetDefinition


_LEAK = "det som lämnats ut står kvar i det som blev, eller är för långt att leta efter"


def select(document: Document, definitions: Sequence[SetDefinition]) -> list[InformationSet]:
    """Return every set that is made from this document, in every variant.

    A variant is a set with some of its withholdable sections withheld: which of them leaves is the consent's word.
    Where the mapping did not understand the certificate, the sets are on hold and have no content. A set in whose
    bytes something stands that was left out of it is on hold too, with the places of what was found.
    """
    wanted = [definition for definition in definitions if document.kind.type in definition.certificates]
    if document.unmapped or document.problems:
        return [held for definition in wanted for held in _held(document, definition)]
    leaks = LeakCheck(document, wanted)
    return [one for definition in wanted for one in _variants(document, definition, leaks)]


def _held(document: Document, definition: SetDefinition) -> Iterator[InformationSet]:
    places = [Problem(node, "uppgiften är inte känd av mappningen") for node in document.unmapped]
    for withheld in _choices_of(definition.withholdable):
        empty = _empty(document, definition, withheld)
        yield replace(empty, hold="mapping", problems=tuple(dict.fromkeys((*document.problems, *places))))


def _variants(document: Document, definition: SetDefinition, leaks: LeakCheck) -> Iterator[InformationSet]:
    chosen = [mapped for mapped in document.resources if _is_wanted(mapped, definition)]
    there = {mapped.section for mapped in chosen if mapped.section}
    for withheld in _choices_of(definition.withholdable):
        empty_ones = there & (withheld | document.withheld.keys())
        kept = [mapped for mapped in chosen if mapped.section not in empty_ones]
        empty = _empty(document, definition, withheld)
        body = orjson.dumps(bundle_of(Content(document, definition, kept, empty_ones), empty.id))
        taken = {id(mapped): definition.allowed(mapped) for mapped in kept}
        places = leaks.find(definition, taken)
        yield replace(
            empty,
            sections=frozenset(there - empty_ones),
            body=body,
            hold="leak" if places else "",
            problems=tuple(Problem(place, _LEAK) for place in places),
        )


def _choices_of(sections: frozenset[str]) -> Iterable[frozenset[str]]:
    """Return every way to withhold some of the sections, none and all among them."""
    ordered = sorted(sections)
    return map(frozenset, chain.from_iterable(combinations(ordered, n) for n in range(len(ordered) + 1)))


def _is_wanted(mapped: Mapped, definition: SetDefinition) -> bool:
    choice = definition.choices.get((mapped.section, mapped.rule))
    return choice is not None and _has_wanted_values(mapped.resource, choice)


def _has_wanted_values(resource: Resource, choice: Choice) -> bool:
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
