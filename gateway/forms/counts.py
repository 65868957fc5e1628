"""How many times something may stand: `1`, `0..4`, `1..` or `any`."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

_NOTATION = re.compile(r"(?P<least>[0-9]{1,9})(?P<range>\.\.(?P<most>[0-9]{1,9})?)?")


MANY = sys.maxsize
"""As many as one likes."""


@dataclass(frozen=True, slots=True)
class Count:
    """From `least` to `most` times, both included."""

    least: int
    most: int = MANY

    def allows(self, number: int) -> bool:
        """Say whether so many are allowed."""
        return self.least <= number <= self.most

    def demand(self, verb: str) -> str:
        """Return the count as a demand in Swedish: `ska besvaras exakt en gång`."""
        return f"{'ska' if self.least else 'får'} {verb} {self.words}"

    @property
    def words(self) -> str:
        """The count in Swedish."""
        if self.most == MANY:
            return f"minst {_times(self.least)}"
        if self.least == self.most:
            return f"exakt {_times(self.most)}"
        if not self.least:
            return f"högst {_times(self.most)}"
        return f"mellan {self.least} och {_times(self.most)}"


def read_count(notation: str) -> Count:
    """Return the count that form.yaml writes as `1` (exactly), `0..4`, `1..` (at least) or `any`.

    Raises:
        ValueError: It is written in no such way.
    """
    if notation == "any":
        return Count(0)
    parts = _NOTATION.fullmatch(notation)
    if parts is None:
        raise ValueError(f"{notation!r} is no count: write 1, 0..4, 1.. or any")
    least = int(parts["least"])
    most = parts["most"] if parts["range"] else parts["least"]
    return Count(least, int(most) if most else MANY)


def _times(number: int) -> str:
    return "en gång" if number == 1 else f"{number} gånger"
