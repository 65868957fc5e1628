"""How a person's number comes in: asked for, so that it stands in no list of commands and no log."""

from __future__ import annotations

import click

from gateway.identity import PersonIdentity


def asked_number() -> PersonIdentity:
    """Return the number, from the terminal, where it is not shown, or from the standard input.

    Raises:
        InvalidIdentity: It is none; the text does not hold it.
    """
    return PersonIdentity(click.prompt("Personnummer", hide_input=True, err=True))
