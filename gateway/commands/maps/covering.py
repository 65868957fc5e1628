"""`samsyn map coverage`: what becomes of each part of the forms over a folder of messages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json, print_table, write_page
from gateway.workbench.coverage import coverage_of
from gateway.workbench.desk import desk_with
from gateway.workbench.pages import page

if TYPE_CHECKING:
    from gateway.workbench.coverage import Coverage, PartCount


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@asking.mapping
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page to look at instead.")
@as_json
def coverage(folder: Path, mapping: Path | None, html: Path | None, *, as_json: bool) -> None:
    """Count, over every *.xml in FOLDER, in how many messages each part is present, mapped, ignored or unknown.

    Also counts what is refused or held, by cause.
    """
    desk = desk_with(mapping)
    files = asking.messages_in(folder)
    with click.progressbar(files, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        counted = coverage_of(shown, desk)
    if html:
        write_page(html, page("coverage", folder=folder.name, coverage=counted), as_json=as_json)
    elif as_json:
        print_json(_for_json(counted))
    else:
        _print(counted)


def _for_json(counted: Coverage) -> dict[str, Any]:
    return {
        "files": counted.files,
        "types": {
            str(kind): {
                "messages": count.messages,
                "parts": {part: _part(row) for part, row in count.parts.items()},
            }
            for kind, count in counted.types.items()
        },
        "refused": counted.refused,
        "held": counted.held,
    }


def _part(row: PartCount) -> dict[str, Any]:
    return {
        "title": row.title,
        "present": row.present,
        "mapped": row.mapped,
        "ignored": row.ignored,
        "unknown": row.unknown,
        "why": list(row.why),
    }


def _print(counted: Coverage) -> None:
    click.echo(f"{counted.files} files")
    for kind, count in counted.types.items():
        click.echo(f"\n{kind}: {count.messages} messages")
        rows = [
            (part, row.present, row.mapped, row.ignored, row.unknown, "; ".join(row.why) or row.title)
            for part, row in count.parts.items()
        ]
        print_table(("part", "present", "mapped", "ignored", "unknown", "why ignored, or title"), rows)
    for word, causes in (("refused", counted.refused), ("held", counted.held)):
        for cause, messages in causes.most_common():
            click.echo(f"{word}: {messages}: {cause}")
