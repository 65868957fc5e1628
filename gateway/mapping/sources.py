"""Where a rule finds its value: in an answer, in the rest of the certificate, or below a place that repeats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.mapping.run import Run

_PART = re.compile(r"([0-9]+)\.[0-9]+(?:\.[A-Za-z]+)?")
BELOW = "./"
QUESTION = "./@id"
"""The number of the question itself, where a rule serves a span of them."""
ANY_PART = "./*"
"""The text of the first part that has one, whatever its number; what other parts say is left for the account."""

_OWN_PART = re.compile(r"[0-9]+\.[0-9]+")
"""The path of the text of a part; that of a part which belongs to another question begins with both numbers."""


Find: TypeAlias = "Callable[[Run], tuple[str, str | None]]"


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

    def finder(self) -> Find:
        """Return what finds the node's name in a run, and its text where there is one."""
        if self.key == QUESTION:
            return lambda run: (f"{run.question}/@id", run.question)
        if self.key == ANY_PART:
            return _first_part
        return _below(self.key[len(BELOW) :]) if self.key.startswith(BELOW) else _at(self.place, self.key)


def _at(place: str, key: str) -> Find:
    def find(run: Run) -> tuple[str, str | None]:
        found = run.places.get(place)
        return (key, None) if found is None else (key + found.where, found.values.get(key))

    return find


def _below(part: str) -> Find:
    def find(run: Run) -> tuple[str, str | None]:
        found = run.places[run.question]
        key = f"{run.question}.{part}"
        return key + found.where, found.values.get(key)

    return find


def _first_part(run: Run) -> tuple[str, str | None]:
    found = run.places[run.question]
    key = next(filter(_OWN_PART.fullmatch, found.values), f"{run.question}.1")
    return key + found.where, found.values.get(key)


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
