"""`samsyn store`: move what is kept to another database."""

from __future__ import annotations

import click

from gateway.commands.operators import by
from gateway.errors import ConfigurationError
from gateway.settings import read_settings
from gateway.store.copying import move


@click.group()
def store() -> None:
    """See to the database."""


@store.command("copy")
@by
def copy(by: str) -> None:
    """Move everything from the file `database` to the PostgreSQL database `postgres`, while the gateway runs.

    Who hands in something meanwhile is told to come again. Afterwards the file is closed for good: end what used it,
    start it with `postgres` set, and let the workers go on with `samsyn resume`.
    """
    settings = read_settings()
    if settings.postgres is None or not settings.database.is_file():
        raise ConfigurationError("Set both `database`, a file that is there, and `postgres`")
    copied = move(settings.database, settings.postgres.get_secret_value(), settings.vault_key_file, by)
    click.echo(f"{copied} rows are in PostgreSQL, and the file is closed. The workers there are paused.")
