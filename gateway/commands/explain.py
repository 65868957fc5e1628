"""`samsyn consent explain`: why a delivery stands where it stands, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gateway.commands.operators import looker
from gateway.commands.output import as_json, by_id, print_json
from gateway.commands.store import opened_gateway
from gateway.explaining import explain as explained
from gateway.identity import DeliveryId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gateway.decisions import Decision
    from gateway.explaining import Explanation


@click.command()
@by_id
@as_json
def explain(id_: str, *, as_json: bool) -> None:
    """Say in Swedish why a delivery stands where it stands, and what would change it. Nothing is sent.

    The look stands in the log.
    """
    with opened_gateway() as gateway:
        explanation = explained(DeliveryId(id_), gateway)
        gateway.store.note_look("log.read", f"by {looker()}", gateway.now(), explanation.delivery.message)
    if as_json:
        print_json(_as_json(explanation))
        return
    for name, text in _lines(explanation):
        click.echo(f"{name:20} {text}")


def _lines(explanation: Explanation) -> Iterator[tuple[str, str]]:
    delivery, decision = explanation.delivery, explanation.decision
    yield "Försändelse", delivery.id
    yield "Uppgifter", delivery.set_name
    yield "Mottagare", f"{delivery.kind} {delivery.organisation or '(ingen utpekad)'}"
    yield "Läge", f"{delivery.state}: {explanation.standing}"
    yield "Beslut nu", f"{_yes_or_no(decision)}, {decision.reason}: {explanation.answer}"
    if decision.consent:
        yield "Samtycke", f"{decision.consent}. {explanation.rule}"
    if decision.withheld:
        yield "Utelämnat", ", ".join(sorted(decision.withheld))
    if explanation.last:
        last = explanation.last.decision
        what = f"{_yes_or_no(last)}, {last.reason} {last.consent} {last.rule}".rstrip()
        yield "Senaste beslut", f"{what} ({explanation.last.way}, {explanation.last.at.isoformat()})"
    for change in explanation.changes:
        yield "Det skulle ändras av", change


def _yes_or_no(decision: Decision) -> str:
    return "ja" if decision.permitted else "nej"


def _as_json(explanation: Explanation) -> dict[str, Any]:
    delivery, last = explanation.delivery, explanation.last
    return {
        "delivery": delivery.id,
        "set": delivery.set_name,
        "is_notice": delivery.is_notice,
        "kind": delivery.kind,
        "organisation": str(delivery.organisation) if delivery.organisation else None,
        "state": delivery.state.value,
        "standing": explanation.standing,
        **_decision(explanation.decision, explanation.asked_at),
        "answer": explanation.answer,
        "rule_in_words": explanation.rule,
        "changes": explanation.changes,
        "last": {"way": last.way.value, **_decision(last.decision, last.at)} if last else None,
    }


def _decision(decision: Decision, at: datetime) -> dict[str, Any]:
    return {
        "decision": "permit" if decision.permitted else "deny",
        "reason": decision.reason,
        "consent": decision.consent,
        "rule": decision.rule,
        "withheld": sorted(decision.withheld),
        "since": decision.since,
        "until": decision.until,
        "policy": decision.policy,
        "at": at,
    }
