"""The rule for each part of a form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError, Problem
from gateway.forms import parts
from gateway.forms.compiling.catalogue import alternatives, sentence
from gateway.forms.counts import MANY
from gateway.forms.language import CodePart, IntegerPart, PeriodPart, QuantityPart
from gateway.forms.xpath import normalized

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.forms.compiling.catalogue import Catalogue
    from gateway.forms.language import PlainPart
    from gateway.forms.parts import PartRule, ValuedRule

NOT_TEXT = "ska vara text utan inbäddade element och får inte vara tom"


def valued_rule(part: str, catalogue: Catalogue) -> ValuedRule:
    """Return the rule of a part that has a value to choose among.

    Raises:
        ConfigurationError: The part has no such value.
    """
    rule = part_rule(part, catalogue)
    if not isinstance(rule, parts.Boolean | parts.Code):
        raise ConfigurationError(f"part {part} has no value to choose among")
    return rule


def part_rule(part: str, catalogue: Catalogue) -> PartRule:
    """Return the rule of a part."""
    said = catalogue.rule(part)

    problem = _wording(part, catalogue)
    match said:
        case CodePart():
            return _code(said, problem)
        case QuantityPart():
            return _quantity(said, problem)
        case IntegerPart():
            return parts.Integer(
                said.least, said.most, problem(f"ska vara ett heltal mellan {said.least} och {said.most}")
            )
        case PeriodPart():
            return _period(problem, lenient=said.lenient)
        case _:
            return _plain(said, problem)


def _wording(part: str, catalogue: Catalogue) -> Callable[[str], Problem]:
    return lambda demand: Problem(part, sentence(f"{catalogue.part(part)} {demand}"))


def _plain(said: PlainPart, problem: Callable[[str], Problem]) -> PartRule:
    match said.type:
        case "text":
            return parts.Text(problem(NOT_TEXT))
        case "boolean":
            return parts.Boolean(problem("ska vara true, false, 1 eller 0"))
        case _:
            return parts.Date(problem("ska vara ett giltigt datum skrivet ÅÅÅÅ-MM-DD"))


def strict_period(part: str, catalogue: Catalogue) -> PartRule:
    """Return the rule of a period that is not lenient, whatever the form says."""
    return _period(_wording(part, catalogue), lenient=False)


def _period(problem: Callable[[str], Problem], *, lenient: bool) -> PartRule:
    return parts.Period(
        lenient,
        problem("ska vara en period med giltigt första och sista datum skrivna ÅÅÅÅ-MM-DD"),
        problem("ska ha ett första datum som inte är senare än det sista"),
    )


def _code(said: CodePart, problem: Callable[[str], Problem]) -> PartRule:
    return parts.Code(
        is_system=_system_test(said),
        is_code=frozenset(said.codes).__contains__ if said.pattern is None else said.pattern.fullmatch,
        longest=said.longest or MANY,
        not_code=problem("ska vara ett cv-element med en kod och ett kodverk"),
        wrong_system=problem(f"ska ha kodverket {said.system or alternatives(_patterns(said))}"),
        wrong_code=problem(f"ska vara {alternatives(said.codes)}" if said.codes else "har en kod av fel form"),
        too_long=problem(f"får ha en kod på högst {said.longest} tecken"),
    )


def _quantity(said: QuantityPart, problem: Callable[[str], Problem]) -> PartRule:
    return parts.Quantity(
        least=said.least,
        most=said.most,
        is_written=_anything if said.pattern is None else said.pattern.fullmatch,
        is_unit=_anything if said.units_containing is None else said.units_containing.search,
        not_quantity=problem("ska vara ett pq-element med ett värde och en enhet"),
        wrong_value=problem(f"ska ha ett värde mellan {said.least:g} och {said.most:g}, skrivet som i formuläret"),
        wrong_unit=problem(f"ska ha enheten {said.unit}"),
    )


def _anything(_: str) -> bool:
    return True


def _system_test(said: CodePart) -> Callable[[str], object]:
    if said.system is not None:
        return said.system.__eq__
    pattern = re.compile("|".join(_patterns(said)))
    return lambda system: pattern.search(normalized(system))


def _patterns(said: CodePart) -> list[str]:
    return [system.pattern for system in said.systems_containing]
