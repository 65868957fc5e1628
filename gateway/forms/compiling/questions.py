"""The rule for each question of a form, and for those it does not list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.forms.compiling.catalogue import sentence
from gateway.forms.compiling.parts import NOT_TEXT
from gateway.forms.conditions import PartCounted, Presence
from gateway.forms.parts import Text
from gateway.forms.questions import OtherQuestions, PartCount, PartsNumbered, QuestionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.conditions import Condition
    from gateway.forms.counts import Count
    from gateway.forms.language import FormText


def question_rules(catalogue: Catalogue) -> dict[str, QuestionRule]:
    """Return question → its rule."""
    return {number: _rule(number, catalogue) for number in catalogue.questions}


def other_questions(form: FormText) -> OtherQuestions:
    """Return the rule for questions that the form does not list."""
    name = _name_of_addition(form)
    return OtherQuestions(
        additional=_additional(form),
        wrong_count=f"{name} får besvaras högst en gång",
        wrong_parts=f"{name} ska ha exakt en delfråga",
        text=Text(Problem("", f"{name} {NOT_TEXT}")),
        refused=form.unknown_questions == "refused",
        unknown_question=f"”{form.title}” har ingen sådan fråga",
    )


def numbering(form: FormText) -> PartsNumbered:
    """Return the warning of an added question whose part is not numbered after it."""
    return PartsNumbered(_additional(form), f"{_name_of_addition(form)} ska ha en delfråga med frågans nummer och .1")


def _name_of_addition(form: FormText) -> str:
    return f"Tillagd fråga ”{form.additional_questions.title}”" if form.additional_questions else ""


def _additional(form: FormText) -> frozenset[str]:
    if form.additional_questions is None:
        return frozenset()
    first, last = form.additional_questions.questions.split("-")
    return frozenset(map(str, range(int(first), int(last) + 1)))


def expectations(catalogue: Catalogue) -> Iterator[Condition]:
    """Yield a condition for each question and part that the form has less often than it may stand."""
    for number, question in catalogue.questions.items():
        if question.expected is not None:
            yield Presence(number, question.expected, None, None, _wrong_answers(number, question.expected, catalogue))
        for part, said in question.parts.items():
            if said.expected is not None:
                yield PartCounted(number, part, said.expected, _wrong_count(part, said.expected, catalogue))


def _rule(number: str, catalogue: Catalogue) -> QuestionRule:
    said = catalogue.questions[number]
    name = sentence(catalogue.question(number))
    return QuestionRule(
        question=number,
        count=said.count,
        wrong_count=_wrong_answers(number, said.count, catalogue),
        numbered=said.numbered,
        not_numbered=Problem(number, f"{name} ska ha exakt ett instansnummer i varje svar"),
        parts=tuple(
            PartCount(part, rule.count.least, rule.count.most, _wrong_count(part, rule.count, catalogue))
            for part, rule in said.parts.items()
        ),
        known_parts=frozenset(said.parts) if said.unknown_parts == "refused" else None,
        unknown_part=f"{name} har ingen sådan delfråga",
    )


def _wrong_answers(number: str, count: Count, catalogue: Catalogue) -> Problem:
    return Problem(number, sentence(f"{catalogue.question(number)} {count.demand('besvaras')}"))


def _wrong_count(part: str, count: Count, catalogue: Catalogue) -> Problem:
    return Problem(part, sentence(f"{catalogue.part(part)} {count.demand('anges')} i svaret"))
