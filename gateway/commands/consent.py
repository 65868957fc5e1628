"""`samsyn consent`: what consents let through, and by which rule."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.damaged import damaged_as_json, tell_damaged
from gateway.commands.explain import explain
from gateway.commands.output import as_json, print_json, print_table
from gateway.commands.store import opened_store
from gateway.consent import decide_foreign, read_asked, read_foreign, terms_of
from gateway.errors import MessageTooLarge, SenderError
from gateway.store.port import sorted_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.consent import Asked, ForeignConsent, Ruling, Terms

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MAX_FILE = 4 * 1024 * 1024
"""Bytes of a file that are read: far more than a Consent has whose every list is as long as it may be."""
_LARGEST_NUMBER = 2**53 - 1
"""Beyond it, programs that read JSON round (RFC 8259 §6)."""


@click.group()
def consent() -> None:
    """Ask the gate."""


consent.add_command(explain)


@consent.command("list")
@click.option("--policy", help="Only those that rest on this policy.")
@click.option("--ground", help="Only those that record this ground.")
@click.option("--ends-within", type=click.IntRange(0, 36_500), help="Only active ones that end within so many days.")
@as_json
def list_(policy: str | None, ground: str | None, ends_within: int | None, *, as_json: bool) -> None:
    """List the newest version of each consent: what it rests on and until when, and nothing of the person.

    Fails, once all others are listed, where one of them cannot be opened.
    """
    with opened_store() as store:
        now = store.now()
        good, damaged = sorted_out(store.consents())
    kept = [(record, terms_of(record.resource)) for record in good]
    soon = None if ends_within is None else now + timedelta(days=ends_within)
    rows = [
        (record.id, record.version, terms.status, " ".join(terms.policies), " ".join(terms.grounds), terms.last)
        for record, terms in kept
        if (policy is None or policy in terms.policies)
        and (ground is None or ground in terms.grounds)
        and (soon is None or _ends_between(terms, now, soon))
    ]
    head = ("id", "version", "status", "policy", "ground", "until")
    if as_json:
        print_json([*(dict(zip(head, row, strict=True)) for row in rows), *map(damaged_as_json, damaged)])
    else:
        print_table(head, [[cell or "-" for cell in row] for row in rows])
    tell_damaged(damaged, as_json=as_json)


def _ends_between(terms: Terms, first: datetime, last: datetime) -> bool:
    return terms.status == "active" and terms.last is not None and first <= terms.last <= last


@consent.command()
@click.option("--consent", "consents", multiple=True, type=_FILE, help="A FHIR R4 Consent; give it once for each.")
@click.option("--request", "request", required=True, type=_FILE, help="Who asks for what, as JSON.")
def decide(consents: Sequence[Path], request: Path) -> None:
    """Say whether consents in files let a request through, and by which rule of which of them.

    Prints one JSON object. Exits with 0 whether it is a permit or a deny, and with another code where a file cannot be
    read: a consent that can be read and is not understood denies.
    """
    with _naming(request):
        asked = read_asked(_content(request), datetime.now(UTC))
    given = []
    for file in consents:
        with _naming(file):
            given.append((click.format_filename(file), read_foreign(_content(file))))
    ruling = decide_foreign([one for _, one in given], asked)
    decision = ruling.decision
    print_json(
        {
            **_told(ruling, given),
            "since": decision.since,
            "until": decision.until,
            "objected": decision.objected,
            "policy": decision.policy,
            "asked_at": asked.at.first,
            "consents": [_alone(file, one, asked) for file, one in given],
        }
    )


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Say of which file an error is."""
    try:
        yield
    except SenderError as error:
        raise type(error)(f"{file}: {error}", error.problems) from None


def _content(file: Path) -> bytes:
    """Return what a file holds.

    Raises:
        MessageTooLarge: It is larger than any Consent; what is beyond is not read.
        FileError: The system does not let it be read.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE + 1)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from None
    if len(content) > MAX_FILE:
        raise MessageTooLarge(f"The file is larger than {MAX_FILE} bytes")
    return content


def _told(ruling: Ruling, given: Sequence[tuple[str, ForeignConsent]]) -> dict[str, Any]:
    decision, by = ruling
    return {
        "decision": "permit" if decision.permitted else "deny",
        "reason": decision.reason,
        "rule": decision.rule or None,
        "consent": by.id if by else None,
        "version": _version(by) if by else None,
        "file": next((file for file, one in given if one is by), None),
    }


def _alone(file: str, one: ForeignConsent, asked: Asked) -> dict[str, Any]:
    """Return what a consent would answer if it were the only one."""
    told = _told(decide_foreign([one], asked), [(file, one)])
    return {**told, "consent": one.id, "version": _version(one), "file": file}


def _version(consent: ForeignConsent) -> int | str:
    number = consent.number
    return consent.version if number is None or number > _LARGEST_NUMBER else number
