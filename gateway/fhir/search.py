"""What an agency may search for.

Source: FHIR R4 §3.1.1 (search): token, date with prefix, `_count`.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from gateway.errors import InvalidSearch
from gateway.identity import PERSON_SYSTEMS, PersonIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_COUNT = 50
MAX_PARAMETERS = 20
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_DATE = re.compile(
    r"(eq|ge|gt|le|lt)?([0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?)"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


@dataclass(frozen=True, slots=True)
class When:
    """A bound on when something was last updated: the stretch of time that the search names."""

    prefix: str
    start: datetime
    end: datetime
    """Not included."""

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment keeps to the bound."""
        if self.prefix == "eq":
            return self.start <= moment < self.end
        bound = self.start if self.prefix in ("ge", "lt") else self.end
        return _COMPARISONS["ge" if self.prefix in ("ge", "gt") else "lt"](moment, bound)


@dataclass(frozen=True, slots=True)
class Search:
    """A search for Bundles about one person."""

    person: PersonIdentity
    updated: tuple[When, ...] = ()
    count: int = MAX_COUNT


def read_search(form: bytes) -> Search:
    """Return what a search form asks.

    Raises:
        InvalidSearch: No patient.identifier, a parameter that is not offered, or one that cannot be understood.
        InvalidIdentity: A number that identifies nobody.
    """
    try:
        pairs = parse_qsl(form.decode(), keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise InvalidSearch("The search form cannot be read") from None
    person: PersonIdentity | None = None
    updated: list[When] = []
    count = MAX_COUNT
    for name, value in pairs:
        if name == "patient.identifier" and person is None:
            person = _person(value)
        elif name == "_lastUpdated":
            updated.append(_when(value))
        elif name == "_count":
            count = _count(value)
        else:
            raise InvalidSearch("Search by patient.identifier once, _lastUpdated and _count, and nothing else")
    if person is None:
        raise InvalidSearch("The search has to name a patient.identifier")
    return Search(person, tuple(updated), count)


def _person(value: str) -> PersonIdentity:
    system, _, digits = value.rpartition("|")
    if system and system not in PERSON_SYSTEMS:
        raise InvalidSearch("The system of patient.identifier is not known")
    person = PersonIdentity(digits)
    if system and not person.is_of(system):
        raise InvalidSearch("The patient.identifier has to be a number of its system")
    return person


def _when(value: str) -> When:
    match = _DATE.fullmatch(value)
    if match is None:
        raise InvalidSearch("_lastUpdated has to be a date, or a time with its zone, with eq, ge, gt, le or lt")
    try:
        return When(match[1] or "eq", *_bounds(match[2]))
    except (ValueError, OverflowError):
        raise InvalidSearch("_lastUpdated names no such time") from None


def _bounds(text: str) -> tuple[datetime, datetime]:
    start = datetime.fromisoformat(text)
    if "T" not in text:
        return start.replace(tzinfo=_STOCKHOLM), (start + timedelta(days=1)).replace(tzinfo=_STOCKHOLM)
    start = start.astimezone(UTC)
    return start, start + _precision(text)


def _precision(text: str) -> timedelta:
    """Return how long a stretch a time names: `12:30` a minute, `12:30:05` a second, `12:30:05.25` a hundredth.

    Source: FHIR R4 §3.1.1.5.4 (date): a time stands for all that it does not tell apart.
    """
    clock = re.split(r"[TZ+-]", text)[3]
    if clock.count(":") == 1:
        return timedelta(minutes=1)
    _, _, fraction = clock.partition(".")
    return timedelta(microseconds=10 ** (6 - len(fraction)))


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004 - no page is that long
        raise InvalidSearch("_count has to be a whole number")
    return min(int(value), MAX_COUNT)
