"""Document + definitions → information sets, in every variant that a consent may ask for."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gateway.decisions import CANNOT_BE_WITHHELD
from gateway.documents import InformationSet
from gateway.errors import Problem
from gateway.identity import set_id
from gateway.information_sets.bundle import Binder, Content
from gateway.information_sets.fragments import Piece
from gateway.information_sets.leaks import LeakCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gateway.documents import Document, Resource
    from gateway.information_sets.allowed import Allowed
    from gateway.information_sets.definitions import Choice, SetDefinition

    Judge = Callable[[Resource], Sequence[Problem]]
    """What is wrong with a Bundle by its profiles; nothing where all is well."""


_LEAK = "det som lämnats ut står kvar i det som blev, eller är för långt att leta efter"
_UNKNOWN = "uppgiften är inte känd av mappningen"


def select(
    document: Document,
    definitions: Sequence[SetDefinition],
    judge: Judge,
    editions: Mapping[str, int] = MappingProxyType({}),
) -> list[InformationSet]:
    """Return every set that is made from this document, in every variant.

    A variant is a set with some of its withholdable sections withheld: which of them leaves is the consent's word.
    Where the mapping did not understand the certificate, the sets are on hold and have no content. A set that says
    something that was left out of it is on hold too, with the places of what was found, and so is one that breaks
    its profiles, or that withholds what nobody may withhold of the certificate.

    Args:
        document: The certificate's content.
        definitions: The sets that there are.
        judge: Says what is wrong with a Bundle.
        editions: Set → which edition of it this is to be, where it is not the first.
    """
    wanted = [definition for definition in definitions if document.kind.type in definition.certificates]
    if document.unmapped or document.problems:
        return [held for definition in wanted for held in _held(document, definition, editions)]
    selection = _Selection(document, wanted, judge, editions)
    return [one for definition in wanted for one in selection.variants(definition)]


def _held(document: Document, definition: SetDefinition, editions: Mapping[str, int]) -> Iterator[InformationSet]:
    places = [Problem(node, _UNKNOWN) for node in document.unmapped]
    problems = tuple(dict.fromkeys((*document.problems, *places)))
    for withheld in definition.variants:
        without = _empty(document, definition, withheld, editions)
        yield replace(without, hold="mapping", problems=problems)


class _Selection:
    """What the sets of one document share."""

    def __init__(
        self, document: Document, wanted: Sequence[SetDefinition], judge: Judge, editions: Mapping[str, int]
    ) -> None:
        self._document = document
        self._editions = editions
        self._judge = judge
        self._pieces = [Piece(mapped) for mapped in document.resources]
        self._leaks = LeakCheck(document, wanted)
        self._binder = Binder(document)

    def variants(self, definition: SetDefinition) -> Iterator[InformationSet]:
        """Yield a set in every variant."""
        document = self._document
        chosen = list(self._chosen(definition))
        there = {piece.mapped.section for piece, _ in chosen if piece.mapped.section}
        never = {code: why for code, why in document.never_withheld.items() if code in there - document.withheld.keys()}
        for withheld in definition.variants:
            empty = there & (withheld | document.withheld.keys())
            kept = [(piece, allowed) for piece, allowed in chosen if piece.mapped.section not in empty]
            places = self._leaks.find(definition, {id(piece.mapped): allowed for piece, allowed in kept})
            without = _empty(document, definition, withheld, self._editions)
            bound = self._binder.bind(Content(definition, kept, empty), without)
            broken = self._judge(bound.bundle)
            refused = [Problem(document.sections[code], never[code]) for code in sorted(withheld & never.keys())]
            yield replace(
                without,
                sections=frozenset(there - empty),
                body=bound.body,
                hold="leak" if places else "profile" if broken else CANNOT_BE_WITHHELD if refused else "",
                problems=(*(Problem(place, _LEAK) for place in places), *broken, *refused),
            )

    def _chosen(self, definition: SetDefinition) -> Iterator[tuple[Piece, Allowed]]:
        choices = definition.choices
        for piece in self._pieces:
            choice = choices.get(piece.key)
            if choice is not None and (not choice.only or _has_wanted_values(piece.mapped.resource, choice)):
                yield piece, choice.allowed


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


def _empty(
    document: Document, definition: SetDefinition, withheld: frozenset[str], editions: Mapping[str, int]
) -> InformationSet:
    edition = editions.get(definition.name, 1)
    return InformationSet(
        id=set_id(document.certificate, definition.name, withheld, edition),
        name=definition.name,
        person=document.person,
        certificate=document.certificate,
        signed_at=document.composition.resource.get("date", ""),
        sections=frozenset(),
        withheld=withheld,
        body=b"",
        edition=edition,
    )
