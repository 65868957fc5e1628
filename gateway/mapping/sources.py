"""Where a rule finds its value: in an answer, in the rest of the certificate, or below a place that repeats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.mapping.run import Run

_PART = re.compile(r"([0-9]+)\.[0-9]+(?:\.[A-Za-z]+)?")
BELOW = "./"
QUESTION = "./@id"
"""The number of the question itself, where a rule serves a span of them."""


class Source(NamedTuple):
    """A source node, as a rule names it, resolved once at load."""

    place: str
    """The question, or the path that repeats; empty for the certificate itself."""
    key: str
    """The path of the value there; after `./`, what follows the question that the resource is made from."""

    def field(self, name: str) -> Source:
        """Return the source of one element of a structured value: `32.1` → `32.1.code`, `typ` → `typ/code`."""
        joint = "." if _PART.fullmatch(self.key) or self.key.startswith(BELOW) else "/"
        return self._replace(key=f"{self.key}{joint}{name}")

    def find(self, run: Run) -> tuple[str, str | None]:
        """Return the node's name, and its text where there is one."""
        if self.key == QUESTION:
            return f"{run.question}/@id", run.question
        if self.key.startswith(BELOW):
            key = f"{run.question}.{self.key[2:]}"
            place = run.places[run.question]
        else:
            key = self.key
            found = run.places.get(self.place)
            if found is None:
                return key, None
            place = found
        return key + place.where, place.values.get(key)


def source_of(name: str, below: str = "") -> Source:
    """Return the source that a rule names.

    Args:
        name: `32.2.start`, `patient/fornamn`, or `./code` below a place that repeats.
        below: The path that repeats, where the rule stands inside one.
    """
    if name.startswith(BELOW) and below:
        return Source(below, f"{below}/{name[2:]}")
    part = _PART.fullmatch(name)
    return Source(part[1] if part else "", name)
