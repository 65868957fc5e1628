"""`samsyn audit`: verify the log, prove one of its entries, export it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.app import cosigner_of, notary_of
from gateway.audit.anchor_file import notes_in
from gateway.audit.stamps import read_roots
from gateway.auditing import check, verify
from gateway.commands.operators import looker
from gateway.commands.output import as_json, print_json
from gateway.commands.store import opened_store
from gateway.proving import exported, proofs_of
from gateway.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.audit.verifying import Fault
    from gateway.auditing import Notary
    from gateway.store.port import Store


@click.group()
def audit() -> None:
    """See that the log is as it was written, and prove it to others. Each look stands in the log."""


@audit.command("verify")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of checkpoints that were kept elsewhere; may be given again.",
)
@as_json
def verify_(anchors: tuple[Path, ...], *, as_json: bool) -> None:
    """Read the whole log, and compare it with its checkpoints and with those that were kept elsewhere.

    Only what was kept elsewhere shows that the whole log was put back to an earlier day: the newest checkpoint beside
    the key and in the file that `audit_anchor` names, and each one in a file that is given. Its time-stamps are judged
    by the certificates that `audit_timestamp_roots` names, and its cosignatures by the keys in `audit_witnesses`.
    """
    settings = read_settings()
    roots = settings.audit_timestamp_roots
    believed = [] if roots is None else read_roots(roots)
    witnesses = {one.key for one in settings.audit_witnesses}
    kept_elsewhere = [note for file in anchors for note in _notes(file)]
    with opened_store() as store:
        notary = notary_of(store, settings)
        unlogged = _look_in_vain(store, "log.verified", f"anchors={len(anchors)}")
        found = verify(store, notary.verifier, [*kept_elsewhere, *notary.kept_elsewhere()], believed, witnesses)
    if unlogged:
        found.find_bad(f"that somebody looks into it now could not be added to it: {unlogged}")
    faults = [fault._asdict() for fault in found.faults]
    if as_json:
        told = {"entries": found.size, "signed": found.agreed, "stamped": found.stamped}
        told |= {"unjudged": found.unjudged, "cosigned": found.cosigned, "unvouched": found.unvouched}
        print_json({**told, "faults": faults, "key": str(notary.verifier)})
    else:
        click.echo(f"{found.size} entries, {found.agreed} of them signed.")
        if found.stamped:
            click.echo(f"{found.stamped} time-stamps are good.")
        if found.unjudged:
            click.echo(f"{found.unjudged} time-stamps cannot be judged: name audit_timestamp_roots.")
        if found.cosigned:
            click.echo(f"{found.cosigned} cosignatures are good.")
        if found.unvouched:
            click.echo(f"{found.unvouched} cosignatures count for nothing: audit_witnesses names no such keys.")
        for fault in found.faults:
            click.echo(f"{_entries(fault)}{fault.what}")
    if faults:
        which = "" if found.first_bad is None else f"; the first bad entry is {found.first_bad}"
        raise click.ClickException(f"The log is not as it was written{which}")


def _entries(fault: Fault) -> str:
    if fault.first is None:
        return ""
    return f"entry {fault.first}: " if fault.first == fault.last else f"entry {fault.first} to {fault.last}: "


@audit.command("check")
@as_json
def check_(*, as_json: bool) -> None:
    """See that whatever left had a decision that let it, in the log before it, on a consent that counted then."""
    with _opened("log.checked", "all") as (store, _):
        found = check(store)
    if as_json:
        print_json({"sent": found.sent, "read": found.read, "breaches": [one._asdict() for one in found.breaches]})
    else:
        click.echo(f"{found.sent} times something was sent, and {found.read} times something was read.")
        for breach in found.breaches:
            click.echo(f"entry {breach.entry}: {breach.what}" if breach.entry else breach.what)
    if found.breaches:
        raise click.ClickException("Something left, or is said to have left, that no decision in the log let")


@audit.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--details", "with_details", is_flag=True, help="Show what the entry only commits to, with its salt.")
def prove(number: int, *, with_details: bool) -> None:
    """Print what proves that the log has entry NUMBER, for a program that knows nothing of this gateway.

    With the details, whoever gets it sees that `details` are those of the entry: SHA-256 of salt and details is what
    stands in the entry.
    """
    with _opened("log.proved", f"entry={number}{' details' if with_details else ''}") as (store, notary):
        [proof] = proofs_of(store, notary, [number], with_details=with_details)
        print_json(proof)


@audit.command()
def export() -> None:
    """Print the log as FHIR AuditEvents, one a line, and a signed checkpoint of it last."""
    with _opened("log.exported", "all") as (store, notary):
        for line in exported(store, notary):
            click.echo(line)


@audit.command()
@as_json
def key(*, as_json: bool) -> None:
    """Print by which keys others know the log, and this gateway as a witness of theirs."""
    settings = read_settings()
    with opened_store() as store:
        log, witness = str(notary_of(store, settings).verifier), str(cosigner_of(store, settings).witness)
    if as_json:
        print_json({"log": log, "witness": witness})
    else:
        click.echo(f"log      {log}\nwitness  {witness}")


def _notes(file: Path) -> list[str]:
    found = notes_in(file.read_text(encoding="utf-8", errors="replace"))
    if not found:
        raise click.BadParameter(f"{file} holds no checkpoint", param_hint="--anchor")
    return found


def _note_look(store: Store, event: str, detail: str) -> None:
    store.note_look(event, f"{detail} by {looker()}", store.now())


def _look_in_vain(store: Store, event: str, detail: str) -> str:
    """Add a look to the log; return what kept it from being added, where something did: it is then all the more due."""
    try:
        _note_look(store, event, detail)
    except Exception as error:  # noqa: BLE001 - what is wrong with the log may be anything
        return type(error).__name__
    return ""


@contextmanager
def _opened(event: str, detail: str) -> Iterator[tuple[Store, Notary]]:
    """Open the log for a look at it, which stands in it before anything is shown."""
    settings = read_settings()
    with opened_store() as store:
        notary = notary_of(store, settings)
        _note_look(store, event, detail)
        yield store, notary
