"""Why a value did not come out: no rule made it of this certificate, or a set has left it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from gateway.mapping.paths import element_of
from gateway.mapping.trace import leaves
from gateway.workbench.nodes import texts_of
from gateway.workbench.sheet import without_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gateway.documents import Document, InformationSet, Mapped
    from gateway.information_sets import SetDefinition
    from gateway.mapping.language import ResourceRule
    from gateway.mapping.places import Spot
    from gateway.workbench.sheet import Sheet, Taking
    from gateway.workbench.trial import Trial


class Absence(NamedTuple):
    """A rule, or an element of one, that made nothing of this certificate."""

    rule: str
    """The rule (`prognos`), or rule and element (`prognos.note.text`)."""
    why: str
    spot: Spot
    """Where it is written."""


class LeftOut(NamedTuple):
    """What one variant of a set leaves out of a resource of the document."""

    set: str
    withheld: tuple[str, ...]
    rule: str
    elements: tuple[str, ...]
    """The elements that are left out; none where the whole resource is."""
    why: str


def absences_of(trial: Trial, sheet: Sheet) -> Iterator[Absence]:
    """Yield every rule that made nothing, and every element that is in none of the resources its rule made."""
    why = _Why(trial)
    made: dict[str, set[str]] = {}
    for mapped in (trial.document.composition, *trial.document.resources):
        made.setdefault(mapped.rule, set()).add(mapped.resource["id"])
    came = {(origin.resource, origin.rule) for origin in trial.document.origins}
    for name, rule in sheet.rules.items():
        if name not in made:
            yield Absence(name, why.no_resource(rule, sheet.of_rule(name)), sheet.places.of(name))
    for taking in sheet.takings:
        ids = made.get(taking.rule, set())
        if ids and not any((id_, f"{sheet.name}: {taking.name}") in came for id_ in ids):
            yield Absence(taking.name, why.no_value(taking), sheet.places.of(taking.rule, taking.path))


class _Why:
    def __init__(self, trial: Trial) -> None:
        self._texts: dict[str, list[str]] = {}
        for node, text in texts_of(trial.source.root):
            self._texts.setdefault(without_place(node), []).append(text)
        self._questions = trial.source.root.places
        self._problems = {without_place(problem.place): problem.reason for problem in trial.document.problems}

    def no_resource(self, rule: ResourceRule, takings: Sequence[Taking]) -> str:
        if rule.each and rule.each.isdecimal() and rule.each not in self._questions:
            return f"question {rule.each} is not answered"
        for node, values in rule.when.items():
            if not self._says(node, values):
                return f"when: {node} {self._found(node)}, and has to be {_wanted(values)}"
        for node, values in rule.unless.items():
            if self._says(node, values):
                return f"unless: {node} {self._found(node)}, and must not be {_wanted(values)}"
        reasons = dict.fromkeys(self.no_value(one) for one in takings)
        return "; ".join(reasons)

    def _says(self, node: str, values: Sequence[str]) -> bool:
        texts = {text.strip() for text in self._texts.get(node, [])}
        return bool(texts) if values == "any" else not texts.isdisjoint(values)

    def _found(self, node: str) -> str:
        texts = self._texts.get(node)
        return f"is {', '.join(map(repr, texts))}" if texts else "is not in the certificate"

    def no_value(self, taking: Taking) -> str:
        for node in taking.nodes:
            if node in self._problems:
                return f"{node}: {self._problems[node]}"
            if node not in self._texts:
                return f"{node} is not in the certificate"
        return f"{taking.nodes[0]} is there, but not in the answer that the rule takes"


def _wanted(values: Sequence[str]) -> str:
    return "there" if values == "any" else " or ".join(values)


def left_out_of(
    document: Document, sets: Sequence[InformationSet], definitions: Sequence[SetDefinition]
) -> list[LeftOut]:
    """Return what each set that was made leaves out of the document, and the reason that set.yaml gives for it."""
    by_name = {definition.name: definition for definition in definitions}
    return [left for one in sets if one.body for left in _left_out(document, one, by_name[one.name])]


def _left_out(document: Document, one: InformationSet, definition: SetDefinition) -> Iterator[LeftOut]:
    entries = orjson.loads(one.body)["entry"]
    present = {entry["resource"]["id"]: _elements(entry["resource"]) for entry in entries}
    withheld = tuple(sorted(one.withheld))
    for mapped in document.resources:
        kept = present.get(mapped.resource["id"])
        if kept is None:
            why = _why_not(mapped, one, definition, document.withheld)
            yield LeftOut(one.name, withheld, mapped.rule, (), why)
        elif gone := tuple(element for element in _elements(mapped.resource) if element not in kept):
            yield LeftOut(
                one.name, withheld, mapped.rule, gone, "set.yaml does not list it, or nothing is left to refer to"
            )


def _why_not(mapped: Mapped, one: InformationSet, definition: SetDefinition, by_certificate: Mapping[str, str]) -> str:
    if mapped.section in one.withheld:
        return f"the section {mapped.section} is withheld in this variant"
    if mapped.section in by_certificate:
        return f"the certificate itself withholds the section {mapped.section}"
    choice = definition.choices.get((mapped.section, mapped.rule))
    if choice is None:
        return f"set.yaml takes nothing of {mapped.rule}"
    only = "; ".join(f"{'.'.join(path)} is {' or '.join(sorted(values))}" for path, values in choice.only)
    return f"set.yaml takes it only where {only}"


def _elements(resource: dict[str, object]) -> dict[str, None]:
    return dict.fromkeys(element_of(path) for path, _ in leaves(resource))
