"""A form as a person would read it, in Swedish."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.forms.counts import MANY
from gateway.forms.language import CodePart, IntegerPart, Longest, QuantityPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gateway.errors import Problem
    from gateway.forms.counts import Count
    from gateway.forms.language import Part, Question
    from gateway.forms.rule_set import RuleSet
    from gateway.forms.verdict import Form

    Meaning = Callable[[str, str], str | None]

_TYPES = {
    "text": "fri text",
    "boolean": "ja eller nej",
    "date": "datum",
    "period": "period med första och sista dag",
}


class ToldPart(NamedTuple):
    """A part: how often it stands in an answer, what it holds, and the codes to choose among with what they mean."""

    number: str
    title: str
    often: str
    holds: str
    codes: Mapping[str, str | None]


class ToldQuestion(NamedTuple):
    """A question: how often it is answered, its parts, and what is refused or noted beside that."""

    number: str
    title: str
    often: str
    parts: tuple[ToldPart, ...]
    refused_unless: tuple[str, ...]
    noted_unless: tuple[str, ...]


class ToldForm(NamedTuple):
    """A form, question by question in its order."""

    type: str
    major: int
    title: str
    questions: tuple[ToldQuestion, ...]
    additional_questions: str | None


def describe(form: Form, meaning: Meaning) -> ToldForm:
    """Return a form in words.

    Args:
        form: The form.
        meaning: Gives what a code means, by code system and code, where that is known.
    """
    longest = {
        part: most for said in form.said.warnings if isinstance(said, Longest) for part, most in said.longest.items()
    }
    refused, noted = _reasons(form.rules), _reasons(form.warnings)
    questions = (
        ToldQuestion(
            number,
            question.title,
            _often(question.count) + (", numrerade svar" if question.numbered else ""),
            tuple(_parts(question, longest, meaning)),
            tuple(refused.get(number, ())),
            tuple(noted.get(number, ())),
        )
        for number, question in form.said.questions.items()
    )
    added = form.said.additional_questions
    told = f"{added.title}: fråga {added.questions}, fri text" if added else None
    return ToldForm(form.kind.type, form.kind.major, form.title, tuple(questions), told)


def _reasons(rules: RuleSet) -> dict[str, list[str]]:
    """Return question → what is said of it and of its parts; a rule for what one part holds is told by its type."""
    reasons: dict[str, list[str]] = {}
    for condition in rules.conditions:
        broken: Problem | None = getattr(condition, "broken", None)
        if broken is not None:
            reasons.setdefault(broken.place.partition(".")[0], []).append(broken.reason)
    return reasons


def _parts(question: Question, longest: Mapping[str, int], meaning: Meaning) -> Iterator[ToldPart]:
    for number, part in question.parts.items():
        holds = _holds(part)
        if number in longest:
            holds += f" (högst {longest[number]} tecken, annat anmärks)"
        if not part.judged:
            holds += " (annat anmärks)"
        yield ToldPart(number, part.title, _often(part.count), holds, dict(_codes(part, meaning)))


def _often(count: Count) -> str:
    return "valfritt antal gånger" if count.least == 0 and count.most == MANY else count.words


def _holds(part: Part) -> str:
    match part:
        case CodePart():
            system = part.system or " eller ".join(one.pattern for one in part.systems_containing)
            return f"kod ur {system}" + ("" if part.pattern is None else ", till exempel")
        case QuantityPart():
            return f"{part.least:g}–{part.most:g} {part.unit}"
        case IntegerPart():
            return f"heltal {part.least}–{part.most}"
        case _:
            return _TYPES[part.type]


def _codes(part: Part, meaning: Meaning) -> Iterator[tuple[str, str | None]]:
    if isinstance(part, CodePart):
        yield from part.examples.items()
        for code in part.codes:
            yield code, meaning(part.system or "", code)
