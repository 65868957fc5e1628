"""Bringing tables from the version that a database has to the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.store.sql.database import Database


def bring_from(version: int, versions: Sequence[Sequence[str]], db: Database) -> None:
    """Run the statements that lead from a version to the newest; an empty database has version 0.

    Raises:
        ConfigurationError: A newer gateway has changed the database; nothing was touched.
    """
    if version > len(versions):
        raise ConfigurationError("The database was written by a newer version of the gateway; start that one")
    for statements in versions[version:]:
        for statement in statements:
            db.execute(statement)
