"""The rule for each question of a form, and for those it does not list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.forms.compiling.catalogue import sentence
from gateway.forms.compiling.parts import NOT_TEXT
from gateway.forms.parts import Text
from gateway.forms.questions import OtherQuestions, PartCount, QuestionRule

if TYPE_CHECKING:
    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.language import FormText


def question_rules(catalogue: Catalogue) -> dict[str, QuestionRule]:
    """Return question → its rule."""
    return {number: _rule(number, catalogue) for number in catalogue.questions}


def other_questions(form: FormText) -> OtherQuestions:
    """Return the rule for questions that the form does not list."""
    additions = form.additional_questions
    first, last = additions.questions.split("-") if additions else ("1", "0")
    name = f"Tillagd fråga ”{additions.title}”" if additions else ""
    return OtherQuestions(
        additional=frozenset(map(str, range(int(first), int(last) + 1))),
        wrong_count=f"{name} får besvaras högst en gång",
        wrong_parts=f"{name} ska ha exakt en delfråga",
        text=Text(Problem("", f"{name} {NOT_TEXT}")),
        refused=form.unknown_questions == "refused",
        unknown_question=f"”{form.title}” har ingen sådan fråga",
    )


def _rule(number: str, catalogue: Catalogue) -> QuestionRule:
    said = catalogue.questions[number]
    name = sentence(catalogue.question(number))
    return QuestionRule(
        question=number,
        count=said.count,
        wrong_count=Problem(number, f"{name} {said.count.demand('besvaras')}"),
        numbered=said.numbered,
        not_numbered=Problem(number, f"{name} ska ha exakt ett instansnummer i varje svar"),
        parts=tuple(
            PartCount(part, rule.count.least, rule.count.most, _wrong_count(part, catalogue))
            for part, rule in said.parts.items()
        ),
        known_parts=frozenset(said.parts) if said.unknown_parts == "refused" else None,
        unknown_part=f"{name} har ingen sådan delfråga",
    )


def _wrong_count(part: str, catalogue: Catalogue) -> Problem:
    demand = catalogue.rule(part).count.demand("anges")
    return Problem(part, sentence(f"{catalogue.part(part)} {demand} i svaret"))
