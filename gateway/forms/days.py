"""Conditions on days and periods."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gateway.forms.parts import everything_in
from gateway.forms.xpath import begins_after, normalized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.documents import Part
    from gateway.errors import Problem
    from gateway.forms.circumstances import PartStands
    from gateway.forms.sheet import Sheet

_FIRST_YEAR, _LAST_YEAR = "1000", "9000"
"""The years that one can count from, some hundred years back and forth."""


@dataclass(frozen=True, slots=True)
class NotAfterToday:
    """A day that is not later than today."""

    part: str
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each time it is."""
        today = sheet.midnight.date().isoformat()
        for _, part in sheet.parts.get(self.part, ()):
            # What is written earlier begins earlier in any zone; most days are, and need not be read.
            if part.text >= today and begins_after(part.text, sheet.midnight):
                yield self.broken


@dataclass(frozen=True, slots=True)
class NotAfterPart:
    """A day of one question that is not later than another day, in each answer where something is so.

    As the official rule, it compares the days as they are written; a day that is not there is earlier than any.
    """

    question: str
    part: str
    other: str
    when: PartStands
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each answer whose day is earlier."""
        day = max((_written(part) for _, part in sheet.found(self.part, self.question)), default="")
        others: dict[int, str] = {}
        for place, part in sheet.parts.get(self.other, ()):
            others.setdefault(place, _written(part))
        for place in self.when.places(sheet):
            if day > others.get(place, ""):
                yield self.broken


class _Days(NamedTuple):
    """The days of a period as they are written; empty where one is missing."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class NotOverlapping:
    """Periods in the answers to a question that do not overlap; they may share a day, as officially.

    Two overlap where each begins before the other ends. A period without a first day overlaps, officially, any
    earlier answer's period that begins before it ends. Several periods in one part, after an answer that has a
    period, are refused: they make the official rule break down.
    """

    question: str
    part: str
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each period that overlaps one of another part."""
        parts = [_periods_in(part) for _, part in sheet.found(self.part, self.question)]
        if len(parts) > 1:
            found = [(days, owner) for owner, periods in enumerate(parts) for days in periods]
            yield from self._among(sorted(one for one in found if one[0].start))
            yield from self._without_start(found)
            yield from (self.broken for periods in parts[1:] if len(periods) > 1)

    def _among(self, periods: Sequence[tuple[_Days, int]]) -> Iterator[Problem]:
        starts = [days.start for days, _ in periods]
        # The latest end among the periods before each place, whose it is, and the latest of another part.
        latest, whose, second = "", -1, ""
        ends = [(latest, whose, second)]
        for days, owner in periods:
            if owner == whose:
                latest = max(latest, days.end)
            elif days.end > latest:
                latest, whose, second = days.end, owner, latest
            else:
                second = max(second, days.end)
            ends.append((latest, whose, second))
        for days, owner in periods:
            latest, whose, second = ends[bisect_left(starts, days.end)]
            if (second if owner == whose else latest) > days.start:
                yield self.broken

    def _without_start(self, found: Sequence[tuple[_Days, int]]) -> Iterator[Problem]:
        earliest = ""
        for days, owner in found:
            if not days.start and owner and earliest and earliest < days.end:
                yield self.broken
            elif days.start and days.end:
                earliest = min(earliest or days.start, days.start)


@dataclass(frozen=True, slots=True)
class NoSharedDay:
    """Periods in the answers to a question none of which begins on the day when another ends."""

    question: str
    part: str
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each period that does."""
        found = [days for _, part in sheet.found(self.part, self.question) for days in _periods_in(part)]
        ends = Counter(days.end for days in found)
        for days in found:
            if days.start and ends[days.start] > (days.start == days.end):
                yield self.broken


@dataclass(frozen=True, slots=True)
class LastsAtMost:
    """A period of at most so many days or calendar months, first and last day included."""

    part: str
    days: int
    months: int
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each longer period."""
        for start, end in _whole_periods(self.part, sheet):
            if end >= _later(start, self.months) + timedelta(days=self.days):
                yield self.broken


@dataclass(frozen=True, slots=True)
class BegunAtMost:
    """A period that began at most so many days or calendar months before the certificate was signed."""

    part: str
    days: int
    months: int
    broken: Problem

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield a problem for each period that began earlier."""
        signed = _day(sheet.signed)
        if signed is None:
            return
        earliest = (_later(signed, -self.months) - timedelta(days=self.days)).isoformat()
        for _, part in sheet.parts.get(self.part, ()):
            for days in _periods_in(part):
                if "" < days.start < earliest:
                    yield self.broken


def _written(part: Part) -> str:
    return normalized(everything_in(part))


def _periods_in(part: Part) -> list[_Days]:
    return [
        _Days(normalized(child.values.get("start", "")), normalized(child.values.get("end", "")))
        for child in part.children
        if child.name == "datePeriod"
    ]


def _whole_periods(part: str, sheet: Sheet) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each period that has both, in a year that one can count from."""
    for _, found in sheet.parts.get(part, ()):
        for days in _periods_in(found):
            start, end = map(_day, days)
            if start is not None and end is not None:
                yield start, end


def _day(text: str) -> date | None:
    """Return the day that a text begins with, none where it is no day or in a year that one cannot count from."""
    try:
        return date.fromisoformat(text[:10]) if _FIRST_YEAR <= text[:4] <= _LAST_YEAR else None
    except ValueError:
        return None


def _later(day: date, months: int) -> date:
    """Return the day so many calendar months later; the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
