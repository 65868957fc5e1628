"""`samsyn map accept`: writes the golden files of samples anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json
from gateway.workbench.desk import desk_with
from gateway.workbench.golden import accept as accepted
from gateway.workbench.golden import samples_in


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@asking.mapping
@as_json
def accept(folder: Path, mapping: Path | None, *, as_json: bool) -> None:
    """Write the golden file of every samples/*.xml in FOLDER anew.

    Read the difference as code is read: it is what recipients will get.
    """
    desk = desk_with(mapping)
    now = datetime.now(UTC)
    changed = [sample for sample in samples_in(folder) if accepted(sample, desk.rules, now)]
    if as_json:
        print_json({"changed": [str(sample) for sample in changed]})
        return
    for sample in changed:
        click.echo(f"{sample}: written anew")
    click.echo(f"{len(changed)} of {len(samples_in(folder))} golden files changed")
