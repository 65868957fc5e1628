"""The first draft of a form: questions answered by chance, with no regard to what they have to do with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.documents import Part
from gateway.examples.drafts import Draft, Order
from gateway.forms.counts import MANY
from gateway.forms.language import CodePart
from gateway.forms.parts import only_child

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.examples.values import Values
    from gateway.forms.counts import Count
    from gateway.forms.language import FormText, PartWords, Question

_THOROUGHNESS = (0.1, 0.5, 0.9, 1.0)
"""How likely it is that what need not be answered is: from those who write little to those who leave nothing out."""
_MOST_ADDITIONS = 2


class Filling:
    """Answers questions and parts of one form, by chance."""

    def __init__(self, form: FormText, values: Values) -> None:
        self.form = form
        self.values = values
        self.order = Order(form)
        self.chance = values.chance
        self._thoroughness = self.chance.choice(_THOROUGHNESS)

    def drafts(self) -> list[Draft]:
        """Return an answer, or several, to each question that must be answered, and to some that need not."""
        drafts: list[Draft] = []
        for number, question in self.form.questions.items():
            for _ in range(min(self._times(question), self._room(number))):
                drafts.append(self.answer(number, drafts))
        return [*drafts, *self._additions()]

    def answer(self, number: str, beside: Iterable[Draft]) -> Draft:
        """Return an answer to a question; what may be chosen once only is not chosen again."""
        taken = [draft for draft in beside if draft.question == number]
        draft = Draft(number)
        parts = self.form.questions[number].parts
        for part, said in parts.items():
            draft.parts += [self.part(number, part, taken) for _ in range(self._times(said))]
        if not parts:  # whatever one likes: as the questions that the recipient adds have it
            draft.parts.append(self._in_words(number))
        elif not draft.parts:  # an answer holds something
            draft.parts.append(self.part(number, self.chance.choice(list(parts)), taken))
        return draft

    def part(self, question: str, number: str, beside: Iterable[Draft]) -> Part:
        """Return a part for an answer to the question that stands beside these."""
        said = self.form.questions[question].parts[number]
        once = isinstance(said, CodePart) and said.once
        return self.values.part(number, said, set(codes_of(number, beside)) if once else ())

    def _times(self, said: Question | PartWords) -> int:
        """Return how often a question or part stands."""
        count = said.expected or said.count
        return self.often(count) if count.least or self._wanted() else 0

    def often(self, count: Count) -> int:
        """Return a number that is allowed, and more than none where that is; one is enough where any would be."""
        least = max(count.least, min(1, count.most))
        return self.chance.randint(least, count.most if count.most < MANY else least)

    def _wanted(self) -> bool:
        return self.chance.random() < self._thoroughness

    def _room(self, number: str) -> int:
        """Return how many answers there are codes for."""
        parts = self.form.questions[number].parts.values()
        return min((len(part.codes) for part in parts if isinstance(part, CodePart) and part.once), default=MANY)

    def _additions(self) -> Iterator[Draft]:
        """Yield answers to the first of the questions that the recipient may have added."""
        added = self.form.additional_questions
        if added is not None and self._wanted():
            first = int(added.questions.partition("-")[0])
            for number in range(first, first + self.chance.randint(1, _MOST_ADDITIONS)):
                yield Draft(str(number), [self._in_words(str(number))])

    def _in_words(self, question: str) -> Part:
        return Part(f"{question}.1", self.values.text(), (), 0)


def codes_of(number: str, drafts: Iterable[Draft]) -> Iterator[str]:
    """Yield the codes that a part has in these answers."""
    for draft in drafts:
        for part in draft.parts:
            cv = only_child(part, "cv") if part.id == number else None
            if cv is not None:
                yield cv.values["code"]
