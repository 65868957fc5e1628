"""A grammar for FHIR elements: what may stand in an object, and everything that stands there wrongly.

A consent is understood wholly or not at all, for the element that one skips may be the one that says no. So
an element that a shape does not list is a flaw, and so is an empty list or an empty object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.moments import span
from gateway.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_VALUES = 20
"""In one list of a consent of ours: a person shares with a handful of others, and every question reads all of it."""
MOST_ANYWHERE = 1000
"""In one list of anybody's."""

Test = Callable[[object], str]
"""Says what is wrong with a value; empty where nothing is."""

Rule = Callable[[Mapping[str, Any]], str]
"""Says what is wrong with an object whose elements are all right, each by itself; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object may hold, what it has to hold, and what else has to be true of it."""

    elements: Mapping[str, Element]
    required: frozenset[str] = frozenset()
    rule: Rule | None = None


class Element(NamedTuple):
    """What one element of an object has to be."""

    content: Shape | Test
    repeats: bool = False


def flaws(node: object, shape: Shape, place: str, most: int = MOST_VALUES) -> list[Problem]:
    """Return everything in a JSON value that its shape does not allow; never what a value says.

    Args:
        node: The value, as JSON has it.
        shape: What it has to be.
        place: The FHIRPath of the value, with which every place begins.
        most: How many values a list may have.
    """
    found: list[Problem] = []
    _check_object(node, shape, place, most, found)
    return found


def _check_object(node: object, shape: Shape, place: str, most: int, found: list[Problem]) -> None:
    if not isinstance(node, dict) or not node:
        found.append(Problem(place, "has to be an object with elements"))
        return
    before = len(found)
    elements = shape.elements
    for name, value in node.items():
        if name not in elements:
            found.append(Problem(f"{place}.{printable(name)}", "is not an element that the gate understands"))
            continue
        content, repeats = elements[name]
        if repeats:
            _check_list(value, content, f"{place}.{name}", most, found)
        elif isinstance(content, Shape):
            _check_object(value, content, f"{place}.{name}", most, found)
        elif wrong := content(value):
            found.append(Problem(f"{place}.{name}", wrong))
    if shape.required and not node.keys() >= shape.required:
        missing = sorted(shape.required - node.keys())
        found.extend(Problem(f"{place}.{name}", "is missing") for name in missing)
    if shape.rule is not None and len(found) == before and (wrong := shape.rule(node)):
        found.append(Problem(place, wrong))


def _check_list(values: object, content: Shape | Test, place: str, most: int, found: list[Problem]) -> None:
    if not isinstance(values, list) or not values:
        found.append(Problem(place, "has to be a list with values"))
        return
    if len(values) > most:
        found.append(Problem(place, f"has more than {most} values"))
        return
    for index, value in enumerate(values):
        if isinstance(content, Shape):
            _check_object(value, content, f"{place}[{index}]", most, found)
        elif wrong := content(value):
            found.append(Problem(f"{place}[{index}]", wrong))


def printable(name: str) -> str:
    """Return an element's name as it may be shown, or `?` where it is none: it may hold a person's number."""
    return name if re.fullmatch(r"_?[A-Za-z]{1,40}", name) else "?"


def text(value: object) -> str:
    """Ask for a string with something in it."""
    return "" if isinstance(value, str) and value else "has to be a text"


def boolean(value: object) -> str:
    """Ask for true or false."""
    return "" if isinstance(value, bool) else "has to be true or false"


def integer(value: object) -> str:
    """Ask for a whole number."""
    return "" if isinstance(value, int) and not isinstance(value, bool) else "has to be a whole number"


def moment(value: object) -> str:
    """Ask for a FHIR dateTime."""
    return "" if isinstance(value, str) and span(value) else "has to be a FHIR dateTime"


def one_of(codes: Iterable[str]) -> Test:
    """Return the test that asks for one of these codes."""
    allowed = frozenset(codes)
    wrong = f"has to be one of: {', '.join(sorted(allowed))}"

    def test(value: object) -> str:
        return "" if isinstance(value, str) and value in allowed else wrong

    return test
