"""How a person's number comes in: asked for, so that it stands in no list of commands and no log."""

from __future__ import annotations

import sys

import click

from gateway.identity import PersonIdentity

_LONGEST = 100
"""Bytes of a line that are read: more than any number has."""


def asked_number() -> PersonIdentity:
    """Return the number: typed at the terminal, where it is not shown, or the first line of the standard input.

    Raises:
        InvalidIdentity: It is none; the text does not hold it.
    """
    if sys.stdin.isatty():
        return PersonIdentity(click.prompt("Personnummer", hide_input=True, err=True))
    return PersonIdentity(sys.stdin.buffer.readline(_LONGEST).decode("utf-8", "replace").strip())
