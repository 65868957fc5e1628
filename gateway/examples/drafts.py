"""A form while it is filled in: answers that may still change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.documents import Answer

if TYPE_CHECKING:
    from gateway.documents import Part
    from gateway.forms.language import FormText


@dataclass(slots=True, eq=False)
class Draft:
    """One answer: its question, and its parts in no particular order."""

    question: str
    parts: list[Part] = field(default_factory=list)

    def replace(self, old: Part, new: Part) -> None:
        """Put one part where another stands."""
        self.parts[self.parts.index(old)] = new


class Order:
    """The order of questions and parts in a form, in which answers are written."""

    def __init__(self, form: FormText) -> None:
        questions = form.questions.items()
        self._numbered = {number for number, question in questions if question.numbered}
        self._questions = {number: place for place, number in enumerate(form.questions)}
        self._parts = {part: place for _, question in questions for place, part in enumerate(question.parts)}

    def answers(self, drafts: list[Draft]) -> list[Answer]:
        """Put answers in order, those to questions that the form does not list last.

        Returns:
            Them as a certificate has them, numbered where the form says so.
        """
        last = len(self._questions)
        drafts.sort(key=lambda draft: self._questions.get(draft.question, last))
        answers: list[Answer] = []
        times: dict[str, int] = {}
        for draft in drafts:
            time = times[draft.question] = times.get(draft.question, 0) + 1
            number = (str(time),) if draft.question in self._numbered else ()
            parts = sorted(draft.parts, key=lambda part: self._parts.get(part.id, 0))
            answers.append(Answer(draft.question, number, tuple(parts), 0))
        return answers
