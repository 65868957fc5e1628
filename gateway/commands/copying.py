"""`samsyn store`: move what is kept to another database, say which of two lives, take away what is over."""

from __future__ import annotations

from datetime import timedelta

import click
import orjson

from gateway.app import notary_of
from gateway.commands.operators import because, by
from gateway.commands.store import opened_store
from gateway.errors import ConfigurationError
from gateway.information_sets import rest_of
from gateway.rules import MAPPINGS
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


@store.command()
@by
@because
def lives(by: str, because: str) -> None:
    """Say that this database lives from now on, and none that it is a copy of: it was restored, or has moved.

    End every process that uses it first, and whatever uses the other one. What was done since it was copied is not
    known here: consents withdrawn since then have to be withdrawn again before a worker starts.
    """
    with opened_store() as opened:
        why, unknown = notary_of(opened, read_settings()).live_on(by, because)
    click.echo(f"It lives from now on. It was in doubt because {why}.")
    click.echo(f"{unknown} deliveries are UNKNOWN: they may have been taken, and are repeated as they were.")


@store.command()
@by
def purge(by: str) -> None:
    """Take away what information sets said that `keep_days` names, so many days after nothing more happened to them.

    What waits, is held, stopped or may have been taken stays. Where it is cut short, say it again. Meant for every
    night.
    """
    days = read_settings().keep_days
    if unknown := sorted(
        days.keys() - {file.parent.name for file in (MAPPINGS / "information_sets").glob("*/set.yaml")}
    ):
        raise ConfigurationError(f"keep_days: {unknown[0]} is no information set")
    with opened_store() as kept:
        at = kept.now()
        ended = {name: at - timedelta(days=count) for name, count in days.items()}
        count = kept.purge(ended, lambda body: orjson.dumps(rest_of(orjson.loads(body))), by, at)
    click.echo(f"What {count} sets said is gone.")
