"""What a condition depends on."""

from __future__ import annotations

import re  # noqa: TC003 - pydantic asks for the annotation when it builds the class
from typing import Annotated, Self

from pydantic import Field, Tag, model_validator

from gateway.forms.counts import read_count
from gateway.forms.language.words import Counted, OneOrMore, Words, first_word


class Answered(Words):
    """That a question is answered."""

    answered: str


class PartIs(Words):
    """That a part stands in an answer and, where more is said, which value it has."""

    part: str
    question: str | None = None
    """Counts the part in answers to this question only; else wherever it stands."""
    values: OneOrMore = Field((), alias="is")
    other_than: OneOrMore = Field((), alias="is_not")
    containing: re.Pattern[str] | None = None
    """A regular expression to be found somewhere in the part: code, code system, displayName and all."""

    @model_validator(mode="after")
    def _is_said_in_one_way(self) -> Self:
        if bool(self.values) + bool(self.other_than) + bool(self.containing) > 1:
            raise ValueError("say one of is, is_not and containing")
        return self


class PartsAre(PartIs):
    """How many parts have that value."""

    count: Counted = read_count("1..")


Circumstance = Annotated[
    Annotated[Answered, Tag("answered")] | Annotated[PartsAre, Tag("part")],
    first_word("answered", "part"),
]
