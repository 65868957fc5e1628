"""How commands print: a table for a person, JSON for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ListByDefault(click.Group):
    """A group whose `list` is meant where no other of its commands is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before arguments that name no command."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def _id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise click.BadParameter("is no id")
    return value


by_id = click.argument("id_", metavar="ID", callback=_id)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """Print a value as one line of JSON."""
    click.echo(orjson.dumps(value, default=str))


def write_page(file: Path, text: str, *, as_json: bool) -> None:
    """Write a page to look at, and say so.

    Raises:
        OSError: It cannot be written there.
    """
    file.write_text(text, "utf-8")
    if as_json:
        print_json({"written": file})
    else:
        click.echo(f"{file} is written; open it in a browser")


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns as wide as they need to be."""
    texts = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[n]) for row in texts) for n in range(len(head))]
    for row in texts:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
