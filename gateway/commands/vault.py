"""`samsyn vault`: the key that seals what is kept."""

from __future__ import annotations

import click

from gateway.commands import operators
from gateway.commands.store import opened_store


@click.group()
def vault() -> None:
    """See to the key that seals what is kept."""


@vault.command("add-key")
@operators.by
def add_key(by: str) -> None:
    """Add a key to the key file, which wraps nothing yet: for the others that share a PostgreSQL database.

    Copy the file to every machine, and say `samsyn vault rotate` then.
    """
    with opened_store() as store:
        made = store.add_key(by, store.now())
    click.echo(f"The key {made} is added. Copy the key file to every machine, and say samsyn vault rotate then.")


@vault.command()
@operators.by
@click.option("--alone", is_flag=True, help="No other machine shares the PostgreSQL database: add a key at once.")
def rotate(by: str, *, alone: bool) -> None:
    """Add a key to the key file, and wrap every person's key with it, while all else goes on.

    With PostgreSQL, which other machines may share, no key is added unless this one is alone: `samsyn vault add-key`
    does. Where it is cut short, say it again. The lines before the last can be taken out of the file afterwards; older
    backups of the database need them.
    """
    with opened_store() as store:
        count = store.rotate(by, store.now(), may_make_key=alone or not store.has_many_machines)
    click.echo(f"{count} keys are wrapped by the last key of the file, and none by another.")
