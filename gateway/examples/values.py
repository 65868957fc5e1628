"""What a part holds, made up by chance from what the form says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

from gateway.documents import Child, Part
from gateway.errors import ConfigurationError
from gateway.forms.language import CodePart, IntegerPart, PeriodPart, QuantityPart

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from random import Random

    from gateway.forms import language

_DAYS = (7, 14, 30, 40)
"""The most days of a short period and of longer ones; four of the longest are less than half a year."""
_BOOLEANS = ("true", "false", "true", "false", "1", "0")
"""The common way to write them twice as often as the other."""
_LATEST_START, _EARLIEST_START = 3, -7
"""When a period begins, in days after the day of signing."""
_LONGEST_AGO = 30
"""Days from other dates to the day of signing."""


@dataclass(slots=True)
class Values:
    """Makes up values; the same chance always makes the same ones."""

    day: date
    """When the certificate is signed; no date but that of a period is later."""
    sentences: Sequence[str]
    chance: Random
    _deck: list[str] = field(default_factory=list)

    def part(self, number: str, said: language.Part, taken: Collection[str] = ()) -> Part:
        """Return a part filled in.

        Args:
            number: The part.
            said: What the form says of it.
            taken: Codes that it may not have.

        Raises:
            ConfigurationError: The form has no code to choose.
        """
        match said:
            case CodePart():
                return code(number, self._code(number, said, taken))
            case QuantityPart():
                return _holding(number, "pq", {"value": self._value(number, said), "unit": said.unit})
            case IntegerPart():
                return _plain(number, str(self.chance.randint(said.least, said.most)))
            case PeriodPart():
                start = self.day + timedelta(days=self.chance.randint(_EARLIEST_START, _LATEST_START))
                return period(number, start, start + timedelta(days=self.chance.randrange(self.chance.choice(_DAYS))))
            case _:
                return _plain(number, self._plain(said.type))

    def earlier(self, number: str, latest: date) -> Part:
        """Return a part with a day that is not later than this."""
        return _plain(number, self._until(latest))

    def text(self) -> str:
        """Return a few sentences; none comes again until all have been used."""
        return ". ".join(self._sentence() for _ in range(self.chance.choice((1, 1, 1, 2))))

    def _sentence(self) -> str:
        if not self._deck:
            self._deck = self.chance.sample(self.sentences, len(self.sentences))
        return self._deck.pop()

    def _code(self, number: str, said: CodePart, taken: Collection[str]) -> Mapping[str, str]:
        codes = [code for code in said.codes or said.examples if code not in taken]
        if not codes:
            raise ConfigurationError(f"part {number} has no code left to choose; a pattern needs examples")
        chosen = self.chance.choice(codes)
        system = said.system or self.chance.choice(said.systems_containing).pattern
        cv = {"code": chosen, "codeSystem": system}
        return {**cv, "displayName": said.examples[chosen]} if chosen in said.examples else cv

    def _value(self, number: str, said: QuantityPart) -> str:
        """Return a whole number, written as the form wants it: `25` or `25.0`."""
        value = str(self.chance.randint(ceil(said.least), floor(said.most)))
        ways = [way for way in (value, f"{value}.0") if said.pattern is None or said.pattern.fullmatch(way)]
        if not ways:
            raise ConfigurationError(f"part {number} wants its values in a way that no example is written")
        return self.chance.choice(ways)

    def _plain(self, kind: str) -> str:
        match kind:
            case "boolean":
                return self.chance.choice(_BOOLEANS)
            case "date":
                return self._until(self.day)
            case _:
                return self.text()

    def _until(self, day: date) -> str:
        return (day - timedelta(days=self.chance.randint(0, _LONGEST_AGO))).isoformat()


def _plain(number: str, text: str) -> Part:
    return Part(number, text, (), 0)


def period(number: str, start: date, end: date) -> Part:
    """Return a part that is a period."""
    return _holding(number, "datePeriod", {"start": start.isoformat(), "end": end.isoformat()})


def code(number: str, cv: Mapping[str, str]) -> Part:
    """Return a part that is a code."""
    return _holding(number, "cv", cv)


def _holding(number: str, name: str, values: Mapping[str, str]) -> Part:
    return Part(number, "", (Child(name, values),), 0)
