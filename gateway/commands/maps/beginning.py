"""`samsyn map new`: the beginning of a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json
from gateway.errors import ConfigurationError
from gateway.identity import CertificateKind
from gateway.rules import MAPPINGS
from gateway.workbench.skeletons import begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@click.command()
@click.argument("type_", metavar="TYPE")
@click.option("--major", type=click.IntRange(0), default=1, show_default=True, help="The form's major version.")
@asking.mapping
@as_json
def new(type_: str, major: int, mapping: Path | None, *, as_json: bool) -> None:
    """Begin a mapping for a TYPE of certificate: a form and a mapping of one question, and a sample.

    They load, and the sample goes through. What is to be filled in is marked TODO, and `map lint` tells it. Nothing
    is written over.
    """
    folder = mapping or MAPPINGS
    if not (folder / "certificates").is_dir():
        raise ConfigurationError(f"{folder} has no certificates/ to begin one in")
    kind = CertificateKind(type_.upper(), major)
    files = begin(kind, folder)
    if as_json:
        print_json({"certificate": str(kind), "files": list(map(str, files))})
        return
    for line in _next(kind, files, f" --mapping {mapping}" if mapping else ""):
        click.echo(line)


def _next(kind: CertificateKind, files: list[Path], option: str) -> Iterator[str]:
    """Yield what there is now, and what to do with it."""
    yield from (f"{file} is written" for file in files)
    folder, examples = files[0].parent, f"{kind.type.lower()}-examples"
    steps = {
        "fill in the form, question by question, and read it as a person would": f"form describe {kind.type}",
        "make up certificates that it accepts": f"form example {kind.type} --count 20 --to {examples}",
        "write the rules, and see what they make of one": f"map try {folder / 'samples' / 'example.xml'} --watch",
        "see that no part is forgotten": f"map coverage {examples}",
        "see what is left to do": "map lint",
        "name the type in the sets that it serves (information_sets/*/set.yaml), and keep what comes": (
            f"map accept {folder}"
        ),
    }
    yield "\nNext:"
    for number, (what, command) in enumerate(steps.items(), start=1):
        takes = command.startswith("map lint")
        yield f"  {number}. {what}"
        yield f"       samsyn {command}{option.removeprefix(' --mapping') if takes else option}"
