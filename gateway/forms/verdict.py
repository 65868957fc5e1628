"""The verdict of a form on the answers of a certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.forms.questions import wrong_numbers
from gateway.forms.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.documents import Answer
    from gateway.forms.conditions import Condition
    from gateway.forms.parts import PartRule
    from gateway.forms.questions import OtherQuestions, QuestionRule

_MOST_TOLD = 100
"""Problems told one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Form:
    """The rules of one form, ready to judge with."""

    title: str
    questions: Mapping[str, QuestionRule] = field(repr=False)
    others: OtherQuestions = field(repr=False)
    parts: Mapping[str, PartRule] = field(repr=False)
    """The rule for each part that has one."""
    conditions: Sequence[Condition] = field(repr=False)


def judge(form: Form, answers: Sequence[Answer]) -> Sequence[Problem]:
    """Return every broken rule of the form; none means that the official rules accept the answers too.

    The place of a problem is the question or part as the form numbers it, or the line (`rad 57`) of one whose
    number is too long to be a question's. No reason holds a value from the certificate. At most a hundred
    problems are told; one more then says how many there are besides.
    """
    sheet = Sheet(answers)
    problems = _in_questions(form, sheet) + _in_parts(form, sheet)
    for condition in form.conditions:
        problems += condition.problems(sheet)
    if len(problems) > _MOST_TOLD:
        return [*problems[:_MOST_TOLD], Problem("", f"Ytterligare {len(problems) - _MOST_TOLD} fel")]
    return problems


def _in_questions(form: Form, sheet: Sheet) -> list[Problem]:
    problems: list[Problem] = []
    for rule in form.questions.values():
        problems += rule.problems(sheet)
    for question in sheet.questions:
        if question not in form.questions:
            problems.extend(form.others.problems(question, sheet))
    return problems + wrong_numbers(sheet.answers)


def _in_parts(form: Form, sheet: Sheet) -> list[Problem]:
    problems: list[Problem] = []
    for name, found in sheet.parts.items():
        rule = form.parts.get(name)
        if rule is not None:
            for _, part in found:
                problems += rule.problems(part)
    return problems
