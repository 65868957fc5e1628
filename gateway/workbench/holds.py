"""Why a certificate is held: each place, what is wrong there, and the rules that would have taken it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.documents import Document
    from gateway.mapping.places import Spot
    from gateway.workbench.sheet import Sheet


class Concern(NamedTuple):
    """A rule that has to do with a source node."""

    rule: str
    """Rule and element: `diagnos_1.code.coding[0].code`."""
    spot: Spot
    """Where it is written."""


class Hold(NamedTuple):
    """Something that holds a certificate."""

    node: str
    reason: str
    concerns: Sequence[Concern]
    """The rules that take the node; none where none does."""


def holds_of(document: Document, sheet: Sheet) -> list[Hold]:
    """Return all that the mapping could not do with a certificate: what it cannot read, and what it does not know."""
    reasons = dict.fromkeys(document.unmapped, "no rule takes it, and none ignores it")
    reasons |= {problem.place: problem.reason for problem in document.problems}
    return [Hold(node, reason, concerns_of(node, sheet)) for node, reason in reasons.items()]


def concerns_of(node: str, sheet: Sheet) -> list[Concern]:
    """Return the rules that take a source node."""
    return [Concern(one.name, sheet.places.of(one.rule, one.path)) for one in sheet.of_node(node)]
