"""What a form warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.forms import days, language
from gateway.forms.compiling.catalogue import sentence
from gateway.forms.compiling.conditions import conditions_of
from gateway.forms.conditions import EachPart
from gateway.forms.parts import Display, Length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.conditions import Condition


def warnings_of(said: language.AnyWarning, catalogue: Catalogue) -> Iterator[Condition]:
    """Yield what a warning states, one rule for each question or part that it is stated of.

    Raises:
        ConfigurationError: It names something that the form does not know.
    """
    match said:
        case language.Longest():
            for part, characters in said.longest.items():
                catalogue.rule_of_type(part, "text")
                reason = sentence(f"{catalogue.part(part)} är längre än formulärets {characters} tecken")
                yield EachPart(part, None, Length(characters, Problem(part, reason)))
        case language.NoSharedDay():
            yield _no_shared_day(said.no_shared_day, catalogue)
        case language.LastsAtMost():
            span = said.lasts_at_most
            told = _about_period(said.part, f"är längre än {_in_swedish(span)}", catalogue)
            yield days.LastsAtMost(said.part, span.days, span.months, told)
        case language.BegunAtMost():
            span = said.begun_at_most
            told = _about_period(said.part, f"börjar mer än {_in_swedish(span)} före signeringen", catalogue)
            yield days.BegunAtMost(said.part, span.days, span.months, told)
        case _:
            yield from conditions_of(said, catalogue)


def blank_display(part: str, catalogue: Catalogue) -> Condition:
    """Return the warning of a code whose displayName says nothing."""
    reason = sentence(f"{catalogue.part(part)} har ett tomt displayName")
    return EachPart(part, None, Display(Problem(part, reason)))


def _no_shared_day(part: str, catalogue: Catalogue) -> Condition:
    catalogue.rule_of_type(part, "period")
    reason = f"En period i {catalogue.part(part)} börjar samma dag som en annan slutar"
    return days.NoSharedDay(catalogue.question_of[part], part, Problem(part, reason))


def _about_period(part: str, told: str, catalogue: Catalogue) -> Problem:
    catalogue.rule_of_type(part, "period")
    return Problem(part, sentence(f"{catalogue.part(part)} {told}"))


def _in_swedish(span: language.Span) -> str:
    return f"{span.days} dagar" if span.days else f"{span.months} månader"
