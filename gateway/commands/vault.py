"""`samsyn vault`: the key that seals what is kept."""

from __future__ import annotations

import click

from gateway.commands import operators
from gateway.commands.store import opened_store


@click.group()
def vault() -> None:
    """See to the key that seals what is kept."""


@vault.command()
@operators.by
def rotate(by: str) -> None:
    """Add a key to the key file, and wrap every person's key with it, while all else goes on.

    Where it is cut short, say it again. The lines before the last can be taken out of the file afterwards; older
    backups of the database need them.
    """
    with opened_store() as store:
        count = store.rotate(by, store.now())
    click.echo(f"{count} keys are wrapped by the last key of the file, and none by another.")
