"""`samsyn form`: a form as a person would read it, and made-up certificates that it accepts."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from gateway.commands.maps import asking
from gateway.commands.output import as_json, print_json
from gateway.errors import ConfigurationError
from gateway.examples import Examples, load_material
from gateway.forms.description import ToldForm, ToldPart, ToldQuestion, describe
from gateway.identity import CertificateKind
from gateway.mapping.tables import load_tables
from gateway.rules import MAPPINGS
from gateway.sandbox.story import enveloped
from gateway.workbench.desk import forms_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.forms import Form
    from gateway.mapping.tables import Tables

_STOCKHOLM = ZoneInfo("Europe/Stockholm")

_FIRST_DAY = date(1900, 1, 1)

_type = click.argument("type_", metavar="TYPE")
_major = click.option("--major", type=click.IntRange(0), help="The form's major version; the latest unless said.")


@click.group("form")
def form_() -> None:
    """Read forms, and make up certificates that they accept."""


@form_.command("describe")
@_type
@_major
@asking.mapping
@as_json
def describe_(type_: str, major: int | None, mapping: Path | None, *, as_json: bool) -> None:
    """Print the form of a TYPE of certificate (LISJP, AG7804 …) as a person would read it, in Swedish."""
    tables = load_tables(_around(mapping) / "code_tables")
    told = describe(_form(type_, major, mapping), partial(_meaning, tables))
    if as_json:
        print_json(_for_json(told))
    else:
        click.echo("\n".join(_lines(told)))


def _a_day_that_was(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    """Return the day; nobody signs on a day to come, and some forms refuse what was known only then."""
    day = value.date() if value else None
    if day is not None and not _FIRST_DAY <= day <= datetime.now(_STOCKHOLM).date():
        raise click.BadParameter(f"has to be a day from {_FIRST_DAY} to today")
    return day


@form_.command("example")
@_type
@_major
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed always gives the same certificate.")
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="Make so many, from --seed up.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write files to this folder.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_a_day_that_was,
    help="When they are signed; the seed decides unless said.",
)
@click.option("--envelope", is_flag=True, help="In a SOAP envelope, ready to post.")
@asking.mapping
@as_json
def example(  # noqa: PLR0913 - one argument an option
    type_: str,
    major: int | None,
    *,
    seed: int,
    count: int,
    folder: Path | None,
    day: date | None,
    envelope: bool,
    mapping: Path | None,
    as_json: bool,
) -> None:
    """Make up a RegisterCertificate message with a certificate of TYPE (LISJP, AG7804 …) that its form accepts.

    The persons are published test persons; everything else is made up. Several go to a folder, one file each.
    """
    if count > 1 and folder is None:
        raise click.UsageError("Several need a folder: --to FOLDER")
    form = _form(type_, major, mapping)
    examples = Examples(form, load_material(_around(mapping) / "examples.yaml"))
    make = _maker(examples, day, envelope=envelope)
    if folder is None:
        made = make(seed)
        if as_json:
            print_json({"type": str(form.kind), "seed": seed, "message": made.decode()})
        else:
            click.echo(made, nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for each in range(seed, seed + count):
        file = folder / f"{form.kind.type.lower()}-{form.kind.major}-{each}.xml"
        file.write_bytes(make(each))
        if as_json:
            print_json({"type": str(form.kind), "seed": each, "file": file})


def _around(mapping: Path | None) -> Path:
    """Return the folder whose code tables and made-up people go with the forms that are asked for."""
    return mapping if mapping and (mapping / "certificates").is_dir() else MAPPINGS


def _form(type_: str, major: int | None, mapping: Path | None) -> Form:
    """Return the form of a type; its latest version where none is named.

    Raises:
        ConfigurationError: There is none.
    """
    forms = forms_with(mapping)
    majors = {kind.major for kind in forms if kind.type == type_.upper()}
    wanted = max(majors, default=0) if major is None else major
    if wanted not in majors:
        known = ", ".join(sorted({str(form.kind) for form in forms.values()}))
        raise ConfigurationError(f"There is no form {type_.upper()}/{wanted}; there are {known}")
    return forms[CertificateKind(type_.upper(), wanted)]


def _maker(examples: Examples, day: date | None, *, envelope: bool) -> Callable[[int], bytes]:
    def make(seed: int) -> bytes:
        message = examples.example(seed, day)
        return enveloped(message) if envelope else message

    return make


def _meaning(tables: Tables, system: str, code: str) -> str | None:
    found = (table.get((system, code)) for table in tables.concepts.values())
    return next((concept.display for concept in found if concept), None)


def _for_json(told: ToldForm) -> dict[str, object]:
    questions = [{**one._asdict(), "parts": [part._asdict() for part in one.parts]} for one in told.questions]
    return {**told._asdict(), "questions": questions}


def _lines(told: ToldForm) -> Iterator[str]:
    yield f"{told.title} ({told.type}/{told.major})"
    yield "! avvisas annars   ? anmärks, men avvisas inte"
    for question in told.questions:
        yield ""
        yield from _lines_of_question(question)
    if told.additional_questions:
        yield f"\n{told.additional_questions}"


def _lines_of_question(question: ToldQuestion) -> Iterator[str]:
    yield f"{question.number:6}{question.title}: {question.often}"
    for part in question.parts:
        yield from _lines_of_part(part)
    for reason in question.refused_unless:
        yield f"      ! {reason}"
    for reason in question.noted_unless:
        yield f"      ? {reason}"


def _lines_of_part(part: ToldPart) -> Iterator[str]:
    yield f"      {part.number:8}{part.title}: {part.often}, {part.holds}"
    width = max(map(len, part.codes), default=0)
    for code, meaning in part.codes.items():
        yield f"              {code:{width}}  {meaning or ''}".rstrip()
