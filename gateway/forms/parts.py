"""The rules for one part (delsvar), one class for each type.

They hold wherever the part stands, also in an answer to another question. Every problem is worded when the
rules are read, so that no reason can hold a value from a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gateway.forms.xpath import BLANKS, boolean, is_date, normalized, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.documents import Child, Part
    from gateway.errors import Problem


_MOST_DIGITS = 10
"""More digits than the numbers of a form have."""


class PartRule(Protocol):
    """Judges one part."""

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with it."""


class ValuedRule(PartRule, Protocol):
    """Judges one part that has a value to choose among."""

    def value(self, part: Part) -> str | None:
        """Return the value as conditions name it, none where it has none."""


@dataclass(frozen=True, slots=True)
class Text:
    """Free text: no elements in it, and something beside blanks."""

    not_text: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the text."""
        return () if not part.children and part.text.strip(BLANKS) else (self.not_text,)


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true`, `false`, `1` or `0`."""

    not_boolean: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the boolean."""
        return () if not part.children and boolean(part.text) else (self.not_boolean,)

    def value(self, part: Part) -> str | None:
        """Return `true` or `false`."""
        return boolean(part.text)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, as YYYY-MM-DD."""

    not_date: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the date."""
        return () if not part.children and is_date(part.text) else (self.not_date,)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, from `least` to `most`."""

    least: int
    most: int
    not_integer: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the number."""
        text = part.text.strip(BLANKS)
        is_one = not part.children and text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS
        return () if is_one and self.least <= int(text) <= self.most else (self.not_integer,)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A `pq` with a value and a unit."""

    least: float
    most: float
    is_written: Callable[[str], object]
    """Something true for a value, as it stands, that is written as it has to be."""
    is_unit: Callable[[str], object]
    """Something true for a unit, without blanks around it, that is accepted."""
    not_quantity: Problem
    wrong_value: Problem
    wrong_unit: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the quantity."""
        pq = only_child(part, "pq")
        if pq is None or not pq.flaws.isdisjoint(("value", "unit")):
            return (self.not_quantity,)
        value, unit = pq.values.get("value"), pq.values.get("unit")
        if value is None or unit is None:
            return (self.not_quantity,)
        if not (self.least <= number(value) <= self.most and self.is_written(value)):
            return (self.wrong_value,)
        return () if self.is_unit(normalized(unit)) else (self.wrong_unit,)


@dataclass(frozen=True, slots=True)
class Period:
    """A `datePeriod` with two days, the first not later than the second."""

    lenient: bool
    """Whether it may be later all the same, and blanks stand before a day."""
    not_period: Problem
    reversed: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the period."""
        period = only_child(part, "datePeriod")
        if period is None or not period.flaws.isdisjoint(("start", "end")):
            return (self.not_period,)
        start, end = period.values.get("start", ""), period.values.get("end", "")
        if self.lenient:
            start, end = start.lstrip(BLANKS), end.lstrip(BLANKS)
        if not (is_date(start) and is_date(end)):
            return (self.not_period,)
        return () if self.lenient or normalized(start) <= normalized(end) else (self.reversed,)


@dataclass(frozen=True, slots=True)
class Code:
    """A `cv` with a code and its code system."""

    is_system: Callable[[str], object]
    """Something true for a code system, as it stands, that the code may come from."""
    is_code: Callable[[str], object]
    """Something true for a code, without blanks around it, that may be chosen."""
    longest: int
    not_code: Problem
    wrong_system: Problem
    wrong_code: Problem
    too_long: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return what is wrong with the code."""
        cv = only_child(part, "cv")
        if cv is None or not cv.flaws.isdisjoint(("code", "codeSystem", "displayName")):
            return (self.not_code,)
        system, code = cv.values.get("codeSystem"), cv.values.get("code")
        if system is None or code is None:
            return (self.not_code,)
        code = normalized(code)
        if self.is_system(system) and self.is_code(code) and len(code) <= self.longest:
            return ()
        return self._broken(system, code)

    def value(self, part: Part) -> str | None:
        """Return the code, without blanks around it."""
        cv = only_child(part, "cv")
        return None if cv is None else normalized(cv.values.get("code", ""))

    def _broken(self, system: str, code: str) -> Sequence[Problem]:
        broken = []
        if not self.is_system(system):
            broken.append(self.wrong_system)
        if not self.is_code(code):
            broken.append(self.wrong_code)
        if len(code) > self.longest:
            broken.append(self.too_long)
        return broken


@dataclass(frozen=True, slots=True)
class Length:
    """A text of at most so many characters, blanks around it not counted."""

    most: int
    too_long: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return the problem where it has more."""
        return () if len(part.text.strip(BLANKS)) <= self.most else (self.too_long,)


@dataclass(frozen=True, slots=True)
class Display:
    """A `cv` whose displayName, if it has one, says something."""

    blank: Problem

    def problems(self, part: Part) -> Sequence[Problem]:
        """Return the problem where it says nothing."""
        cv = only_child(part, "cv")
        return (self.blank,) if cv is not None and not cv.values.get("displayName", "-").strip(BLANKS) else ()


def only_child(part: Part, name: str) -> Child | None:
    """Return the part's one child of that name; none where it has no such child, or several."""
    if len(part.children) == 1:
        child = part.children[0]
        return child if child.name == name else None
    found = [child for child in part.children if child.name == name]
    return found[0] if len(found) == 1 else None


def everything_in(part: Part) -> str:
    """Return all text of a part, that of its children and then its own."""
    return "".join(text for child in part.children for text in child.values.values()) + part.text
