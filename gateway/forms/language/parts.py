"""The parts (delsvar) of a question, one class for each way to tell what a part is."""

from __future__ import annotations

import re  # noqa: TC003 - pydantic asks for the annotation when it builds the class
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from gateway.forms.language.words import Counted, Words


class PartWords(Words):
    """What every part says."""

    title: str
    count: Counted
    """How often it may stand in an answer."""
    expected: Counted | None = None
    """How often the form has it, where that is less than may be: another count gives a warning."""
    judged: bool = True
    """Whether a value of another kind is refused; else it gives a warning, for the national rules let it pass."""
    only_here: bool = False
    """Whether it is judged in answers to its own question only; else wherever it stands."""


class PlainPart(PartWords):
    """A part that is free text, a boolean or a date."""

    type: Literal["text", "boolean", "date"]


class PeriodPart(PartWords):
    """A part that is two days."""

    type: Literal["period"]
    lenient: bool = False
    """Whether the first day may be later than the second, and blanks stand before a day; it then warns."""


class IntegerPart(PartWords):
    """A part that is a whole number, as text."""

    type: Literal["integer"]
    least: int
    most: int


class QuantityPart(PartWords):
    """A part that is a value and a unit (`pq`)."""

    type: Literal["quantity"]
    unit: str
    """The unit as the form has it."""
    units_containing: re.Pattern[str] | None = None
    """What is to be found in the unit, where it is judged."""
    least: FiniteFloat
    most: FiniteFloat
    pattern: re.Pattern[str] | None = None
    """A regular expression that the whole value follows, where it has to be written in a certain way."""


class CodePart(PartWords):
    """A part that is a code."""

    type: Literal["code"]
    system: str | None = None
    """The code system, which must be this to the letter."""
    systems_containing: tuple[re.Pattern[str], ...] = ()
    """Where there are several: regular expressions, one of which is to be found in the code system."""
    codes: tuple[str, ...] = ()
    """The codes to choose among."""
    pattern: re.Pattern[str] | None = None
    """A regular expression that the whole code follows, where there are too many to list."""
    examples: dict[str, str] = Field({})
    """Some of those codes, and what they mean."""
    longest: int | None = Field(None, gt=0)
    """The most characters that a code may have."""
    once: bool = False
    """Whether a code may be chosen in one answer to its question only."""

    @model_validator(mode="after")
    def _is_said_in_one_way(self) -> Self:
        if (self.system is None) != bool(self.systems_containing):
            raise ValueError("a code has either system or systems_containing")
        if bool(self.codes) == (self.pattern is not None):
            raise ValueError("a code has either codes or pattern")
        if (self.pattern is not None) != bool(self.examples):
            raise ValueError("a pattern, and nothing else, has examples")
        if not all(map(self._may_be, self.examples)):
            raise ValueError("examples follow the pattern, and are no longer than allowed")
        return self

    def _may_be(self, code: str) -> bool:
        fits = self.longest is None or len(code) <= self.longest
        return fits and self.pattern is not None and self.pattern.fullmatch(code) is not None


Part = Annotated[PlainPart | PeriodPart | IntegerPart | QuantityPart | CodePart, Field(discriminator="type")]
