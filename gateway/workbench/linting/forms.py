"""Parts of a form that no rule takes and none ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.workbench.linting.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets
    from gateway.workbench.sheet import Sheet


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Yield each part of a form whose answers would hold every certificate that has them."""
    for kind, sheet in sheets.items():
        for part, title in desk.titles(kind).items():
            if "." in part and not _is_accounted_for(part, sheet, desk.rules.mappings[kind].ignored):
                yield Finding(f"certificates/{sheet.name}", f"neither takes nor ignores {part} {title}")


def _is_accounted_for(part: str, sheet: Sheet, ignored: Callable[[str], str | None]) -> bool:
    return sheet.takes(part) or any(ignored(node) is not None for node in (part, f"{part}.code"))
