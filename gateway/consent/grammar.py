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
    from collections.abc import Iterable, Iterator

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


class _Flaw(NamedTuple):
    """What is wrong with a value, or with what stands somewhere within it."""

    within: str
    wrong: str


def flaws(node: object, shape: Shape, place: str, most: int = MOST_VALUES) -> list[Problem]:
    """Return everything in a JSON value that its shape does not allow; never what a value says.

    Args:
        node: The value, as JSON has it.
        shape: What it has to be.
        place: The FHIRPath of the value, with which every place begins.
        most: How many values a list may have.
    """
    return [Problem(place + within, wrong) for within, wrong in _object_flaws(node, shape, most)]


# Where a flaw is, is put together on the way back from it: most of what is read has none.


def _object_flaws(node: object, shape: Shape, most: int) -> list[_Flaw]:
    if not isinstance(node, dict) or not node:
        return [_Flaw("", "has to be an object with elements")]
    found: list[_Flaw] = []
    for name, value in node.items():
        element = shape.elements.get(name)
        if element is None:
            found.append(_Flaw(f".{printable(name)}", "is not an element that the gate understands"))
        elif wrong := _element_flaws(value, element, most):
            found.extend(_within(f".{name}", wrong))
    if not node.keys() >= shape.required:
        found.extend(_Flaw(f".{name}", "is missing") for name in sorted(shape.required - node.keys()))
    if shape.rule is not None and not found and (broken := shape.rule(node)):
        found.append(_Flaw("", broken))
    return found


def _element_flaws(value: object, element: Element, most: int) -> list[_Flaw]:
    if not element.repeats:
        return _value_flaws(value, element.content, most)
    if not isinstance(value, list) or not value:
        return [_Flaw("", "has to be a list with values")]
    if len(value) > most:
        return [_Flaw("", f"has more than {most} values")]
    found: list[_Flaw] = []
    for index, one in enumerate(value):
        if wrong := _value_flaws(one, element.content, most):
            found.extend(_within(f"[{index}]", wrong))
    return found


def _value_flaws(value: object, content: Shape | Test, most: int) -> list[_Flaw]:
    if isinstance(content, Shape):
        return _object_flaws(value, content, most)
    wrong = content(value)
    return [_Flaw("", wrong)] if wrong else []


def _within(place: str, found: Iterable[_Flaw]) -> Iterator[_Flaw]:
    return (_Flaw(place + one.within, one.wrong) for one in found)


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
