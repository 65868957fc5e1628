"""Information sets that take what no mapping makes, and certificate types that no set takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.workbench.linting.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.information_sets import SetDefinition
    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Yield what a set names and never gets, and hint at the types that no set is made of."""
    made: dict[str, set[tuple[str | None, str]]] = {}
    for kind, sheet in sheets.items():
        made.setdefault(kind.type, set()).update((rule.section, name) for name, rule in sheet.rules.items())
    taken: set[str] = set()
    for definition in desk.rules.definitions:
        yield from _idle(definition, made)
        taken |= definition.certificates
    for kind, sheet in sheets.items():
        if kind.type not in taken:
            yield Finding(f"certificates/{sheet.name}", f"no set is made of {kind.type}", is_hint=True)


def _idle(definition: SetDefinition, made: Mapping[str, set[tuple[str | None, str]]]) -> Iterator[Finding]:
    file = f"information_sets/{definition.name}/set.yaml"
    for type_ in sorted(definition.certificates - made.keys()):
        yield Finding(file, f"is made from {type_}, which there is no mapping for")
    of_its_types = set().union(*(made.get(type_, set()) for type_ in definition.certificates))
    for section, rule in sorted(definition.choices.keys() - of_its_types, key=str):
        yield Finding(file, f"takes {rule} in {section or 'people'}, which no mapping of its types makes there")
