"""Rules gathered to be judged together: those for parts by part, so that each part is looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.forms.conditions import EachPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gateway.errors import Problem
    from gateway.forms.conditions import Condition
    from gateway.forms.parts import PartRule
    from gateway.forms.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules for parts wherever they stand, and conditions."""

    parts: Mapping[str, Sequence[PartRule]]
    conditions: Sequence[Condition]

    def problems(self, sheet: Sheet) -> list[Problem]:
        """Return what is wrong with the answers."""
        problems: list[Problem] = []
        for name, found in sheet.parts.items():
            for rule in self.parts.get(name, ()):
                for _, part in found:
                    problems += rule.problems(part)
        for condition in self.conditions:
            problems += condition.problems(sheet)
        return problems


def gathered(conditions: Iterable[Condition]) -> RuleSet:
    """Return the conditions as a set of rules."""
    parts: dict[str, list[PartRule]] = {}
    others = []
    for condition in conditions:
        if isinstance(condition, EachPart) and condition.question is None:
            parts.setdefault(condition.part, []).append(condition.rule)
        else:
            others.append(condition)
    return RuleSet(parts, others)
