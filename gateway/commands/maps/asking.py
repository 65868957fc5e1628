"""What the commands of `samsyn map` are asked alike."""

from __future__ import annotations

from pathlib import Path

import click

file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))

mapping = click.option(
    "--mapping",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder laid out like mappings/, or one certificate's (lisjp/2) that stands in for the installed one.",
)
