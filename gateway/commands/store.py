"""The store that the settings name, for commands that look into it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.settings import read_settings
from gateway.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.store.port import Store


@contextmanager
def opened_store() -> Iterator[Store]:
    """Open the store for a while.

    Raises:
        ConfigurationError: There is none; looking for one must not make one.
    """
    settings = read_settings()
    if not settings.database.is_file():
        raise ConfigurationError(f"There is no database {settings.database}; set SAMSYN_DATABASE or SAMSYN_CONFIG")
    store = SqliteStore(settings.database)
    try:
        yield store
    finally:
        store.close()
