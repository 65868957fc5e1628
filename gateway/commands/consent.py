"""`samsyn consent`: what consents let through, and by which rule."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.app import now
from gateway.commands.explain import explain
from gateway.commands.output import print_json
from gateway.consent import decide_foreign, read_asked, read_foreign
from gateway.errors import SenderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gateway.consent import Asked, ForeignConsent
    from gateway.decisions import Decision

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def consent() -> None:
    """Ask the gate."""


consent.add_command(explain)


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
        "version": _number(ground.version) if ground else None,
        "file": file,
    }


def _alone(file: str, one: ForeignConsent, asked: Asked) -> dict[str, Any]:
    """Return what a consent would answer if it were the only one."""
    told = _told(decide_foreign([one], asked), {file: one})
    return {**told, "consent": one.id, "version": _number(one.version), "file": file}


def _number(version: str) -> int | str:
    return int(version) if version.isdecimal() else version
