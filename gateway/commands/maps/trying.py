"""`samsyn map try`: the information sets that a certificate in a file would give, without sending anything."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click
import orjson
from watchfiles import watch as changes_of

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json
from gateway.errors import GatewayError, SenderError
from gateway.rules import MAPPINGS
from gateway.workbench.holds import holds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.documents import InformationSet
    from gateway.workbench.holds import Hold
    from gateway.workbench.trial import Trial


_A_MOMENT = 0.2
"""Seconds between two looks for a file that is away."""


@click.command("try")
@asking.file
@asking.mapping
@click.option("--watch", is_flag=True, help="Try again each time FILE or a mapping is saved; Ctrl-C stops it.")
@as_json
def try_(file: Path, mapping: Path | None, *, watch: bool, as_json: bool) -> None:
    """Print the information sets that the certificate in FILE would give.

    What the rules could not do is told with the source node, the rule, and the file and line where that is written.
    """
    if not watch:
        _try_once(file, mapping, as_json=as_json)
        return
    _try_and_tell(file, mapping, as_json=as_json)
    for _ in _saves(file, _watched(mapping)):
        click.echo("\n— saved —\n", err=True)
        _try_and_tell(file, mapping, as_json=as_json)


def _saves(file: Path, folders: Sequence[Path]) -> Iterator[None]:
    """Yield at each save. An editor may put another file in the place of the first: each time it is watched anew."""
    while True:
        if file.exists():
            next(changes_of(file, *folders))
        else:
            while not file.exists():
                time.sleep(_A_MOMENT)
        yield


def _watched(mapping: Path | None) -> tuple[Path, ...]:
    return (mapping, MAPPINGS) if mapping else (MAPPINGS,)


def _try_and_tell(file: Path, mapping: Path | None, *, as_json: bool) -> None:
    """Try, and tell what is wrong as what it is: something to mend while watching."""
    try:
        _try_once(file, mapping, as_json=as_json)
    except GatewayError as error:
        problems = error.problems if isinstance(error, SenderError) else ()
        click.echo("\n  ".join([f"Error: {error}", *map(str, problems)]), err=True)
    except OSError as error:
        click.echo(f"Error: {error.filename}: {error.strerror}", err=True)


def _try_once(file: Path, mapping: Path | None, *, as_json: bool) -> None:
    desk = asking.desk_as_set(mapping)
    trial = desk.tried(file)
    holds = holds_of(trial.document, desk.sheet(trial.document.kind))
    if as_json:
        print_json({"sets": [_as_json(one) for one in trial.sets], "holds": [_hold_as_json(one) for one in holds]})
        return
    _print(trial, holds)


def _as_json(information_set: InformationSet) -> dict[str, Any]:
    return {
        "name": information_set.name,
        "withheld": sorted(information_set.withheld),
        "hold": information_set.hold,
        "problems": [problem._asdict() for problem in information_set.problems],
        "bundle": orjson.loads(information_set.body) if information_set.body else None,
    }


def _hold_as_json(hold: Hold) -> dict[str, Any]:
    rules = [{"rule": one.rule, "file": str(one.spot.file), "line": one.spot.line} for one in hold.concerns]
    return {"node": hold.node, "reason": hold.reason, "rules": rules}


def _print(trial: Trial, holds: Sequence[Hold]) -> None:
    click.echo(f"{trial.document.kind}  {trial.document.title}")
    if holds:
        click.echo("\nHELD (mapping): no set is made")
    for hold in holds:
        click.echo(f"  {hold.node}: {hold.reason}")
        for rule, spot in hold.concerns:
            click.echo(f"    {rule}  {spot}")
    if not trial.sets:
        click.echo("\nNo set is made of this type: no set.yaml names it among its certificates.")
    for one in trial.sets:
        click.echo(f"\n{named(one)}: {f'HELD ({one.hold})' if one.hold else f'{len(one.body)} bytes'}")
        for problem in one.problems if one.hold != "mapping" else ():
            click.echo(f"  {problem}")
        if one.sections:
            click.echo(f"  sections: {', '.join(sorted(one.sections))}")


def named(information_set: InformationSet) -> str:
    """Return a set's name, and which sections this variant of it withholds."""
    without = f" without {', '.join(sorted(information_set.withheld))}" if information_set.withheld else ""
    return information_set.name + without
