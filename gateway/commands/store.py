"""The store and the gateway that the settings name, for commands that look into them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.app import gateway_to_look_into
from gateway.database import open_store
from gateway.errors import ConfigurationError
from gateway.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.parts import Gateway
    from gateway.settings import Settings
    from gateway.store.port import Store


@contextmanager
def opened_store() -> Iterator[Store]:
    """Open the store for a while.

    Raises:
        ConfigurationError: There is none; looking for one must not make one.
    """
    store = open_store(_settings())
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_gateway() -> Iterator[Gateway]:
    """Open the gateway for a while, to look into it: nothing is woken.

    Raises:
        ConfigurationError: There is no store; or a setting or a file has to be mended first.
    """
    gateway = gateway_to_look_into(_settings())
    try:
        yield gateway
    finally:
        gateway.store.close()


def _settings() -> Settings:
    settings = read_settings()
    if settings.postgres is None and not settings.database.is_file():
        raise ConfigurationError(f"There is no database {settings.database}; set SAMSYN_DATABASE or SAMSYN_CONFIG")
    return settings
