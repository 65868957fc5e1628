"""What is suspicious in rules that load: what is lost, what can never do anything, what nobody uses, what is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.workbench.linting import files, forms, ignoring, rules, sets, tables
from gateway.workbench.linting.finding import Finding

if TYPE_CHECKING:
    from gateway.workbench.desk import Desk

__all__ = ["Finding", "findings_of"]


def findings_of(desk: Desk) -> list[Finding]:
    """Return what is suspicious in the rules of a desk, what has to be mended first; none is as it should be."""
    sheets = {kind: desk.sheet(kind) for kind in desk.rules.mappings}
    found = [
        finding for about in (forms, rules, ignoring, files, sets, tables) for finding in about.findings(desk, sheets)
    ]
    return sorted(found, key=lambda finding: finding.is_hint)
