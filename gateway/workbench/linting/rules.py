"""Rules that can never do anything, whatever a certificate says that its form lets pass.

What several mappings share may name more than one form has: it is told where no form has it that uses the rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.forms.language import CodePart
from gateway.mapping.sources import BELOW
from gateway.rules import SCHEMAS
from gateway.workbench.linting.contract import nodes_beside
from gateway.workbench.linting.finding import Finding
from gateway.workbench.sheet import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from gateway.forms import Form
    from gateway.mapping.places import Spot
    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets
    from gateway.workbench.sheet import Sheet

_EACH = re.compile(r"([0-9]+)(?:-([0-9]+))?")
_TRUTHS = frozenset({"true", "false", "1", "0"})
"""How a certificate can write a boolean."""


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Yield what rules name that no form has, and the conditions that nothing can meet."""
    beside = frozenset(nodes_beside(SCHEMAS / "riv"))
    known: dict[tuple[Spot, str], bool] = {}
    for kind, sheet in sheets.items():
        form = desk.rules.forms[kind]
        nodes, questions, conditions = _nodes(sheet, form, beside), _questions(sheet, form), _conditions(sheet, form)
        for spot, what, is_known in (*nodes, *questions, *conditions):
            known[spot, what] = known.get((spot, what), False) or is_known
    for (spot, what), is_known in known.items():
        if not is_known:
            yield Finding(desk.shown(spot), what)


def _nodes(sheet: Sheet, form: Form, beside: AbstractSet[str]) -> Iterator[tuple[Spot, str, bool]]:
    """Yield each source node that a rule takes or asks about, and whether a certificate can have it."""
    named = [(sheet.places.of(one.rule, one.path), node) for one in sheet.takings for node in one.nodes]
    named += [
        (sheet.places.of(name), node) for name, rule in sheet.rules.items() for node in (*rule.when, *rule.unless)
    ]
    for spot, node in named:
        if _in_answer(node):
            yield spot, f"names {part_of(node)}, which no form has that uses the rule", _is_known(part_of(node), form)
        elif not node.startswith(BELOW):
            yield spot, f"names {node}, which no certificate has", node in beside


def _is_known(part: str, form: Form) -> bool:
    question = form.said.questions.get(part.partition(".")[0])
    return question is not None and (part in question.parts or not question.parts)


def _questions(sheet: Sheet, form: Form) -> Iterator[tuple[Spot, str, bool]]:
    """Yield the questions that a rule makes a resource each of, and whether the form has one of them."""
    more = form.said.additional_questions
    own = [(number, number) for number in form.said.questions]
    added = [more.questions.partition("-")[::2]] if more else []
    spans = [(int(first), int(last)) for first, last in (*own, *added)]
    for name, rule in sheet.rules.items():
        each = _EACH.match(rule.each or "")
        if each:
            first, last = int(each[1]), int(each[2] or each[1])
            is_known = any(first <= its_last and its_first <= last for its_first, its_last in spans)
            yield sheet.places.of(name), f"each names {rule.each}, which no form has that uses the rule", is_known


def _conditions(sheet: Sheet, form: Form) -> Iterator[tuple[Spot, str, bool]]:
    """Yield what a rule waits for, and whether an answer that the form lets pass can be that."""
    for name, rule in sheet.rules.items():
        for node, values in rule.when.items():
            possible = _possible(node, form)
            if possible is not None and values != "any":
                told = f"waits for {node} to be {' or '.join(values)}, which no form lets pass that uses the rule"
                yield sheet.places.of(name), told, not possible.isdisjoint(values)


def _possible(node: str, form: Form) -> frozenset[str] | None:
    """Return what a source node can say where the form lets it pass; nothing where that can be anything."""
    part = part_of(node)
    question = form.said.questions.get(part.partition(".")[0]) if _in_answer(node) else None
    said = question.parts.get(part) if question else None
    if said is None or not said.judged:
        return None
    if said.type == "boolean":
        return _TRUTHS
    return frozenset(said.codes) if isinstance(said, CodePart) and said.codes and node.endswith(".code") else None


def _in_answer(node: str) -> bool:
    """Return whether a source node is in an answer whose number it says."""
    return node[0].isdecimal()
