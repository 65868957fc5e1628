"""How commands tell the rows of a list that cannot be opened: after all the others, and the command fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.store.port import Damaged


def damaged_as_json(damaged: Damaged) -> dict[str, str]:
    """Return a row that cannot be opened as JSON tells it, after the others."""
    return {"id": damaged.id, "damaged": damaged.what}


def tell_damaged(damaged: Sequence[Damaged], *, as_json: bool) -> None:
    """Tell the rows that cannot be opened, unless JSON has told them.

    Raises:
        ClickException: There is any.
    """
    if not as_json:
        for one in damaged:
            click.echo(f"{one.id} cannot be opened: {one.what}")
    if damaged:
        raise click.ClickException(f"{len(damaged)} of them cannot be opened: they are not as they were sealed")
