"""A mapping file and the parts it includes → the rules of one certificate, whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gateway.errors import ConfigurationError
from gateway.mapping.language import Include, Part, Repeat, Take

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.mapping.language import CompositionRule, MappingFile, NeverWithheld, ResourceRule, Value, Withheld

Said = TypeVar("Said")
OfSection = TypeVar("OfSection", "Withheld", "NeverWithheld")

_QUESTION = re.compile(r"[0-9]+(?=[.\[]|\Z)")
"""The number of a question, where a path begins with one: `6` of `6.2.code`, of `6[1]`, and of `6`."""


class Whole(NamedTuple):
    """Every rule of a mapping: those of its parts first, in the order they are included, then its own."""

    composition: CompositionRule
    resources: Mapping[str, ResourceRule]
    withheld: Mapping[str, Withheld]
    never_withheld: Mapping[str, NeverWithheld]
    ignore: Mapping[str, str]


def whole(words: MappingFile, parts: Mapping[str, Part], where: str) -> Whole:
    """Return the rules of a mapping with those of its parts.

    Args:
        words: The mapping file.
        parts: The parts there are, by file name.
        where: The mapping's file, for the error.

    Raises:
        ConfigurationError: A part is not there, two say the same rule, or not exactly one makes the Composition.
    """
    included = [_included(one, parts, where) for one in words.include]
    own = Part(
        every=words.every,
        resources=words.resources,
        withheld=words.withheld,
        never_withheld=words.never_withheld,
        ignore=words.ignore,
    )
    compositions = [part.composition for part in included if part.composition]
    if len(compositions) != 1:
        raise ConfigurationError(f"{where} has to include exactly one part with a Composition")
    every: dict[str, dict[str, Value]] = {}
    resources: dict[str, ResourceRule] = {}
    withheld: dict[str, Withheld] = {}
    never_withheld: dict[str, NeverWithheld] = {}
    ignore: dict[str, str] = {}
    for part in (*included, own):
        for kind, elements in part.every.items():
            every[kind] = every.get(kind, {}) | elements
        twice = resources.keys() & part.resources.keys()
        if twice:
            raise ConfigurationError(f"{where}: two parts make {', '.join(sorted(twice))}")
        resources.update(part.resources)
        withheld.update(part.withheld)
        never_withheld.update(part.never_withheld)
        ignore.update(part.ignore)
    filled = {name: _filled(rule, every) for name, rule in resources.items()}
    return Whole(compositions[0], filled, withheld, never_withheld, ignore)


def _filled(rule: ResourceRule, every: Mapping[str, Mapping[str, Value]]) -> ResourceRule:
    """Return a rule with the elements that every resource of its type has, and that it does not make itself."""
    wholes = tuple(f"{path}." for path in rule.elements)
    shared = {path: value for path, value in every.get(rule.resource, {}).items() if not path.startswith(wholes)}
    return rule.model_copy(update={"elements": {**shared, **rule.elements}})


def _included(one: str | Include, parts: Mapping[str, Part], where: str) -> Part:
    include = one if isinstance(one, Include) else Include(part=one, questions={})
    if include.part not in parts:
        raise ConfigurationError(f"{where}: there is no part {include.part}")
    part = parts[include.part]
    return _Renumbering(include.questions).part(part) if include.questions else part


class _Renumbering:
    """Reads the questions of a part under the numbers that another form gives them."""

    def __init__(self, questions: Mapping[str, str]) -> None:
        self._questions = questions

    def part(self, part: Part) -> Part:
        resources = {name: self._rule(rule) for name, rule in part.resources.items()}
        return part.model_copy(
            update={
                "resources": resources,
                "withheld": self._sections(part.withheld),
                "never_withheld": self._sections(part.never_withheld),
                "ignore": self._nodes(part.ignore),
            }
        )

    def _sections(self, sections: Mapping[str, OfSection]) -> dict[str, OfSection]:
        return {section: one.model_copy(update={"when": self._nodes(one.when)}) for section, one in sections.items()}

    def _rule(self, rule: ResourceRule) -> ResourceRule:
        return rule.model_copy(
            update={
                "each": rule.each and self._path(rule.each),
                "when": self._nodes(rule.when),
                "unless": self._nodes(rule.unless),
                "elements": {path: self._value(value) for path, value in rule.elements.items()},
            }
        )

    def _value(self, value: Value) -> Value:
        if isinstance(value, Take):
            other = value.otherwise and self._path(value.otherwise)
            return value.model_copy(update={"source": self._path(value.source), "otherwise": other})
        if isinstance(value, Repeat):
            return value.model_copy(update={"each": self._path(value.each)})
        return value

    def _nodes(self, said: Mapping[str, Said]) -> dict[str, Said]:
        return {self._path(node): what for node, what in said.items()}

    def _path(self, path: str) -> str:
        return _QUESTION.sub(self._number, path, count=1) if _QUESTION.match(path) else path

    def _number(self, question: re.Match[str]) -> str:
        return self._questions.get(question[0], question[0])
