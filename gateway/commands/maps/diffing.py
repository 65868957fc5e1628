"""`samsyn map diff`: what a change of the mappings changes over a folder of messages."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json, write_page
from gateway.workbench.approved import load_approved, outlived, reasons_for, write_approved
from gateway.workbench.comparing import compared
from gateway.workbench.outcomes import Judge
from gateway.workbench.pages import page
from gateway.workbench.versions import version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gateway.workbench.comparing import Case, Compared, Group, Key


class Report(NamedTuple):
    """What differs, and what of it somebody wants."""

    compared: Compared
    reasons: Mapping[Key, str]
    """Why a group is wanted; one that is not there is not."""
    outlived: Sequence[Key]
    """What is approved and no longer occurs."""

    @property
    def numbered(self) -> list[tuple[int, Key, Group]]:
        """Return the groups with their numbers."""
        return [(n, key, group) for n, (key, group) in enumerate(self.compared.groups.items(), start=1)]


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--open", "opened", type=int, multiple=True, metavar="N", help="Show the messages of group N as well.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page to look at instead.")
@click.option("--approved", type=click.Path(dir_okay=False, path_type=Path), help="The list of what is wanted.")
@click.option("--accept", is_flag=True, help="Write the list that --approved names from what is found.")
@as_json
@click.pass_context
def diff(  # noqa: PLR0913 - one argument an option
    context: click.Context,
    old: str,
    new: str,
    folders: Sequence[Path],
    *,
    opened: Sequence[int],
    html: Path | None,
    approved: Path | None,
    accept: bool,
    as_json: bool,
) -> None:
    """Compare what two versions of the mappings make of every *.xml in FOLDERS.

    OLD and NEW are folders laid out like mappings/, or one certificate's (lisjp/2), or revisions of the repository
    here. Exits with 1 where something differs that is not on the approved list. What it shows is what the messages
    say: treat it as the messages themselves.
    """
    if accept and approved is None:
        raise click.UsageError("--accept needs a list to write: --approved FILE")
    approvals = load_approved(approved) if approved and not accept else []
    found = _compared(old, new, [file for folder in folders for file in asking.messages_in(folder)])
    if approved and accept:
        missing = write_approved(approved, found.groups)
        if as_json:
            print_json({"written": approved, "without_reason": missing})
        else:
            click.echo(f"{approved} is written; {missing} reasons are to be filled in")
        return
    report = Report(found, reasons_for(found.groups, approvals), outlived(found.groups, approvals))
    if html:
        write_page(html, page("diff", old=old, new=new, report=report), as_json=as_json)
    elif as_json:
        print_json(_for_json(report))
    else:
        for line in _lines(report, opened):
            click.echo(line)
    context.exit(0 if found.groups.keys() == report.reasons.keys() else 1)


def _compared(old: str, new: str, files: Sequence[Path]) -> Compared:
    now = datetime.now(UTC)
    with (
        version(old) as before,
        version(new) as after,
        click.progressbar(files, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown,
    ):
        return compared(shown, Judge(before, now), Judge(after, now))


def _for_json(report: Report) -> dict[str, Any]:
    return {
        "files": report.compared.files,
        "differing": report.compared.differing,
        "groups": [
            {
                "number": number,
                **key._asdict(),
                "messages": group.messages,
                "certificates": sorted(group.certificates),
                "approved": report.reasons.get(key),
                "cases": [_case(*one) for one in group.cases.items()],
            }
            for number, key, group in report.numbered
        ],
        "outlived": [key._asdict() for key in report.outlived],
    }


def _case(case: Case, files: Sequence[Path]) -> dict[str, Any]:
    return {
        "old": case.old._asdict() if case.old else None,
        "new": case.new._asdict() if case.new else None,
        "files": list(map(str, files)),
    }


def _lines(report: Report, opened: Sequence[int]) -> Iterator[str]:
    groups = report.compared.groups
    yield f"{report.compared.files} messages, {report.compared.differing} of them otherwise; {len(groups)} differences"
    for number, key, group in report.numbered:
        types = ", ".join(sorted(group.certificates))
        yield f"{number:4}  {_named(key)}: {group.messages} messages of {types}"
        if key in report.reasons:
            yield f"      approved: {report.reasons[key]}"
        if number in opened:
            for case, files in group.cases.items():
                yield from _sides(case)
                yield from (f"        in {file}" for file in files)
    for key in report.outlived:
        yield f"approved, and no longer found: {_named(key)}"


def _named(key: Key) -> str:
    return f"{key.change}: {' '.join(filter(None, (key.set, key.path))) or 'the message'}"


def _sides(case: Case) -> Iterator[str]:
    rules = [side.rule if side else "" for side in case]
    for sign, side in zip("-+", case, strict=True):
        if side is not None:
            yield from (f"      {sign} {line}" for line in side.value.splitlines() or [""])
            if side.rule and (sign == "+" or side.rule != rules[1]):
                yield f"        ←  {side.rule}"
