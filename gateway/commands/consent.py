"""`samsyn consent`: what consents let through, and by which rule."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.app import now
from gateway.commands.explain import explain
from gateway.commands.output import as_json, print_json, print_table
from gateway.commands.store import opened_store
from gateway.consent import decide_foreign, read_asked, read_foreign, terms_of
from gateway.errors import SenderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from gateway.consent import Asked, ForeignConsent, Terms
    from gateway.decisions import Decision

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
    """List the newest version of each consent: what it rests on and until when, and nothing of the person."""
    with opened_store() as store:
        kept = [(record, terms_of(record.resource)) for record in store.consents()]
    soon = None if ends_within is None else now() + timedelta(days=ends_within)
    rows = [
        (record.id, record.version, terms.status, " ".join(terms.policies), " ".join(terms.grounds), terms.last)
        for record, terms in kept
        if (policy is None or policy in terms.policies)
        and (ground is None or ground in terms.grounds)
        and (soon is None or _ends_between(terms, now(), soon))
    ]
    head = ("id", "version", "status", "policy", "ground", "until")
    if as_json:
        print_json([dict(zip(head, row, strict=True)) for row in rows])
    else:
        print_table(head, [[cell or "-" for cell in row] for row in rows])


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
        asked = read_asked(request.read_bytes(), now())
    given = {}
    for file in consents:
        with _naming(file):
            given[str(file)] = read_foreign(file.read_bytes())
    decision = decide_foreign(list(given.values()), asked)
    print_json(
        {
            **_told(decision, given),
            "since": decision.since,
            "until": decision.until,
            "objected": decision.objected,
            "policy": decision.policy,
            "asked_at": asked.at.first,
            "consents": [_alone(file, one, asked) for file, one in given.items()],
        }
    )


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Say of which file an error is."""
    try:
        yield
    except SenderError as error:
        raise type(error)(f"{file}: {error}", error.problems) from None


def _told(decision: Decision, given: Mapping[str, ForeignConsent]) -> dict[str, Any]:
    deciding = [(file, one) for file, one in given.items() if one.reference == decision.consent]
    file, ground = deciding[0] if deciding else (None, None)
    return {
        "decision": "permit" if decision.permitted else "deny",
        "reason": decision.reason,
        "rule": decision.rule or None,
        "consent": ground.id if ground else None,
        "version": _version(ground) if ground else None,
        "file": file,
    }


def _alone(file: str, one: ForeignConsent, asked: Asked) -> dict[str, Any]:
    """Return what a consent would answer if it were the only one."""
    told = _told(decide_foreign([one], asked), {file: one})
    return {**told, "consent": one.id, "version": _version(one), "file": file}


def _version(consent: ForeignConsent) -> int | str:
    return consent.version if consent.number is None else consent.number
