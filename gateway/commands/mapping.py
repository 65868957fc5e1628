"""`samsyn map try`: the information sets that a certificate in a file would give, without sending anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from gateway.commands.output import as_json, print_json
from gateway.commands.tracing import trace_of
from gateway.rules import load_rules

if TYPE_CHECKING:
    from gateway.documents import Document, InformationSet


@click.group("map")
def map_() -> None:
    """Try mappings."""


@map_.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trace", is_flag=True, help="Also tell where each value came from, and what was left.")
@as_json
def try_(file: Path, *, trace: bool, as_json: bool) -> None:
    """Print the information sets that the certificate in FILE would give.

    Nothing is kept or sent. With --json: `sets`; with --trace also `trace` (each value with its source nodes and the
    rule that made it), `ignored` (source node and reason), `unmapped` and `notes` (what is odd and holds nothing).
    """
    rules = load_rules()
    source = rules.reader.read_file(file.read_bytes())
    document = rules.understand(source, datetime.now(UTC))
    sets = rules.select(document)
    told = trace_of(document, sets, rules.mappings[document.kind]) if trace else []
    if as_json:
        print_json({"sets": [_as_json(one) for one in sets], **(_account(document, told) if trace else {})})
        return
    _print(document, sets)
    if trace:
        _print_trace(document, told)


def _as_json(information_set: InformationSet) -> dict[str, Any]:
    return {
        "name": information_set.name,
        "withheld": sorted(information_set.withheld),
        "hold": information_set.hold,
        "problems": [problem._asdict() for problem in information_set.problems],
        "bundle": orjson.loads(information_set.body) if information_set.body else None,
    }


def _account(document: Document, told: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "trace": told,
        "ignored": dict(document.ignored),
        "unmapped": list(document.unmapped),
        "notes": [note._asdict() for note in document.notes],
    }


def _print(document: Document, sets: list[InformationSet]) -> None:
    click.echo(f"{document.kind}  {document.title}")
    for one in sets:
        without = f" utan {', '.join(sorted(one.withheld))}" if one.withheld else ""
        click.echo(f"\n{one.name}{without}: {f'HÅLLS ({one.hold})' if one.hold else f'{len(one.body)} byte'}")
        for problem in one.problems:
            click.echo(f"  {problem}")
        click.echo(f"  avsnitt: {', '.join(sorted(one.sections)) or '-'}")


def _print_trace(document: Document, told: list[dict[str, Any]]) -> None:
    for row in told:
        without = f" utan {', '.join(row['withheld'])}" if row["withheld"] else ""
        click.echo(f"{row['set']}{without}  {row['resource']}.{row['path']} = {row['value']!r}")
        click.echo(f"    {', '.join(row['sources']) or '(regeln)'}  ←  {row['rule']}")
    for node, reason in document.ignored.items():
        click.echo(f"lämnas: {node}: {reason}")
    for node in document.unmapped:
        click.echo(f"OKÄND: {node}")
    for note in document.notes:
        click.echo(f"notering: {note}")
