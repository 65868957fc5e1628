"""`samsyn messages`: what has been taken in, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gateway.commands.damaged import damaged_as_json, tell_damaged
from gateway.commands.decided import decided_as_json, print_decided
from gateway.commands.operators import looker
from gateway.commands.output import ListByDefault, as_json, by_id, print_json, print_table
from gateway.commands.store import opened_store
from gateway.identity import MessageId
from gateway.store.port import sorted_out

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.store.port import Entry, MessageSummary


@click.group(cls=ListByDefault)
def messages() -> None:
    """See what has been taken in; nothing of the person, nothing of the content."""


@messages.command("list")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many at most.")
@as_json
def list_(limit: int, *, as_json: bool) -> None:
    """List messages, newest first. Fails, once all others are listed, where one of them cannot be opened."""
    with opened_store() as store:
        good, damaged = sorted_out(store.messages(limit))
    if as_json:
        print_json([*map(_as_json, good), *map(damaged_as_json, damaged)])
    else:
        rows = [(one.id, one.kind, one.received_at.isoformat(timespec="seconds"), _stand(one)) for one in good]
        print_table(("id", "type", "received", "deliveries"), rows)
    tell_damaged(damaged, as_json=as_json)


@messages.command()
@by_id
@as_json
def show(id_: str, *, as_json: bool) -> None:
    """Show one message, its deliveries, every decision on its sets, and everything that has happened to it."""
    with opened_store() as store:
        summary, deliveries = store.message(MessageId(id_))
        decisions = store.decisions_on(summary.id)
        store.note_look("log.read", f"by {looker()}", store.now(), summary.id)
        log = store.log(summary.id)
    if as_json:
        decided = [decided_as_json(one) for one in decisions]
        print_json({**_as_json(summary), "decisions": decided, "log": [_entry(one) for one in log]})
        return
    for name, value in _as_json(summary).items():
        click.echo(f"{name:16} {value}")
    print_table(("delivery", "set", "state", "reason"), [_row(one) for one in deliveries])
    print_decided(decisions)
    print_table(("at", "event", "delivery", "detail"), [tuple(_entry(one).values())[1:] for one in log])


def _stand(summary: MessageSummary) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(summary.deliveries.items()))


def _row(delivery: Delivery) -> tuple[object, ...]:
    return delivery.id, delivery.set_name, delivery.state, delivery.reason


def _as_json(summary: MessageSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "certificate": {"root": summary.certificate.root, "extension": summary.certificate.extension},
        "type": summary.kind,
        "sender": summary.sender,
        "received_at": summary.received_at.isoformat(),
        "signature": summary.signature.state if summary.signature else "",
        "signature_reason": summary.signature.reason if summary.signature else "",
        "signer": summary.signature.fingerprint if summary.signature else "",
        "problems": list(summary.problems),
        "notes": list(summary.notes),
        "deliveries": dict(summary.deliveries),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "event": entry.event,
        "delivery": entry.delivery,
        "detail": entry.detail,
    }
