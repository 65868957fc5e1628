"""The conditions of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError, Problem
from gateway.forms import conditions, language
from gateway.forms.compiling.catalogue import sentence
from gateway.forms.compiling.circumstances import circumstance, clause, part_stands, words_of
from gateway.forms.compiling.parts import valued_rule
from gateway.forms.counts import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.conditions import Condition

_NEVER = Count(0, 0)


def conditions_of(form: language.FormText, catalogue: Catalogue) -> Iterator[Condition]:
    """Yield each condition that the form states, and one for each part whose codes are chosen once.

    Raises:
        ConfigurationError: A condition names something that the form does not know; its number is named.
    """
    yield from _once(catalogue)
    for number, said in enumerate(form.conditions, start=1):
        try:
            yield from _conditions(said, catalogue)
        except ConfigurationError as error:
            raise ConfigurationError(f"conditions, number {number}: {error}") from None


def _once(catalogue: Catalogue) -> Iterator[Condition]:
    for part, question in catalogue.question_of.items():
        rule = catalogue.rule(part)
        if isinstance(rule, language.CodePart) and rule.once:
            reason = f"Varje kod i {catalogue.part(part)} får väljas i högst ett svar"
            yield conditions.Once(question, part, valued_rule(part, catalogue), Problem(part, reason))


def _conditions(said: language.Condition, catalogue: Catalogue) -> Iterator[Condition]:
    match said:
        case language.Required():
            yield from _presence(said.required, said.count, said, catalogue)
        case language.Forbidden():
            yield from _presence(said.forbidden, _NEVER, said, catalogue)
        case language.RequiredPart():
            yield _part_presence(said.required_part, said.when, catalogue, required=True)
        case language.ForbiddenPart():
            yield _part_presence(said.forbidden_part, said.when, catalogue, required=False)
        case language.BothOrNeither():
            yield _both_or_neither(said.both_or_neither, catalogue)
        case language.SameCodeSystem():
            yield _same_code_system(said.same_code_system, catalogue)
        case language.Alone():
            yield _alone(said.alone, catalogue)
        case _:
            yield _not_overlapping(said.not_overlapping, catalogue)


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


def _part_presence(part: str, when: language.PartIs, catalogue: Catalogue, *, required: bool) -> Condition:
    stands = part_stands(when, catalogue)
    demand = "ska anges" if required else "får inte anges"
    reason = sentence(f"{catalogue.part(part)} {demand} när {words_of(when, catalogue)}")
    return conditions.PartPresence(part, required, stands, Problem(part, reason))


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


def _not_overlapping(part: str, catalogue: Catalogue) -> Condition:
    catalogue.rule_of_type(part, "period")
    reason = f"Perioderna i {catalogue.part(part)} får inte överlappa varandra"
    return conditions.NotOverlapping(catalogue.question_of[part], part, Problem(part, reason))


def _all_of(parts: tuple[str, ...], catalogue: Catalogue) -> str:
    return " och ".join(catalogue.part(part) for part in parts)
