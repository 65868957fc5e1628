"""`samsyn map trace`: where each value came from, and why others did not come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json, write_page
from gateway.workbench.explaining import explained
from gateway.workbench.trace_page import trace_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.workbench.desk import Desk
    from gateway.workbench.explaining import Explanation


@click.command()
@asking.file
@asking.mapping
@click.option("--about", default="", metavar="TEXT", help="Only what has TEXT in its node, path, value or rule.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page to look at instead.")
@as_json
def trace(file: Path, mapping: Path | None, about: str, html: Path | None, *, as_json: bool) -> None:
    """Tell of each value in each set which source nodes and which rule it came from, with the code table's row.

    Also tells what did not come out: rules that made nothing, what each set leaves out, nodes that are ignored or
    unknown, each with the reason. What it prints is what the certificate says: treat it as the certificate itself.
    """
    desk = asking.desk_as_set(mapping)
    explanation = explained(desk.tried(file), desk)
    if html:
        write_page(html, trace_page(file.name, explanation, desk), as_json=as_json)
        return
    told = {part: [one for one in rows if _is_about(one, about)] for part, rows in _told(explanation, desk).items()}
    if as_json:
        print_json(told)
        return
    for line in _lines(told):
        click.echo(line)


def _told(explanation: Explanation, desk: Desk) -> dict[str, list[dict[str, Any]]]:
    document = explanation.trial.document
    return {
        "trace": list(explanation.rows),
        "absent": [{**one._asdict(), "spot": desk.shown(one.spot)} for one in explanation.absences],
        "left_out": [one._asdict() for one in explanation.left_out],
        "ignored": [{"node": node, "why": why} for node, why in document.ignored.items()],
        "notes": [note._asdict() for note in (*document.notes, *document.warnings)],
        "holds": [
            {**one._asdict(), "concerns": [f"{rule}  {desk.shown(spot)}" for rule, spot in one.concerns]}
            for one in explanation.holds
        ],
    }


def _is_about(row: dict[str, Any], about: str) -> bool:
    return not about or any(about in str(value) for value in row.values())


def _lines(told: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for row in told["trace"]:
        yield f"{_named(row)}  {row['resource']}.{row['path']} = {row['value']!r}"
        written = f"  ({row['place']})" if row["place"] else ""
        yield f"    {', '.join(row['sources']) or '(the rule)'}  ←  {row['rule']}{written}"
        if row["table"]:
            yield f"    {row['table']}"
    for one in told["absent"]:
        yield f"not made: {one['rule']}: {one['why']}  ({one['spot']})"
    for one in told["left_out"]:
        yield f"left out of {_named(one)}: {one['rule']}{_listed(one['elements'])}: {one['why']}"
    for one in told["ignored"]:
        yield f"ignored: {one['node']}: {one['why']}"
    for one in told["notes"]:
        yield f"note: {one['place']}: {one['reason']}"
    for one in told["holds"]:
        yield f"HELD: {one['node']}: {one['reason']}"
        yield from (f"    {concern}" for concern in one["concerns"])


def _named(row: dict[str, Any]) -> str:
    return str(row["set"]) + (f" without {', '.join(row['withheld'])}" if row["withheld"] else "")


def _listed(elements: tuple[str, ...]) -> str:
    return f" {', '.join(elements)}" if elements else ""
