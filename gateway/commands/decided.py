"""How commands tell a decision that was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.commands.output import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.decisions import Decided


def decided_as_json(decided: Decided) -> dict[str, Any]:
    """Return a decision as JSON tells it: what was asked, what the gate said, and by what."""
    decision = decided.decision
    return {
        "number": decided.number,
        "at": decided.at.isoformat(),
        "way": decided.way.value,
        "set": decided.set_name,
        "organisation": decided.organisation,
        "decision": "permit" if decision.permitted else "deny",
        "reason": decision.reason,
        "consent": decision.consent,
        "rule": decision.rule,
        "withheld": ",".join(sorted(decision.withheld)),
        "policy": decision.policy,
    }


def print_decided(decisions: Sequence[Decided]) -> None:
    """Print decisions as a table, in the order in which they were made."""
    head = ("decision", "at", "way", "set", "organisation", "says", "reason", "consent", "rule", "withheld", "policy")
    print_table(head, [tuple(decided_as_json(one).values()) for one in decisions])
