"""Ignored source nodes that no certificate can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.mapping.loading import ignored_nodes
from gateway.rules import SCHEMAS
from gateway.workbench.linting.contract import nodes_beside, nodes_of_answers
from gateway.workbench.linting.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.mapping.places import Spot
    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Yield the patterns that match nothing in any form that uses them, nor anything beside the answers."""
    beside = list(nodes_beside(SCHEMAS / "riv"))
    matches: dict[tuple[Spot, str], bool] = {}
    for kind, sheet in sheets.items():
        nodes = [*beside, *nodes_of_answers(desk.rules.forms[kind])]
        for pattern in sheet.ignored:
            key = sheet.places.of_ignored(pattern), pattern
            if not matches.get(key):
                ignored = ignored_nodes(pattern)
                matches[key] = any(ignored.fullmatch(node) for node in nodes)
    for (spot, pattern), is_there in matches.items():
        if not is_there:
            yield Finding(desk.shown(spot), f"ignores {pattern}, which no certificate has that uses it")
