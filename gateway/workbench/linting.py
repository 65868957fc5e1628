"""What is suspicious in rules that load: parts that nobody takes, rules and sets that can never do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.workbench.sheet import part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gateway.identity import CertificateKind
    from gateway.information_sets import SetDefinition
    from gateway.mapping.places import Spot
    from gateway.workbench.desk import Desk
    from gateway.workbench.sheet import Sheet


class Finding(NamedTuple):
    """Something to mend."""

    place: str
    """File and line, or the file."""
    what: str


def findings_of(desk: Desk) -> list[Finding]:
    """Return what is suspicious in the rules of a desk; none is as it should be."""
    sheets = {kind: desk.sheet(kind) for kind in desk.rules.mappings}
    lost = (
        Finding(f"certificates/{sheet.name}", f"neither takes nor ignores {part} {title}")
        for kind, sheet in sheets.items()
        for part, title in desk.titles(kind).items()
        if "." in part and not _is_accounted_for(part, sheet, desk.rules.mappings[kind].ignored)
    )
    made: dict[str, set[tuple[str | None, str]]] = {}
    for kind, sheet in sheets.items():
        made.setdefault(kind.type, set()).update((rule.section, name) for name, rule in sheet.rules.items())
    idle = (finding for one in desk.rules.definitions for finding in _idle(one, made))
    return [*lost, *_astray(desk, sheets), *idle]


def _is_accounted_for(part: str, sheet: Sheet, ignored: Callable[[str], str | None]) -> bool:
    return sheet.takes(part) or any(ignored(node) is not None for node in (part, f"{part}.code"))


def _astray(desk: Desk, sheets: Mapping[CertificateKind, Sheet]) -> Iterator[Finding]:
    """Yield the rules that name a part that no form has of those they serve: a shared part may say more than one."""
    known: dict[tuple[Spot, str], bool] = {}
    for kind, sheet in sheets.items():
        titles = desk.titles(kind)
        open_ = titles.keys() - {part.partition(".")[0] for part in titles if "." in part}
        for spot, part in _named(sheet):
            is_known = part in titles or part.partition(".")[0] in open_
            known[spot, part] = known.get((spot, part), False) or is_known
    for (spot, part), is_known in known.items():
        if not is_known:
            yield Finding(desk.shown(spot), f"names {part}, which no form has that uses the rule")


def _named(sheet: Sheet) -> Iterator[tuple[Spot, str]]:
    """Yield each part of an answer that a rule takes or asks about, and where it does."""
    for taking in sheet.takings:
        yield from ((sheet.places.of(taking.rule, taking.path), part_of(node)) for node in taking.nodes if _in(node))
    for name, rule in sheet.rules.items():
        yield from ((sheet.places.of(name), part_of(node)) for node in rule.when if _in(node))


def _in(node: str) -> bool:
    """Return whether a source node is in an answer whose number it says."""
    return node[0].isdecimal()


def _idle(definition: SetDefinition, made: Mapping[str, set[tuple[str | None, str]]]) -> Iterator[Finding]:
    """Yield what a set names and never gets."""
    file = f"information_sets/{definition.name}/set.yaml"
    for type_ in sorted(definition.certificates - made.keys()):
        yield Finding(file, f"is made from {type_}, which there is no mapping for")
    of_its_types = set().union(*(made.get(type_, set()) for type_ in definition.certificates))
    for section, rule in sorted(definition.choices.keys() - of_its_types, key=str):
        yield Finding(file, f"takes {rule} in {section or 'people'}, which no mapping of its types makes there")
