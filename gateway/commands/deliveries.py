"""`samsyn deliveries`: what stands where, why, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.damaged import damaged_as_json, tell_damaged
from gateway.commands.decided import decided_as_json, print_decided
from gateway.commands.operators import because, by, looker
from gateway.commands.output import ListByDefault, as_json, by_id, print_json, print_table
from gateway.commands.redrive import redrive
from gateway.commands.store import opened_gateway, opened_store
from gateway.deliveries import WAITING, DeliveryState
from gateway.identity import DeliveryId
from gateway.redriving import try_again
from gateway.store.port import sorted_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.deliveries import Attempt, Delivery
    from gateway.identity import OrganisationNumber
    from gateway.standings import Incident


@click.group(cls=ListByDefault)
def deliveries() -> None:
    """See what stands where, and try again."""


@deliveries.command("list")
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many at most.")
@as_json
def list_(state: str | None, limit: int, *, as_json: bool) -> None:
    """List deliveries, newest first. Fails, once all others are listed, where one of them cannot be opened."""
    with opened_store() as store:
        good, damaged = sorted_out(store.deliveries(DeliveryState(state) if state else None, limit))
        incidents = {one.organisation: one.standing.incident for one in store.recipients()}
    if as_json:
        told = [{**_as_json(one), "incident": _incident(one, incidents)} for one in good]
        print_json([*told, *map(damaged_as_json, damaged)])
    else:
        rows = [(one.id, _what(one), _whom(one), one.state, _why(one, incidents), one.due_at or "-") for one in good]
        print_table(("id", "set", "recipient", "state", "reason", "due"), rows)
    tell_damaged(damaged, as_json=as_json)


@deliveries.command()
@by_id
@as_json
def show(id_: str, *, as_json: bool) -> None:
    """Show one delivery with its attempts, and every decision on it. The look stands in the log."""
    with opened_store() as store:
        delivery, attempts = store.delivery(DeliveryId(id_))
        store.note_look("log.read", f"by {looker()}", store.now(), delivery.message)
        problems = [str(problem) for problem in store.problems(delivery)]
        decisions = store.decisions(delivery)
    if as_json:
        told = [_attempt(one) for one in attempts]
        decided = [decided_as_json(one) for one in decisions]
        print_json({**_as_json(delivery), "problems": problems, "attempts": told, "decisions": decided})
        return
    for name, value in _as_json(delivery).items():
        click.echo(f"{name:13} {value}")
    for problem in problems:
        click.echo(f"problem       {problem}")
    print_table(
        (
            "attempt",
            "started",
            "ended",
            "outcome",
            "reason",
            "reference",
            "consent",
            "HTTP",
            "answer's SHA-256",
            "address",
        ),
        [tuple(_attempt(one).values()) for one in attempts],
    )
    print_decided(decisions)


@deliveries.command()
@by_id
@as_json
def retry(id_: str, *, as_json: bool) -> None:
    """Make a delivery that has stopped, or waits, due now. Its consent is asked anew."""
    with opened_store() as store:
        delivery = try_again(DeliveryId(id_), store, store.now())
    if as_json:
        print_json(_as_json(delivery))
    else:
        click.echo(f"{delivery.id} is {delivery.state}")


@deliveries.command()
@by_id
@by
@because
@as_json
def release(id_: str, by: str, because: str, *, as_json: bool) -> None:
    """Let one delivery go that is held since the person's identity is protected, or may be.

    It counts for this one, until it has arrived. Its consent is asked anew.
    """
    with opened_gateway() as gateway:
        at = gateway.now()
        plan = partial(gateway.routing.plan, at)
        delivery = gateway.store.release_protected(DeliveryId(id_), by, because, plan, at)
    if as_json:
        print_json(_as_json(delivery))
    else:
        click.echo(f"{delivery.id} is {delivery.state}")


deliveries.add_command(redrive)


def _incident(delivery: Delivery, incidents: Mapping[OrganisationNumber, Incident | None]) -> str | None:
    """Return what is the matter with the recipient that a delivery waits for, where something is."""
    incident = incidents.get(delivery.organisation) if delivery.organisation else None
    return incident.cause.value if incident and delivery.state in WAITING else None


def _why(delivery: Delivery, incidents: Mapping[OrganisationNumber, Incident | None]) -> str:
    incident = _incident(delivery, incidents)
    return f"{delivery.reason}; recipient {incident}" if incident else delivery.reason


def _what(delivery: Delivery) -> str:
    return f"{delivery.set_name} (revoked)" if delivery.is_notice else delivery.set_name


def _whom(delivery: Delivery) -> str:
    return f"{delivery.kind} {delivery.organisation or '(ingen utpekad)'}"


def _as_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "message": delivery.message,
        "set": delivery.set_name,
        "is_notice": delivery.is_notice,
        "is_released": delivery.is_released,
        "kind": delivery.kind,
        "organisation": str(delivery.organisation) if delivery.organisation else None,
        "state": delivery.state.value,
        "reason": delivery.reason,
        "due_at": delivery.due_at.isoformat() if delivery.due_at else None,
        "attempts_made": delivery.attempts,
        "arrived_at": delivery.arrived_at.isoformat() if delivery.arrived_at else None,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "started_at": attempt.started_at.isoformat(),
        "ended_at": attempt.ended_at.isoformat() if attempt.ended_at else None,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "reference": attempt.reference,
        "consent": attempt.consent,
        "status": attempt.status,
        "answer": attempt.answer,
        "address": attempt.address,
    }
