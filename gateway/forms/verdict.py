"""The verdict of a form on the answers of a certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from gateway.errors import Problem
from gateway.forms.questions import wrong_numbers
from gateway.forms.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.documents import Answer
    from gateway.forms.language import FormText
    from gateway.forms.questions import OtherQuestions, QuestionRule
    from gateway.forms.rule_set import RuleSet
    from gateway.identity import CertificateKind

_MOST_TOLD = 100
"""Problems told one by one; the rest are counted."""

_LENGTH_OF_DAY = len("2026-01-31")
_STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Form:
    """The rules of one form, ready to judge with."""

    kind: CertificateKind
    """What the certificates are called here, whatever their sender calls them."""
    said: FormText = field(repr=False)
    """What form.yaml says."""
    questions: Mapping[str, QuestionRule] = field(repr=False)
    others: OtherQuestions = field(repr=False)
    any_number: bool
    """Whether an instance number may be less than 1."""
    rules: RuleSet = field(repr=False)
    warnings: RuleSet = field(repr=False)
    """What the form asks for and the official rules do not."""

    @property
    def title(self) -> str:
        """The title of the form."""
        return self.said.title


class Judgement(NamedTuple):
    """What is wrong with the answers of a certificate.

    The place of a problem is the question or part as the form numbers it, or the line (`rad 57`) of one whose
    number is too long to be a question's. No reason holds a value from the certificate. At most a hundred
    problems are told of either kind; one more then says how many there are besides.
    """

    problems: Sequence[Problem]
    """Every broken rule of the form; none means that the official rules accept the answers too."""
    warnings: Sequence[Problem]
    """What is odd about them all the same: nobody is refused because of it."""


def judge(form: Form, answers: Sequence[Answer], now: datetime, signed: str = "") -> Judgement:
    """Return the form's verdict on the answers.

    Args:
        form: The form.
        answers: The answers of one certificate.
        now: The present moment, aware; what day it is in Sweden then is today to the form.
        signed: When the certificate was signed, YYYY-MM-DDThh:mm:ss; only warnings ask.
    """
    midnight = now.astimezone(_STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)
    sheet = Sheet(answers, midnight, signed.strip()[:_LENGTH_OF_DAY])
    problems = _in_questions(form, sheet) + form.rules.problems(sheet)
    return Judgement(_told(problems, "fel"), _told(form.warnings.problems(sheet), "anmärkningar"))


def _in_questions(form: Form, sheet: Sheet) -> list[Problem]:
    problems: list[Problem] = []
    for rule in form.questions.values():
        problems += rule.problems(sheet)
    for question in sheet.questions:
        if question not in form.questions:
            problems.extend(form.others.problems(question, sheet))
    return problems if form.any_number else problems + wrong_numbers(sheet.answers)


def _told(problems: list[Problem], word: str) -> list[Problem]:
    if len(problems) > _MOST_TOLD:
        return [*problems[:_MOST_TOLD], Problem("", f"Ytterligare {len(problems) - _MOST_TOLD} {word}")]
    return problems
