"""`samsyn check`: what the schema and the form's rules say of messages in files, and whether they are as signed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from gateway.commands.output import as_json, print_json
from gateway.errors import ForeignSignature, InvalidIdentity, Problem, SenderError
from gateway.forms import judge
from gateway.reading.certificate import answers_of, kind_of
from gateway.reading.namespaces import CORE, RESPONDER
from gateway.reading.reader import REGISTER_CERTIFICATE, payload
from gateway.reading.signature import signature_of
from gateway.rules import load_rules
from gateway.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from gateway.persons import Persons
    from gateway.rules import Rules


class Verdict(NamedTuple):
    """What is said of one message; `-` where there is nothing to judge it by."""

    schema: str
    rules: str
    signature: str
    """`verified`, `not-verified` or `absent`; `FAIL` where it is not made as the contract says."""
    problems: Sequence[Problem]
    warnings: Sequence[Problem] = ()
    """What is odd about it, although the rules let it pass."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_context
def check(context: click.Context, files: Sequence[Path], *, as_json: bool) -> None:
    """Say what the schema and the form's rules say of RegisterCertificate messages, and of their signatures.

    FILES hold one message each, with a SOAP envelope around it or without. Exits with 1 where one of them fails, or
    cannot be judged. Whose number it is counts too, where the setting `persons` says so.
    """
    rules, persons = load_rules(), read_settings().persons_if_said
    failed = False
    for file in files:
        content = file.read_bytes()
        strangers = _strangers(content, rules, persons) if persons else []
        verdict = verdict_on(content, rules, datetime.now(UTC))
        verdict = verdict._replace(problems=[*verdict.problems, *strangers])
        failed = failed or "FAIL" in verdict[:3] or "-" in verdict[:2] or bool(strangers)
        if as_json:
            print_json({"file": str(file), **_for_json(verdict)})
        else:
            click.echo(f"{file}  schema {verdict.schema}  rules {verdict.rules}  signature {verdict.signature}")
            for problem in verdict.problems:
                click.echo(f"  {problem}")
            for warning in verdict.warnings:
                click.echo(f"  anmärkning: {warning}")
    context.exit(1 if failed else 0)


def _strangers(content: bytes, rules: Rules, persons: Persons) -> Sequence[Problem]:
    """Return why the person's number is not taken in; nothing where it is, or cannot be read at all."""
    try:
        persons.admit(rules.reader.read_file(content).person)
    except InvalidIdentity as refused:
        return [Problem("patient/person-id", str(refused))]
    except SenderError:
        return []  # the verdict tells it
    return []


def verdict_on(content: bytes, rules: Rules, now: datetime) -> Verdict:
    """Return the verdict on one message; its form is judged also where its schema is broken."""
    try:
        message = payload(content)
    except SenderError as error:
        return Verdict("FAIL", "-", "-", [Problem("", str(error))])
    if message.tag != REGISTER_CERTIFICATE:
        return Verdict("-", "-", "-", [Problem("", "Meddelandet är inte RegisterCertificate 3")])
    broken = rules.reader.schema.problems(message)
    intyg = message.find(f"{{{RESPONDER}}}intyg")
    if intyg is None:
        return Verdict(_word(broken), "-", "-", broken)
    signature, foreign, doubts = ("-", [], []) if broken else _signature(message, intyg)
    form = rules.forms.get(kind_of(intyg))
    if form is None:
        unknown = Problem("", "Det finns inget formulär för typen och versionen")
        return Verdict(_word(broken), "-", signature, [*broken, *foreign, unknown], doubts)
    against, warnings = judge(form, answers_of(intyg), now, intyg.findtext(f"{{{CORE}}}signeringstidpunkt") or "")
    return Verdict(_word(broken), _word(against), signature, [*broken, *against, *foreign], [*warnings, *doubts])


def _signature(message: etree._Element, intyg: etree._Element) -> tuple[str, Sequence[Problem], Sequence[Problem]]:
    """Return the word for the signature, what is wrong with it, and what is odd."""
    try:
        signature = signature_of(message, intyg)
    except ForeignSignature as refused:
        return "FAIL", refused.problems, []
    return signature.state, [], [Problem("underskrift", signature.reason)] if signature.reason else []


def _for_json(verdict: Verdict) -> dict[str, Any]:
    return {
        **verdict._asdict(),
        "problems": [problem._asdict() for problem in verdict.problems],
        "warnings": [warning._asdict() for warning in verdict.warnings],
    }


def _word(problems: Sequence[Problem]) -> str:
    return "FAIL" if problems else "ok"
