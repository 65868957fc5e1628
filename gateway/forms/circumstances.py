"""What a condition depends on: that a question is answered, or that a part has a certain value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gateway.forms.parts import everything_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.forms.counts import Count
    from gateway.forms.parts import ValuedRule
    from gateway.forms.sheet import Sheet


class Circumstance(Protocol):
    """Something that is so, or is not so, of a certificate."""

    def holds(self, sheet: Sheet) -> bool:
        """Say whether it is so."""


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """That a question is answered."""

    question: str

    def holds(self, sheet: Sheet) -> bool:
        """Say whether it is."""
        return self.question in sheet.questions


@dataclass(frozen=True, slots=True)
class Values:
    """What the value of a part is, or is not."""

    rule: ValuedRule
    values: frozenset[str]
    among: bool
    """Whether the value is to be among them, or to be another."""


@dataclass(frozen=True, slots=True)
class PartStands:
    """That a part stands in an answer and, where values are given, has such a value."""

    part: str
    question: str | None
    """The question whose answers count; any, where none is named."""
    values: Values | None
    says: Callable[[str], object] | None
    """Something true for what the whole part says, where that matters."""

    def places(self, sheet: Sheet) -> Sequence[int]:
        """Return the place of the answer for each time that the part stands so."""
        if self.values is not None:
            values, among = self.values.values, self.values.among
            found = sheet.values(self.part, self.values.rule)
            places = [place for place, value in found if (value in values) is among]
        elif self.says is not None:
            places = [place for place, part in sheet.parts.get(self.part, ()) if self.says(everything_in(part))]
        else:
            places = [place for place, _ in sheet.parts.get(self.part, ())]
        if self.question is None:
            return places
        return [place for place in places if sheet.answers[place].question == self.question]


@dataclass(frozen=True, slots=True)
class PartsStand:
    """That a part stands so as many times as asked for."""

    part: PartStands
    count: Count

    def holds(self, sheet: Sheet) -> bool:
        """Say whether it does."""
        return self.count.allows(len(self.part.places(sheet)))
