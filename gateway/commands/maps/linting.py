"""`samsyn map lint`: what is wrong or suspicious in mappings, before any message meets them."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.commands.output import as_json, print_json
from gateway.workbench.desk import desk_with
from gateway.workbench.linting import findings_of


@click.command()
@click.argument(
    "mapping", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@as_json
@click.pass_context
def lint(context: click.Context, mapping: Path | None, *, as_json: bool) -> None:
    """Load the mappings in DIR, or the installed ones, and say what is suspicious in them.

    DIR is a folder as --mapping takes it. Exits with 1 where there is something to mend; what is only a hint is left
    to whoever reads it.
    """
    findings = findings_of(desk_with(mapping))
    hints = sum(finding.is_hint for finding in findings)
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{'hint: ' if finding.is_hint else ''}{finding.place}: {finding.what}")
        click.echo(f"{len(findings) - hints} findings, {hints} hints")
    context.exit(1 if hints < len(findings) else 0)
