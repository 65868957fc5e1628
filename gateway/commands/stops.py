"""`samsyn stop`, `lift`, `pause`, `drain`, `resume`: hold back what would leave, and let it go again."""

from __future__ import annotations

import time
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import click

from gateway.app import ADAPTERS
from gateway.commands.operators import because, by
from gateway.commands.store import opened_store
from gateway.errors import InvalidIdentity
from gateway.identity import OrganisationNumber
from gateway.rules import MAPPINGS
from gateway.stops import Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.port import Store

_SETS = MAPPINGS / "information_sets"

_LOOK_AGAIN = 0.2
"""Seconds between two looks while what is under way comes to its end."""


def _organisation(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else OrganisationNumber(value).digits
    except InvalidIdentity:
        raise click.BadParameter("is no organisation number") from None


def _set(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """A name that no set has would stop nothing, and nobody would notice."""
    if value is not None and value not in {file.parent.name for file in _SETS.glob("*/set.yaml")}:
        raise click.BadParameter("is no information set")
    return value


def _about(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is stopped."""
    for option in (
        click.option("--everything", is_flag=True, help="Whatever would leave."),
        click.option("--set", "set_name", callback=_set, help="One information set, whoever it is for."),
        click.option(
            "--kind",
            type=click.Choice(sorted(point.name for point in entry_points(group=ADAPTERS))),
            help="All for recipients of one kind.",
        ),
        click.option("--organisation", callback=_organisation, help="All that is for one organisation: ten digits."),
    ):
        command = option(command)
    return command


def _scope(organisation: str | None, kind: str | None, set_name: str | None, *, everything: bool) -> tuple[Scope, str]:
    named = [
        *([(Scope.ORGANISATION, organisation)] if organisation else []),
        *([(Scope.KIND, kind)] if kind else []),
        *([(Scope.SET, set_name)] if set_name else []),
        *([(Scope.EVERYTHING, "")] if everything else []),
    ]
    if len(named) != 1:
        raise click.UsageError("Name one of --organisation, --kind, --set, --everything.")
    return named[0]


@click.command()
@_about
@by
@because
def stop(
    organisation: str | None, kind: str | None, set_name: str | None, by: str, because: str, *, everything: bool
) -> None:
    """Let nothing leave to an organisation, to a kind of recipient, or of a set, from now on.

    Neither is it sent nor can it be read. It takes two persons to lift a stop.
    """
    scope, name = _scope(organisation, kind, set_name, everything=everything)
    with opened_store() as store:
        _tell(store.stop(Stop(scope, name, by, because, store.now())))


@click.command()
@_about
@by
def lift(organisation: str | None, kind: str | None, set_name: str | None, by: str, *, everything: bool) -> None:
    """Lift a stop: the first person asks for it, and the second lifts it."""
    scope, name = _scope(organisation, kind, set_name, everything=everything)
    with opened_store() as store:
        lifted = store.lift(scope, name, by, store.now())
    click.echo("It is lifted." if lifted else "Asked for. It holds until another person asks too.")


@click.command()
@by
@because
def pause(by: str, because: str) -> None:
    """Let no worker send anything from now on; certificates are taken in, and agencies read, as before."""
    with opened_store() as store:
        _tell(store.stop(Stop(Scope.WORKERS, "", by, because, store.now())))


@click.command()
@by
@because
@click.option(
    "--seconds", type=click.IntRange(1, 3600), default=60, show_default=True, help="How long to wait at most."
)
def drain(by: str, because: str, seconds: int) -> None:
    """Pause, and wait until nothing is under way any more."""
    with opened_store() as store:
        _tell(store.stop(Stop(Scope.WORKERS, "", by, because, store.now())))
        end = time.monotonic() + seconds
        while (under_way := _under_way(store)) and time.monotonic() < end:
            time.sleep(_LOOK_AGAIN)
    if under_way:
        raise click.ClickException(f"{under_way} are still under way")
    click.echo("Nothing is under way.")


@click.command()
@by
def resume(by: str) -> None:
    """Let the workers send again after a pause, and everybody where the clock was set: you say that it is right now."""
    with opened_store() as store:
        standing = {one.scope for one in store.stops()}
        for scope in standing & {Scope.WORKERS, Scope.CLOCK} or {Scope.WORKERS}:
            store.lift(scope, "", by, store.now())
    click.echo("The workers send again.")


def _under_way(store: Store) -> int:
    return sum(one.under_way for one in store.recipients())


def _tell(stop: Stop) -> None:
    what = " ".join(filter(None, (stop.scope.value, stop.name)))
    click.echo(f"Stopped: {what}, since {stop.since.isoformat(timespec='seconds')}, by {stop.by}: {stop.because}")
