"""What the commands of `samsyn map` are asked alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.settings import read_settings
from gateway.workbench.desk import desk_with

if TYPE_CHECKING:
    from gateway.workbench.desk import Desk

file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))

mapping = click.option(
    "--mapping",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder laid out like mappings/, or one certificate's (lisjp/2) that stands in for the installed one.",
)


def messages_in(folder: Path) -> list[Path]:
    """Return the messages of a folder and those below it, in order: its files that are called `*.xml`."""
    return sorted(file for file in folder.rglob("*.xml") if file.is_file())


def desk_as_set(folder: Path | None) -> Desk:
    """Return the rules to try, as the operator has set the gateway up here: which systems are emitted, whose numbers.

    Whose numbers are taken in counts only where somebody has said so: else anybody's certificate can be tried.
    """
    settings = read_settings()
    return desk_with(folder, settings.emitted_systems, settings.persons_if_said)
