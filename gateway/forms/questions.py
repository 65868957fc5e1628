"""The rules for one question: how often it is answered, how answers are numbered, which parts they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gateway.errors import Problem
from gateway.forms.xpath import is_at_least_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.documents import Answer
    from gateway.forms.counts import Count
    from gateway.forms.parts import PartRule
    from gateway.forms.sheet import Sheet

_SHOWN = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
"""A number short enough to be a question's; a longer one might be somebody's."""

_WRONG_NUMBER = "Instansnumret ska vara ett tal som är minst 1"

_FOREIGN = "{"
"""Begins the name of an element that another domain has put among the parts: no form has rules for it."""


class PartCount(NamedTuple):
    """How often a part stands in an answer: from `least` to `most` times, both included."""

    part: str
    least: int
    most: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """Judges all answers to one question."""

    question: str
    count: Count
    wrong_count: Problem
    numbered: bool
    not_numbered: Problem
    parts: tuple[PartCount, ...]
    known_parts: frozenset[str] | None
    """The parts that an answer may have; none where it may have any."""
    unknown_part: str

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return what is wrong with the answers, apart from what stands in their parts."""
        places = sheet.questions.get(self.question, ())
        problems = [] if self.count.allows(len(places)) else [self.wrong_count]
        for place in places:
            answer = sheet.answers[place]
            if self.numbered and len(answer.number) != 1:
                problems.append(self.not_numbered)
            names = [part.id for part in answer.parts]
            for part, least, most, problem in self.parts:
                if not least <= names.count(part) <= most:
                    problems.append(problem)
            if self.known_parts is not None and not self.known_parts.issuperset(names):
                problems += self._unknown_parts(answer, self.known_parts)
        return problems

    def _unknown_parts(self, answer: Answer, known: frozenset[str]) -> Iterator[Problem]:
        for part in answer.parts:
            if part.id not in known and not part.id.startswith(_FOREIGN):
                yield Problem(_shown(part.id, part.line), self.unknown_part)


@dataclass(frozen=True, slots=True)
class OtherQuestions:
    """Judges answers to questions that the form does not list."""

    additional: frozenset[str]
    """Questions that the recipient may have added."""
    wrong_count: str
    wrong_parts: str
    text: PartRule
    refused: bool
    unknown_question: str

    def problems(self, question: str, sheet: Sheet) -> Iterator[Problem]:
        """Yield what is wrong with the answers to one such question."""
        places = sheet.questions[question]
        if question in self.additional:
            if len(places) > 1:
                yield Problem(question, self.wrong_count)
            for place in places:
                yield from self._problems_of_addition(sheet.answers[place])
        elif self.refused:
            for place in places:
                yield Problem(_shown(question, sheet.answers[place].line), self.unknown_question)

    def _problems_of_addition(self, answer: Answer) -> Iterator[Problem]:
        parts = [part for part in answer.parts if not part.id.startswith(_FOREIGN)]
        if sum(1 for part in parts if part.id) != 1:
            yield Problem(answer.question, self.wrong_parts)
        for part in parts:
            for problem in self.text.problems(part):
                yield problem._replace(place=answer.question)


@dataclass(frozen=True, slots=True)
class PartsNumbered:
    """The part of each added question is numbered after it: 9001.1."""

    additional: frozenset[str]
    reason: str

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each answer whose part has another number."""
        for question in self.additional.intersection(sheet.questions):
            for place in sheet.questions[question]:
                if any(part.id != f"{question}.1" for part in sheet.answers[place].parts):
                    yield Problem(question, self.reason)


def wrong_numbers(answers: Sequence[Answer]) -> list[Problem]:
    """Return a problem for each instance number that is no number from 1 up, whatever the question."""
    return [
        Problem(_shown(answer.question, answer.line), _WRONG_NUMBER)
        for answer in answers
        for number in answer.number
        if not is_at_least_one(number)
    ]


def _shown(number: str, line: int) -> str:
    return number if _SHOWN.fullmatch(number) else f"rad {line}"
