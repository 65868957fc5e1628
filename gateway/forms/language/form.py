"""A whole form."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from gateway.forms.language.conditions import Condition  # noqa: TC001 - pydantic asks for the annotation
from gateway.forms.language.parts import Part  # noqa: TC001 - likewise
from gateway.forms.language.warnings import Stated  # noqa: TC001 - likewise
from gateway.forms.language.words import Counted, Whether, Words


class Question(Words):
    """A question (svar): how often it is answered, and the parts of an answer by number."""

    title: str
    count: Counted
    """How often it may be answered."""
    expected: Counted | None = None
    """How often the form has it, where that is less than may be: another count gives a warning."""
    numbered: bool = False
    """Whether each answer must have an instance number (instans)."""
    unknown_parts: Whether = "refused"
    """What becomes of an answer with parts that are not listed."""
    parts: dict[str, Part]


class AdditionalQuestions(Words):
    """Questions that the recipient has added: each is answered at most once, with one part of free text."""

    title: str
    questions: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}-[0-9]{1,5}$")]
    """The first and the last that there may be: `9001-9999`."""


class FormText(Words):
    """A form as form.yaml tells it."""

    title: str
    also_called: tuple[str, ...] = ()
    """Other codes that senders write for the type, in capitals."""
    unknown_questions: Whether
    numbers_below_one: Whether = "refused"
    """What becomes of an instance number (instans) that is less than 1."""
    additional_questions: AdditionalQuestions | None = None
    questions: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")], Question]
    conditions: tuple[Condition, ...]
    warnings: tuple[Stated, ...] = ()
