"""Who does something, and why: kept in the log for good, and so without anybody's number."""

from __future__ import annotations

import os
import re
import unicodedata

import click

_LONGEST = 200
_A_NUMBER = re.compile(r"\d{6}[\s+\-\u2010-\u2015\u2212]{0,3}\d{4}")
"""Written as people write one: with a hyphen, a dash, a blank or nothing between."""


def _told(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    # Two persons have to be told apart, and one from herself: the same letters are kept in the same characters.
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise click.BadParameter(f"is no text of up to {_LONGEST} characters")
    if _A_NUMBER.search(text):
        raise click.BadParameter("holds what may be somebody's number")
    return text


def looker() -> str:
    """Return who looks into the log, as the system knows them: the number of the account."""
    return f"uid={os.getuid()}"


by = click.option("--by", required=True, callback=_told, help="Your name, for the log.")

because = click.option("--because", required=True, callback=_told, help="Why, for the log; nothing of a patient.")
