"""Conditions between answers, and between the parts of one answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gateway.forms.parts import only_child
from gateway.forms.xpath import found_in, normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.documents import Part
    from gateway.errors import Problem
    from gateway.forms.circumstances import Circumstance, PartStands
    from gateway.forms.counts import Count
    from gateway.forms.parts import PartRule, ValuedRule
    from gateway.forms.sheet import Sheet


class Condition(Protocol):
    """Judges answers in the light of other answers."""

    def problems(self, sheet: Sheet) -> Iterable[Problem]:
        """Return what is wrong."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A question is answered so many times when something is so, unless something else is."""

    question: str
    count: Count
    when: Circumstance | None
    unless: Circumstance | None
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return the problem where the question is answered more or fewer times."""
        if self.count.allows(len(sheet.questions.get(self.question, ()))):
            return ()
        if self.when is not None and not self.when.holds(sheet):
            return ()
        if self.unless is not None and self.unless.holds(sheet):
            return ()
        return (self.broken,)


@dataclass(frozen=True, slots=True)
class PartPresence:
    """A part stands so many times in each answer in which something is so of another part."""

    part: str
    count: Count
    when: PartStands
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return a problem for each answer in which it stands more or fewer times."""
        concerned = self.when.places(sheet)
        if not concerned:
            return ()
        having = Counter(place for place, _ in sheet.parts.get(self.part, ()))
        return [self.broken for place in concerned if not self.count.allows(having[place])]


@dataclass(frozen=True, slots=True)
class PartCounted:
    """A part stands so many times in each answer to its question."""

    question: str
    part: str
    count: Count
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each answer in which it stands more or fewer times."""
        for place in sheet.questions.get(self.question, ()):
            if not self.count.allows(sum(part.id == self.part for part in sheet.answers[place].parts)):
                yield self.broken


@dataclass(frozen=True, slots=True)
class QuestionsInTotal:
    """Questions are answered so many times all told."""

    questions: tuple[str, ...]
    count: Count
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return the problem where they are answered more or fewer times."""
        answers = sum(len(sheet.questions.get(question, ())) for question in self.questions)
        return () if self.count.allows(answers) else (self.broken,)


@dataclass(frozen=True, slots=True)
class PartsInTotal:
    """Parts stand so many times in all answers to their question."""

    question: str
    parts: tuple[str, ...]
    count: Count
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return the problem where they stand more or fewer times."""
        found = sum(len(sheet.found(part, self.question)) for part in self.parts)
        return () if self.count.allows(found) else (self.broken,)


@dataclass(frozen=True, slots=True)
class EachPart:
    """A rule for a part, in answers to its own question or wherever it stands."""

    part: str
    question: str | None
    """The question in whose answers it is judged; in those to any, where none is named."""
    rule: PartRule

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield what is wrong with the part, each time it stands there."""
        for place, part in sheet.parts.get(self.part, ()):
            if self.question is None or sheet.answers[place].question == self.question:
                yield from self.rule.problems(part)


@dataclass(frozen=True, slots=True)
class BothOrNeither:
    """Parts that stand in an answer together or not at all."""

    question: str
    parts: tuple[str, ...]
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return a problem for each answer that has some of the parts and not all."""
        having = [{place for place, _ in sheet.found(part, self.question)} for part in self.parts]
        some, every = set[int]().union(*having), having[0].intersection(*having)
        return [self.broken] * len(some - every)


@dataclass(frozen=True, slots=True)
class SameCodeSystem:
    """Codes of one answer that come from the code system of the first.

    As the official rule, it takes the other code systems for regular expressions to be found in the first.
    """

    question: str
    first: str
    others: tuple[str, ...]
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return a problem for each code that comes from another system than the first of its answer."""
        first = {place: _system_of(part) for place, part in sheet.found(self.first, self.question)}
        return [
            self.broken
            for other in self.others
            for place, part in sheet.found(other, self.question)
            if not found_in(_system_of(part), first.get(place, ""))
        ]


@dataclass(frozen=True, slots=True)
class Once:
    """A code is chosen in one answer to its question only."""

    question: str
    part: str
    rule: ValuedRule
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return a problem for each time a code is chosen again."""
        found = sheet.values(self.part, self.rule)
        if len(found) < 2:  # noqa: PLR2004 - one code is never chosen again
            return ()
        chosen = [value for place, value in found if sheet.answers[place].question == self.question]
        return [self.broken] * (len(chosen) - len(set(chosen)))


@dataclass(frozen=True, slots=True)
class Alone:
    """A code that is not chosen beside another in the answers to its question.

    As the official rule, it compares the code as it stands, blanks and all.
    """

    question: str
    part: str
    code: str
    broken: Problem

    def problems(self, sheet: Sheet) -> Sequence[Problem]:
        """Return the problem where the code is chosen, and another too."""
        chosen = {_code_of(part) for _, part in sheet.found(self.part, self.question)}
        return (self.broken,) if self.code in chosen and len(chosen) > 1 else ()


@dataclass(frozen=True, slots=True)
class OnlyCode:
    """A part that is the only one of its answer to hold a code."""

    question: str
    part: str
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each other part that holds one too."""
        for place in sheet.questions.get(self.question, ()):
            for part in sheet.answers[place].parts:
                if part.id != self.part and _holds_code(part):
                    yield self.broken


def _holds_code(part: Part) -> bool:
    return any(child.name == "cv" and "code" in child.values for child in part.children)


def _code_of(part: Part) -> str:
    cv = only_child(part, "cv")
    return "" if cv is None else cv.values.get("code", "")


def _system_of(part: Part) -> str:
    cv = only_child(part, "cv")
    return "" if cv is None else normalized(cv.values.get("codeSystem", ""))
