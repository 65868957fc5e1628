"""The leak check: what was left out must not stand anywhere in what is left.

Leaving a resource out does not clean the texts that stay: a doctor may have written the diagnosis in the answer about
limitations. So every code, display and text of what was left out is looked for in the codes, displays and texts that
stay; a hit holds the set for a person to look at. It is words that are compared: another spelling, or a part of a
text, is found too. What says the same as what is found once for a document; each set asks which of it is its concern.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gateway.documents import TermKind
from gateway.information_sets.echoes import Echoes, TooMuchToTell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.documents import Document, Mapped, Term
    from gateway.information_sets.allowed import Allowed
    from gateway.information_sets.definitions import SetDefinition
    from gateway.information_sets.echoes import Echo

MAX_SOUGHT = 1_000_000
"""Letters of texts that are looked for in one set; no doctor writes a tenth of it, and a search for more costs seconds
and hundreds of megabytes."""

_NAMING = ("text", "name")
"""The elements of people and organisations that are looked for: names, titles, specialities. What is kept of others
often shares their addresses."""


class _Held(NamedTuple):
    """A term, and the resource that has it."""

    mapped: Mapped
    term: Term

    @property
    def place(self) -> str:
        return f"{self.mapped.rule}.{self.term.element}"

    def stays(self, kept: Mapping[int, Allowed]) -> bool:
        """Say whether a set has the element that the term was made into."""
        allowed = kept.get(id(self.mapped))
        return allowed is not None and allowed.covers(self.term.element)


class LeakCheck:
    """Knows what the texts of one document tell of each other.

    Args:
        document: The document.
        definitions: The sets that are made of it.
    """

    def __init__(self, document: Document, definitions: Sequence[SetDefinition]) -> None:
        self._holding: dict[str, list[_Held]] = {}
        self._sought = [
            _Held(mapped, term) for mapped in document.resources for term in mapped.terms if _is_sought(mapped, term)
        ]
        for one in self._sought:
            self._holding.setdefault(one.term.text, []).append(one)
        self._titles = [definition.title for definition in definitions]
        self._is_too_much = sum(map(len, self._holding)) > MAX_SOUGHT

    @cached_property
    def _echoes(self) -> Sequence[Echo]:
        """What the terms say of each other; sets that leave nothing out do not ask."""
        terms = [one.term for one in self._sought]
        return [echo for echo in Echoes(terms, self._titles).of(terms) if self._may_part(echo)]

    def _may_part(self, echo: Echo) -> bool:
        """Say whether a set can have one side of an echo without the other: not where both are of one element."""
        (sought, _), text = echo
        sides = {(id(one.mapped), one.term.element) for side in (sought, text) for one in self._holding.get(side, ())}
        return len(sides) > 1 or text not in self._holding

    def find(self, definition: SetDefinition, kept: Mapping[int, Allowed]) -> list[str]:
        """Return the places of the terms that a set was not to have and yet says, as `rule.element`.

        Where more is told than can be looked for, the place of the longest term left out: nobody can tell then.

        Args:
            definition: The set.
            kept: The resources that it has, by `id()`, with what is taken of each.
        """
        left_out = (one for one in self._sought if not one.stays(kept))
        first = next(left_out, None)
        if first is None:
            return []
        try:
            return sorted(self._said(definition, kept))
        except TooMuchToTell:
            return [max([first, *left_out], key=lambda one: len(one.term.text)).place]

    def _said(self, definition: SetDefinition, kept: Mapping[int, Allowed]) -> set[str]:
        if self._is_too_much:
            raise TooMuchToTell
        return {
            one.place
            for (sought, is_code), text in self._echoes
            if sought.lower() not in definition.harmless and self._is_said(text, definition, kept)
            for one in self._holding[sought]
            if (one.term.kind is TermKind.CODE) is is_code and self._is_left_out(one, kept)
        }

    def _is_said(self, text: str, definition: SetDefinition, kept: Mapping[int, Allowed]) -> bool:
        """Say whether a text stands in the set: in its title, or in an element that it has."""
        holding = self._holding.get(text, ())
        return text == definition.title or any(one.term.is_emitted and one.stays(kept) for one in holding)

    def _is_left_out(self, one: _Held, kept: Mapping[int, Allowed]) -> bool:
        """Say whether a set was not to have this.

        Of people and organisations no name is left out that somebody bears who is kept: the kept one may be named.
        """
        if one.stays(kept):
            return False
        return one.mapped.section is not None or not any(other.stays(kept) for other in self._holding[one.term.text])


def _is_sought(mapped: Mapped, term: Term) -> bool:
    return mapped.section is not None or term.element.endswith(_NAMING)
