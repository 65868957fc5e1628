"""The few notions of XPath 2.0 that the official rules rest on, as Saxon 12 decides them.

Python's own are close and not the same: `str.strip` takes a no-break space for a blank, `float` reads `1_0`.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

BLANKS = " \t\r\n"
"""What XML calls white space."""

_RUN_OF_BLANKS = re.compile(r"[ \t\r\n]+")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>0[0-9]|1[0-4]):(?P<minutes>[0-5][0-9]))?"
    r"[ \t\r\n]*"
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+]?INF")
_USUAL_NUMBERS = frozenset(map(str, range(1, 100)))
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_LEAP_YEAR = 4
"""Stands for year 0, a leap year to XML Schema 1.1 and no year to Python."""

_BEYOND_WILDCARDS = re.compile(r"[\\?*+{}()\[\]^$]")
_LONGEST_TO_MATCH = 1000
"""Longer than any code system, short enough for a search that grows with the product of two lengths."""


def normalized(text: str) -> str:
    """Return the text without blanks around it, and with one space for each run of blanks inside."""
    if text.isascii():
        # Of the characters that Python splits ASCII text at XML lets in its blanks alone; thrice as fast.
        return " ".join(text.split())
    return _RUN_OF_BLANKS.sub(" ", text).strip(" ")


def boolean(text: str) -> str | None:
    """Return `true` or `false` for an xs:boolean, none for any other text."""
    return _BOOLEANS.get(text.strip(BLANKS))


def is_date(text: str) -> bool:
    """Say whether the text begins with YYYY-MM-DD and is an xs:date; a zone and blanks may follow."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return False
    try:
        date(int(parts[1]) or _LEAP_YEAR, int(parts[2]), int(parts[3]))
    except ValueError:
        return False
    return True


def begins_after(text: str, midnight: datetime) -> bool:
    """Say whether an xs:date, with its zone or else that of the midnight, begins after that midnight."""
    parts = _DATE.fullmatch(text)
    if parts is None or not is_date(text) or not int(parts[1]):
        return False
    day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    return datetime.combine(day, time(), _zone(parts) or midnight.tzinfo) > midnight


def _zone(parts: re.Match[str]) -> tzinfo | None:
    if parts["utc"]:
        return UTC
    if parts["sign"] is None:
        return None
    offset = timedelta(hours=int(parts["hours"]), minutes=int(parts["minutes"]))
    return timezone(-offset if parts["sign"] == "-" else offset)


def number(text: str) -> float:
    """Return the number that the text says, as an xs:double; not a number where it says none."""
    stripped = text.strip(BLANKS)
    return float(stripped) if _NUMBER.fullmatch(stripped) else math.nan


def is_at_least_one(text: str) -> bool:
    """Say whether the text is an xs:double, and 1 or more."""
    return text.strip(BLANKS) in _USUAL_NUMBERS or number(text) >= 1


def found_in(pattern: str, text: str) -> bool:
    """Say whether a regular expression that came with the message is found somewhere in the text.

    Dots are wildcards and bars part alternatives, as in any regular expression. One that says more, or is
    longer than a code system is, is not run, for it could be made to run for ever: the answer is then no.
    """
    if max(len(pattern), len(text)) > _LONGEST_TO_MATCH or _BEYOND_WILDCARDS.search(pattern):
        return False
    if pattern == text:
        return True
    return re.search("".join(c if c in ".|" else re.escape(c) for c in pattern), text) is not None
