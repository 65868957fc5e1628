"""What form.yaml may say. A word that is not here stops the start.

Every scalar of the file comes here as text, so that part `1.10` is not taken for the number 1.1.
"""

from __future__ import annotations

import re  # noqa: TC003 - pydantic asks for the annotation when it builds the class
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    StringConstraints,
    Tag,
    model_validator,
)

from gateway.forms.counts import Count, read_count

Counted = Annotated[Count, PlainValidator(read_count)]
OneOrMore = Annotated[tuple[str, ...], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)]
Several = Annotated[tuple[str, ...], Field(min_length=2)]
Whether = Literal["refused", "allowed"]


class Words(BaseModel):
    """Words that stand together in form.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PartWords(Words):
    """What is said of every part (delsvar)."""

    title: str
    count: Counted
    """How often it stands in an answer."""
    judged: bool = True
    """Whether what it holds is judged. Its count always is."""


class PlainPart(PartWords):
    """A part that is free text, a boolean, a date, a period, or anything at all."""

    type: Literal["text", "boolean", "date", "period", "any"]


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
        if any(self.pattern is None or not self.pattern.fullmatch(code) for code in self.examples):
            raise ValueError("examples follow the pattern")
        return self


Part = Annotated[PlainPart | CodePart, Field(discriminator="type")]


class Question(Words):
    """A question (svar): how often it is answered, and the parts of an answer by number."""

    title: str
    count: Counted
    numbered: bool = False
    """Whether each answer must have an instance number (instans)."""
    unknown_parts: Whether = "refused"
    """What becomes of an answer with parts that are not listed."""
    parts: dict[str, Part]


class AdditionalQuestions(Words):
    """Questions that the recipient has added: each is answered at most once, with one part of free text."""

    title: str
    questions: Annotated[str, StringConstraints(pattern=r"^[0-9]+-[0-9]+$")]
    """The first and the last that there may be: `9001-9999`."""


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

    @model_validator(mode="after")
    def _is_said_in_one_way(self) -> Self:
        if self.values and self.other_than:
            raise ValueError("say is or is_not, not both")
        return self


class PartsAre(PartIs):
    """How many parts have that value."""

    count: Counted = read_count("1..")


def _first_word(*words: str) -> Discriminator:
    """Tell alternatives apart by the word that only one of them has."""

    def choose(said: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
        return next((word for word in words if word in said), None) if isinstance(said, dict) else None

    return Discriminator(
        choose,
        custom_error_type="no_such_rule",
        custom_error_message="none of the words " + ", ".join(words),
    )


Circumstance = Annotated[
    Annotated[Answered, Tag("answered")] | Annotated[PartsAre, Tag("part")],
    _first_word("answered", "part"),
]


class Required(Words):
    """Questions that must be answered when something is so, or unless it is."""

    required: OneOrMore
    count: Counted = read_count("1..")
    """How often they must be answered then."""
    when: Circumstance | None = None
    unless: Circumstance | None = None


class Forbidden(Words):
    """Questions that must not be answered when something is so, or unless it is."""

    forbidden: OneOrMore
    when: Circumstance | None = None
    unless: Circumstance | None = None


class RequiredPart(Words):
    """A part that must stand in each answer in which another part stands."""

    required_part: str
    when: PartIs


class ForbiddenPart(Words):
    """A part that must not stand in an answer in which another part stands."""

    forbidden_part: str
    when: PartIs


class BothOrNeither(Words):
    """Parts of a question that stand in an answer together or not at all."""

    both_or_neither: Several


class SameCodeSystem(Words):
    """Codes in the same answer that must come from the code system of the first of them."""

    same_code_system: Several


class Choice(Words):
    """A part and a code."""

    part: str
    code: str = Field(alias="is")


class Alone(Words):
    """A code that cannot be chosen in one answer when another answer to the question has another."""

    alone: Choice


class NotOverlapping(Words):
    """Periods in the answers to a question that must not overlap; they may share a day."""

    not_overlapping: str


Condition = Annotated[
    Annotated[Required, Tag("required")]
    | Annotated[Forbidden, Tag("forbidden")]
    | Annotated[RequiredPart, Tag("required_part")]
    | Annotated[ForbiddenPart, Tag("forbidden_part")]
    | Annotated[BothOrNeither, Tag("both_or_neither")]
    | Annotated[SameCodeSystem, Tag("same_code_system")]
    | Annotated[Alone, Tag("alone")]
    | Annotated[NotOverlapping, Tag("not_overlapping")],
    _first_word(
        "required",
        "forbidden",
        "required_part",
        "forbidden_part",
        "both_or_neither",
        "same_code_system",
        "alone",
        "not_overlapping",
    ),
]


class FormText(Words):
    """A form as form.yaml tells it."""

    title: str
    unknown_questions: Whether
    additional_questions: AdditionalQuestions | None = None
    questions: dict[str, Question]
    conditions: tuple[Condition, ...]
