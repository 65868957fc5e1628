"""`samsyn person`: what an operator knows about people that consents do not tell, what was shared, and erasure."""

from __future__ import annotations

from functools import partial

import click

from gateway.commands.numbers import asked_number
from gateway.commands.operators import because, by
from gateway.commands.output import as_json, print_json
from gateway.commands.report import report
from gateway.commands.store import opened_gateway, opened_store
from gateway.decisions import PersonStatus

_STATUS = click.Choice([status.value for status in PersonStatus])


@click.group()
def person() -> None:
    """Record what is known of people, tell what was shared, erase. The number is asked for, and never shown."""


person.add_command(report)


@person.command()
@click.option("--set", "marked", type=_STATUS, multiple=True, help="Holds from now on.")
@click.option("--lift", "unmarked", type=_STATUS, multiple=True, help="Holds no longer.")
@as_json
def status(marked: tuple[str, ...], unmarked: tuple[str, ...], *, as_json: bool) -> None:
    """Tell and change what is recorded about the person whose number is asked for.

    The number is read from the terminal or the standard input, so that it stands in no list of commands. A change
    counts for every try to send that begins after it; what waits moves where it belongs.
    """
    if both := sorted({*marked} & {*unmarked}):
        raise click.UsageError(f"Both --set and --lift name {', '.join(both)}.")
    number = asked_number()
    with opened_gateway() as gateway:
        at = gateway.now()
        plan = partial(gateway.routing.plan, at)
        for names, holds in ((marked, True), (unmarked, False)):
            for name in names:
                gateway.store.mark_person(number, PersonStatus(name), plan, at, holds=holds)
        known = sorted(gateway.store.statuses(number))
    if as_json:
        print_json(known)
    else:
        click.echo(", ".join(known) or "nothing is recorded")


@person.command()
@by
@because
def erase(by: str, because: str) -> None:
    """Erase what is kept about the person whose number is asked for: the first asks for it, and the second does it.

    The number is read from the terminal or the standard input. What has not left never does, and no backup brings
    anything back. What recipients have got they keep: tell them, by `samsyn person report`. The log stays.
    """
    number = asked_number()
    with opened_store() as store:
        erased = store.erase(number, by, because, store.now())
    click.echo("It is erased." if erased else "Asked for. Nothing is erased until another person asks too.")
