"""`samsyn deliveries redrive`: see what stopped and why, and set it going again."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from gateway.app import open_gateway
from gateway.commands.damaged import damaged_as_json, tell_damaged
from gateway.commands.output import as_json, print_json, print_table
from gateway.commands.store import opened_store
from gateway.deliveries import STOPPED, DeliveryState, Wanted
from gateway.errors import ConfigurationError, InvalidIdentity
from gateway.identity import OrganisationNumber
from gateway.redriving import RENEWABLE, drive, look
from gateway.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.identity import DeliveryId
    from gateway.redriving import Redrive, Wave
    from gateway.store.port import Store

_PAUSE = 0.2
"""Seconds between two looks at a wave that is under way."""

_ON_ITS_WAY = frozenset({DeliveryState.READY, DeliveryState.SENDING})


@click.command()
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(sorted(state.value for state in RENEWABLE)),
    default=(DeliveryState.DEAD.value,),
    show_default=True,
    help="Those that stand here; may be given several times.",
)
@click.option("--recipient", default="", metavar="ORGANISATION", help="Only those for this organisation.")
@click.option("--set", "set_name", default="", metavar="NAME", help="Only those of this set.")
@click.option("--renew", "renewing", is_flag=True, help="Ask today's mappings again; what differs is a new edition.")
@click.option("--go", "key", default="", metavar="KEY", help="Drive what was looked at and has this key.")
@click.option("--by", default="", metavar="NAME", help="Who drives it, for the log.")
@click.option("--patience", type=click.FloatRange(1, 86_400), default=600.0, help="Seconds that a wave may take.")
@as_json
def redrive(  # noqa: PLR0913 - each is a word of the command line
    states: Sequence[str],
    recipient: str,
    set_name: str,
    key: str,
    by: str,
    patience: float,
    *,
    renewing: bool,
    as_json: bool,
) -> None:
    """See what stopped, by cause; with --go, set it going: one, then ten, then a hundred at a time.

    The consent is asked anew for each. More than one failure in twenty stops the rest. A worker has to be running.
    """
    wanted = _wanted(states, recipient, set_name, renewing=renewing)
    if not key:
        with opened_store() as store:
            _tell(look(wanted, store, renewing=renewing), as_json=as_json)
        return
    if not by:
        raise click.UsageError("--go needs --by: the log says who")
    waves = _driven(wanted, key, by, patience, renewing=renewing)
    if as_json:
        print_json({"key": key, "driven": waves is not None, "waves": [_as_json(wave) for wave in waves or ()]})
    elif waves is None:
        click.echo("This was driven before; nothing was done.")
    else:
        print_table(
            ("wave", "size", "stand now", "renewed", "refused", "stumbled"), [_row(*one) for one in enumerate(waves, 1)]
        )
    if waves and waves[-1].stops:
        raise click.exceptions.Exit(1)


def _wanted(states: Sequence[str], recipient: str, set_name: str, *, renewing: bool) -> Wanted:
    asked = frozenset(map(DeliveryState, states))
    unfit = sorted(asked - (RENEWABLE if renewing else STOPPED))
    if unfit:
        raise click.UsageError(f"{unfit[0]} can be set going only with --renew")
    try:
        organisation = OrganisationNumber(recipient) if recipient else None
    except InvalidIdentity as error:
        raise click.UsageError(str(error)) from None
    return Wanted(asked, organisation, set_name)


def _driven(wanted: Wanted, key: str, by: str, patience: float, *, renewing: bool) -> list[Wave] | None:
    """Drive what has this key; return None where it was driven before."""
    gateway = open_gateway(read_settings())
    with closing(gateway.store) as store:
        if store.is_begun(key):
            return None
        found = look(wanted, store, renewing=renewing)
        if found.key != key:
            raise ConfigurationError("What would be driven has changed since it was looked at; look again")
        return list(drive(found, by, gateway, _settled(store, patience)))


def _settled(store: Store, patience: float) -> Callable[[Sequence[DeliveryId]], None]:
    def wait(deliveries: Sequence[DeliveryId]) -> None:
        deadline = time.monotonic() + patience
        while not _ON_ITS_WAY.isdisjoint(store.states_of(deliveries).values()) and time.monotonic() < deadline:
            time.sleep(_PAUSE)

    return wait


def _tell(found: Redrive, *, as_json: bool) -> None:
    causes = [{**cause._asdict(), "deliveries": times} for cause, times in found.causes.items()]
    if as_json:
        damaged = [damaged_as_json(one) for one in found.damaged]
        print_json({"key": found.key, "deliveries": len(found.deliveries), "causes": causes, "damaged": damaged})
    else:
        head = ("kind", "recipient", "set", "state", "reason", "deliveries")
        print_table(head, [tuple(one.values()) for one in causes])
        if found.deliveries:
            click.echo(f"\n{len(found.deliveries)} in all. To set them going: --go {found.key} --by YOUR-NAME")
    tell_damaged(found.damaged, as_json=as_json)


def _as_json(wave: Wave) -> dict[str, Any]:
    states = {state.value: times for state, times in wave.states.items()}
    failures = {"failures": wave.failures, "stopped": wave.stops}
    messages = {"renewed": wave.renewed, "refused": wave.refused, "stumbled": wave.stumbled}
    return {"size": wave.size, "states": states, **messages, **failures}


def _row(number: int, wave: Wave) -> tuple[object, ...]:
    states = ", ".join(f"{times} {state}" for state, times in wave.states.items())
    stopped = " (the rest was left)" if wave.stops else ""
    return number, wave.size, states + stopped, wave.renewed, wave.refused, wave.stumbled
