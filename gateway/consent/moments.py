"""What moments a FHIR dateTime stands for; a date is a day in Sweden."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_DATE_TIME = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?",
    re.ASCII,
)


_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?", re.ASCII)


class Span(NamedTuple):
    """The first and the last moment of a dateTime, both included, in UTC; the same one where it is a time."""

    first: datetime
    last: datetime

    @classmethod
    def at(cls, moment: datetime) -> Span:
        """Return the span that one moment is."""
        return cls(moment, moment)


@lru_cache(maxsize=4096)
def span(text: str) -> Span | None:
    """Return the moments that a FHIR dateTime stands for, or None where it is none.

    A year, a month and a day are those of Europe/Stockholm and last to their last microsecond; a time says
    its own offset from UTC, as FHIR R4 requires (§2.24.0.1).
    """
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    try:
        return _exact(text) if found["time"] else _whole(found)
    except (ValueError, OverflowError):
        # No such date or time, or one outside the years that a datetime can hold.
        return None


def local_span(text: str) -> Span | None:
    """Return the moments that a FHIR dateTime stands for, where one without offset is a time in Sweden.

    In the hour that comes twice when summer time ends, it stands for both. None where it is no dateTime.
    """
    if not _NO_OFFSET.fullmatch(text):
        return span(text)
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)
        both = [moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        # No such date or time, or one outside the years that a datetime can hold.
        return None
    return Span(min(both), max(both))


def _exact(text: str) -> Span:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return Span.at(moment)


def _whole(found: re.Match[str]) -> Span:
    year = int(found["year"])
    first_month, last_month = (int(found["month"]),) * 2 if found["month"] else (1, 12)
    first_day, last_day = (int(found["day"]),) * 2 if found["day"] else (1, monthrange(year, last_month)[1])
    first = datetime(year, first_month, first_day, tzinfo=STOCKHOLM)
    last = datetime(year, last_month, last_day, 23, 59, 59, 999_999, tzinfo=STOCKHOLM)
    return Span(first.astimezone(UTC), last.astimezone(UTC))
