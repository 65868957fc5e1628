"""The database that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError, StoreUnavailable
from gateway.store.postgres import PostgresStore
from gateway.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.store.port import Store


def open_store(settings: Settings) -> Store:
    """Open the store, and make it where there is none.

    Raises:
        ConfigurationError: There is no such database or server, a newer gateway has written to it, or its key is
            missing or wrong.
    """
    try:
        if settings.postgres is not None:
            return PostgresStore(settings.postgres.get_secret_value(), settings.vault_key_file)
        return SqliteStore(settings.database, settings.vault_key_file)
    except StoreUnavailable:
        raise ConfigurationError(_why(settings)) from None


def _why(settings: Settings) -> str:
    if settings.postgres is not None:
        return "The PostgreSQL database of the settings cannot be reached, or refuses"
    return f"The database {settings.database} cannot be opened: no folder, no right, or no database"
