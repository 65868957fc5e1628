"""What is changed in a draft so that a condition of the form holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from gateway.examples import values
from gateway.examples.filling import codes_of
from gateway.forms import conditions, days
from gateway.forms.counts import Count
from gateway.forms.parts import only_child

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gateway.documents import Part
    from gateway.examples.drafts import Draft
    from gateway.examples.filling import Filling
    from gateway.forms.conditions import Condition
    from gateway.forms.sheet import Sheet

_EVEN = 0.5
_GAPS = (1, 1, 1, 3)
"""Days from the last day of a period to the first of the next."""


class Mending:
    """Mends one draft, by chance where there is more than one way."""

    def __init__(self, drafts: list[Draft], filling: Filling) -> None:
        self._drafts = drafts
        self._filling = filling
        self._chance = filling.chance

    def mend(self, condition: Condition, sheet: Sheet) -> None:
        """Change the draft so that a condition holds which did not; others may be broken by that.

        A condition that is not known here is left to chance: another draft may fulfil it.

        Args:
            condition: What does not hold.
            sheet: The answers of the draft, in its order.
        """
        match condition:
            case conditions.Presence():
                self._answer(condition.question, condition.count)
            case conditions.QuestionsInTotal():
                self._answer(self._chance.choice(condition.questions), condition.count)
            case conditions.PartPresence():
                self._have(condition.part, condition.count, [self._drafts[n] for n in condition.when.places(sheet)])
            case conditions.PartCounted():
                self._have(condition.part, condition.count, self._answers_to(condition.question))
            case conditions.BothOrNeither():
                self._complete_or_drop(condition)
            case conditions.SameCodeSystem():
                self._take_system_of_first(condition)
            case conditions.Alone():
                self._leave_alone(condition)
            case _:
                self._mend_values(condition)

    def _mend_values(self, condition: Condition) -> None:
        match condition:
            case days.NotOverlapping() | days.NoSharedDay():
                self._lay_out(condition.question, condition.part)
            case days.NotAfterPart():
                self._put_before(condition)
            case conditions.EachPart() | days.LastsAtMost() | days.BegunAtMost():
                self._draw_again(condition.part)
            case _:
                pass

    def _answers_to(self, question: str) -> list[Draft]:
        return [draft for draft in self._drafts if draft.question == question]

    def _with(self, part: str) -> Iterator[tuple[Draft, Part]]:
        for draft in self._drafts:
            for one in draft.parts:
                if one.id == part:
                    yield draft, one

    def _answer(self, question: str, wanted: Count) -> None:
        """Add answers to the question, or take some away, until there are as many as there should be."""
        answers = self._answers_to(question)
        said = self._filling.form.questions[question]
        usual = said.expected or said.count
        least = max(wanted.least, usual.least)
        times = self._filling.often(Count(least, max(least, min(wanted.most, usual.most))))
        for draft in answers[times:]:
            self._drafts.remove(draft)
        for _ in range(times - len(answers)):
            self._drafts.append(self._filling.answer(question, self._drafts))

    def _have(self, part: str, count: Count, drafts: Iterable[Draft]) -> None:
        """Add the part to answers, or take it away, until it stands in each as often as it should."""
        for draft in drafts:
            standing = [one for one in draft.parts if one.id == part]
            if count.allows(len(standing)):
                continue
            for one in standing[count.most :]:
                draft.parts.remove(one)
            for _ in range(count.least - len(standing)):
                self._add(draft, part)

    def _complete_or_drop(self, condition: conditions.BothOrNeither) -> None:
        """Add the parts that an answer lacks, or take away those that it has."""
        for draft in self._answers_to(condition.question):
            having = {one.id for one in draft.parts}.intersection(condition.parts)
            lacking = set(condition.parts) - having
            if not having or not lacking:
                continue
            if self._chance.random() < _EVEN:
                draft.parts = [one for one in draft.parts if one.id not in having]
            else:
                for part in sorted(lacking):
                    self._add(draft, part)

    def _take_system_of_first(self, condition: conditions.SameCodeSystem) -> None:
        """Give the codes of each answer the code system of the first."""
        for draft in self._answers_to(condition.question):
            systems = [_cv(one)["codeSystem"] for one in draft.parts if one.id == condition.first]
            for one in [one for one in draft.parts if one.id in condition.others]:
                draft.replace(one, values.code(one.id, {**_cv(one), "codeSystem": systems[0]}))

    def _leave_alone(self, condition: conditions.Alone) -> None:
        """Take away the other answers, or those with the code that excludes them."""
        answers = self._answers_to(condition.question)
        excluding = [draft for draft in answers if condition.code in codes_of(condition.part, [draft])]
        others = [draft for draft in answers if draft not in excluding]
        for draft in self._chance.choice((excluding, others)):
            self._drafts.remove(draft)

    def _lay_out(self, question: str, part: str) -> None:
        """Let each period begin after the one before it, as long as it was."""
        begins: date | None = None
        for draft, one in [found for found in self._with(part) if found[0].question == question]:
            start, end = _days(one)
            begins = begins or start
            ends = begins + (end - start)
            draft.replace(one, values.period(part, begins, ends))
            begins = ends + timedelta(days=self._chance.choice(_GAPS))

    def _put_before(self, condition: days.NotAfterPart) -> None:
        """Let a day be earlier than all those that it should not be later than."""
        latest = min(date.fromisoformat(one.text) for _, one in self._with(condition.other))
        for draft, one in list(self._with(condition.part)):
            draft.replace(one, self._filling.values.earlier(condition.part, latest))

    def _draw_again(self, part: str) -> None:
        """Fill in a part anew, wherever it stands."""
        for draft, one in list(self._with(part)):
            draft.replace(one, self._filling.part(draft.question, part, self._answers_to(draft.question)))

    def _add(self, draft: Draft, part: str) -> None:
        draft.parts.append(self._filling.part(draft.question, part, self._answers_to(draft.question)))


def _cv(part: Part) -> Mapping[str, str]:
    cv = only_child(part, "cv")
    return {} if cv is None else cv.values


def _days(part: Part) -> tuple[date, date]:
    [period] = part.children
    return date.fromisoformat(period.values["start"]), date.fromisoformat(period.values["end"])
