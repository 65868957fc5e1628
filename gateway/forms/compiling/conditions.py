"""The conditions of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.forms import conditions, days, language
from gateway.forms.compiling.catalogue import alternatives, sentence
from gateway.forms.compiling.circumstances import circumstance, clause, part_stands, words_of
from gateway.forms.compiling.parts import valued_rule
from gateway.forms.counts import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.conditions import Condition

_NEVER, _AT_LEAST_ONCE = Count(0, 0), Count(1)


def conditions_of(said: language.AnyCondition, catalogue: Catalogue) -> Iterator[Condition]:
    """Yield what a condition states, one rule for each question that it is stated of.

    Raises:
        ConfigurationError: It names something that the form does not know.
    """
    match said:
        case language.Required():
            yield from _presence(said.required, said.count, said, catalogue)
        case language.Forbidden():
            yield from _presence(said.forbidden, _NEVER, said, catalogue)
        case language.RequiredPart():
            yield _part_presence(said.required_part, said.count, said.when, catalogue)
        case language.ForbiddenPart():
            yield _part_presence(said.forbidden_part, _NEVER, said.when, catalogue)
        case language.InTotal():
            yield _in_total(said, catalogue)
        case language.BothOrNeither():
            yield _both_or_neither(said.both_or_neither, catalogue)
        case language.NotLater():
            yield _not_later(said, catalogue)
        case language.NotOverlapping():
            yield _not_overlapping(said.not_overlapping, catalogue)
        case _:
            yield _on_codes(said, catalogue)


def once(part: str, catalogue: Catalogue) -> Condition:
    """Return the condition that a code of this part is chosen once."""
    reason = f"Varje kod i {catalogue.part(part)} får väljas i högst ett svar"
    return conditions.Once(catalogue.question_of[part], part, valued_rule(part, catalogue), Problem(part, reason))


def _on_codes(said: language.SameCodeSystem | language.Alone | language.OnlyCode, catalogue: Catalogue) -> Condition:
    match said:
        case language.SameCodeSystem():
            return _same_code_system(said.same_code_system, catalogue)
        case language.Alone():
            return _alone(said.alone, catalogue)
        case _:
            return _only_code(said.only_code, catalogue)


def _presence(
    questions: tuple[str, ...],
    count: Count,
    said: language.Required | language.Forbidden,
    catalogue: Catalogue,
) -> Iterator[Condition]:
    demand = "får inte besvaras" if count == _NEVER else count.demand("besvaras")
    when = circumstance(said.when, catalogue) if said.when else None
    unless = circumstance(said.unless, catalogue) if said.unless else None
    circumstances = clause("när", said.when, catalogue) + clause("utom när", said.unless, catalogue)
    for question in questions:
        reason = sentence(f"{catalogue.question(question)} {demand}{circumstances}")
        yield conditions.Presence(question, count, when, unless, Problem(question, reason))


def _part_presence(part: str, count: Count, when: language.PartIs, catalogue: Catalogue) -> Condition:
    demand = {_NEVER: "får inte anges", _AT_LEAST_ONCE: "ska anges"}.get(count) or count.demand("anges")
    reason = sentence(f"{catalogue.part(part)} {demand} när {words_of(when, catalogue)}")
    return conditions.PartPresence(part, count, part_stands(when, catalogue), Problem(part, reason))


def _in_total(said: language.InTotal, catalogue: Catalogue) -> Condition:
    first = said.in_total[0]
    if "." in first:
        reason = f"{alternatives(map(catalogue.part, said.in_total))} {said.count.demand('anges')} i intyget"
        question = catalogue.common_question(said.in_total)
        return conditions.PartsInTotal(question, said.in_total, said.count, Problem(first, sentence(reason)))
    reason = f"{alternatives(map(catalogue.question, said.in_total))} {said.count.demand('besvaras')}"
    return conditions.QuestionsInTotal(said.in_total, said.count, Problem(first, sentence(reason)))


def _both_or_neither(parts: tuple[str, ...], catalogue: Catalogue) -> Condition:
    reason = sentence(f"{_all_of(parts, catalogue)} ska anges tillsammans eller inte alls")
    return conditions.BothOrNeither(catalogue.common_question(parts), parts, Problem(parts[0], reason))


def _same_code_system(parts: tuple[str, ...], catalogue: Catalogue) -> Condition:
    for part in parts:
        catalogue.rule_of_type(part, "code")
    reason = sentence(f"{_all_of(parts, catalogue)} ska ha samma kodverk")
    question = catalogue.common_question(parts)
    return conditions.SameCodeSystem(question, parts[0], parts[1:], Problem(parts[0], reason))


def _alone(said: language.Choice, catalogue: Catalogue) -> Condition:
    catalogue.rule_of_type(said.part, "code")
    code = catalogue.values(said.part, [said.code])
    reason = f"Koden {code} i {catalogue.part(said.part)} får inte väljas tillsammans med en annan kod"
    question = catalogue.question_of[said.part]
    return conditions.Alone(question, said.part, said.code, Problem(said.part, reason))


def _only_code(part: str, catalogue: Catalogue) -> Condition:
    catalogue.rule_of_type(part, "code")
    reason = sentence(f"{catalogue.part(part)} ska ha svarets enda kod")
    return conditions.OnlyCode(catalogue.question_of[part], part, Problem(part, reason))


def _not_later(said: language.NotLater, catalogue: Catalogue) -> Condition:
    part = said.not_later
    catalogue.rule_of_type(part, "date")
    if said.when is None:
        reason = sentence(f"{catalogue.part(part)} får inte vara senare än dagens datum")
        return days.NotAfterToday(part, Problem(part, reason))
    catalogue.rule_of_type(said.than, "date")
    told = f"{catalogue.part(part)} får inte vara senare än {catalogue.part(said.than)}"
    broken = Problem(part, sentence(f"{told} när {words_of(said.when, catalogue)}"))
    stands = part_stands(said.when, catalogue)
    return days.NotAfterPart(catalogue.question_of[part], part, said.than, stands, broken)


def _not_overlapping(part: str, catalogue: Catalogue) -> Condition:
    catalogue.rule_of_type(part, "period")
    reason = f"Perioderna i {catalogue.part(part)} får inte överlappa varandra"
    return days.NotOverlapping(catalogue.question_of[part], part, Problem(part, reason))


def _all_of(parts: tuple[str, ...], catalogue: Catalogue) -> str:
    return " och ".join(catalogue.part(part) for part in parts)
