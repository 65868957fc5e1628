"""Conditions between answers, and between the parts of one answer."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, Tag, model_validator

from gateway.forms.counts import read_count
from gateway.forms.language.circumstances import Circumstance, PartIs  # noqa: TC001 - pydantic asks for them
from gateway.forms.language.words import Counted, OneOrMore, Several, Words, first_word


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
    count: Counted = read_count("1..")
    """How often it must stand there then."""
    when: PartIs


class ForbiddenPart(Words):
    """A part that must not stand in an answer in which another part stands."""

    forbidden_part: str
    when: PartIs


class InTotal(Words):
    """Questions, or parts of one question, that stand so many times all told."""

    in_total: OneOrMore
    count: Counted


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


class OnlyCode(Words):
    """A part beside which no other part of the answer may hold a code."""

    only_code: str


class NotOverlapping(Words):
    """Periods in the answers to a question that must not overlap; they may share a day."""

    not_overlapping: str


class NotLater(Words):
    """A day that must not be later than today, or than another day in each answer where something is so."""

    not_later: str
    than: str
    """`today`, or a part."""
    when: PartIs | None = None

    @model_validator(mode="after")
    def _is_said_in_one_way(self) -> Self:
        if (self.than == "today") is not (self.when is None):
            raise ValueError("say when with a part, and not with today")
        return self


CONDITIONS = (
    "required",
    "forbidden",
    "required_part",
    "forbidden_part",
    "in_total",
    "both_or_neither",
    "same_code_system",
    "alone",
    "only_code",
    "not_overlapping",
    "not_later",
)
"""The word that each condition begins with."""

AnyCondition = (
    Annotated[Required, Tag("required")]
    | Annotated[Forbidden, Tag("forbidden")]
    | Annotated[RequiredPart, Tag("required_part")]
    | Annotated[ForbiddenPart, Tag("forbidden_part")]
    | Annotated[InTotal, Tag("in_total")]
    | Annotated[BothOrNeither, Tag("both_or_neither")]
    | Annotated[SameCodeSystem, Tag("same_code_system")]
    | Annotated[Alone, Tag("alone")]
    | Annotated[OnlyCode, Tag("only_code")]
    | Annotated[NotOverlapping, Tag("not_overlapping")]
    | Annotated[NotLater, Tag("not_later")]
)

Condition = Annotated[AnyCondition, first_word(*CONDITIONS)]
