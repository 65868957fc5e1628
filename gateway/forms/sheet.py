"""The answers of one certificate, laid out so that each is found by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.documents import Answer, Part
    from gateway.forms.parts import ValuedRule

Found = tuple[int, "Part"]
"""A part, and the place in `Sheet.answers` of the answer that it stands in."""

FoundValue = tuple[int, str | None]
"""The value of a part, likewise."""


class Sheet:
    """Answers in their order, and where questions and parts stand among them."""

    __slots__ = ("_values", "answers", "midnight", "parts", "questions", "signed")

    def __init__(self, answers: Sequence[Answer], midnight: datetime, signed: str) -> None:
        self.answers = answers
        self.midnight = midnight
        """When today began."""
        self.signed = signed
        """The day of signing, YYYY-MM-DD; empty where nobody knows."""
        self.questions: dict[str, list[int]] = {}
        """Question → the places of its answers."""
        self.parts: dict[str, list[Found]] = {}
        """Part → each time it stands somewhere, be it in an answer to its own question or to another."""
        self._values: dict[str, list[FoundValue]] = {}
        for place, answer in enumerate(answers):
            self.questions.setdefault(answer.question, []).append(place)
            for part in answer.parts:
                self.parts.setdefault(part.id, []).append((place, part))

    def found(self, part: str, question: str) -> Sequence[Found]:
        """Return each time the part stands in an answer to the question."""
        answers = self.answers
        return [found for found in self.parts.get(part, ()) if answers[found[0]].question == question]

    def values(self, part: str, rule: ValuedRule) -> Sequence[FoundValue]:
        """Return the value of the part for each time it stands somewhere; they are read once."""
        values = self._values.get(part)
        if values is None:
            values = [(place, rule.value(found)) for place, found in self.parts.get(part, ())]
            self._values[part] = values
        return values
