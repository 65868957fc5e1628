"""Code tables, and rows of them, that no rule can come to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.forms.language import CodePart
from gateway.mapping import load_tables
from gateway.workbench.linting.finding import Finding
from gateway.workbench.sheet import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.forms import Form
    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Hint at the tables that no rule looks into, and at the rows for codes that no form lists.

    Where a code stands that no form lists the codes of, every row is used.
    """
    asked: dict[str, list[CodePart | None]] = {}
    for kind, sheet in sheets.items():
        for taking in sheet.takings:
            if taking.take.table:
                part = _part(taking.nodes[0], desk.rules.forms[kind])
                asked.setdefault(taking.take.table, []).append(part)
    for name, rows in load_tables(desk.mappings / "code_tables").concepts.items():
        file = f"code_tables/ConceptMap-{name}.json"
        if name not in asked:
            yield Finding(file, f"no rule looks into {name}", is_hint=True)
            continue
        for system, code in rows:
            if not any(_lists(part, system, code) for part in asked[name]):
                yield Finding(file, f"no form lists {system}|{code}", is_hint=True)


def _part(node: str, form: Form) -> CodePart | None:
    """Return the part that a code stands in, where the form lists its codes."""
    part = part_of(node)
    question = form.said.questions.get(part.partition(".")[0])
    said = question.parts.get(part) if question else None
    return said if isinstance(said, CodePart) and said.codes else None


def _lists(part: CodePart | None, system: str, code: str) -> bool:
    if part is None:
        return True
    is_system = system == part.system or any(one.search(system) for one in part.systems_containing)
    return is_system and code in part.codes
