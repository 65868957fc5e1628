"""Where references may stand in a resource, and what each may lead to, as its definition says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.profiles.elements import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.profiles.definitions import Definitions
    from gateway.profiles.elements import Element, Type


class Found(NamedTuple):
    """A reference in a resource."""

    target: str
    """What it leads to, as it writes it."""
    allowed: tuple[str, ...]
    """The definitions, one of which has to be that of what it leads to; none where anything will do."""


@dataclass(slots=True)
class Place:
    """Where a value stands that is a reference, or that may hold some."""

    allowed: tuple[str, ...] | None = None
    """None where it is no reference itself."""
    inner: dict[str, Place] = field(default_factory=dict)

    def find(self, value: dict[str, Any], found: list[Found]) -> None:
        """Add the references in a value that stands here to those that are found."""
        for key, held in value.items():
            place = self.inner.get(key)
            if place is None:
                continue
            for one in held if isinstance(held, list) else (held,):
                if isinstance(one, dict):
                    if place.allowed is not None and "reference" in one:
                        found.append(Found(one["reference"], place.allowed))
                    if place.inner:
                        place.find(one, found)


class Places:
    """Makes the place of each definition; those of data types are made once and shared."""

    def __init__(self, definitions: Definitions) -> None:
        self._structures = definitions.structures
        self._holding = _holding(definitions)
        self._made: dict[str, Place] = {}
        self._of_elements: dict[str, Place] = {}

    def of(self, url: str) -> Place:
        """Return where the values of a definition may hold references."""
        place = self._made.get(url)
        if place is None:
            place = self._made[url] = Place()
            self._fill(place, self._structures[url].root, url)
        return place

    def _fill(self, place: Place, element: Element, url: str) -> None:
        """Add what stands inside an element; where its slices narrow what a reference may lead to, that is not seen."""
        self._of_elements[f"{url}#{element.id}"] = place
        for child in element.children:
            if child.same_as:
                place.inner[child.name] = self._of_elements[f"{url}#{child.same_as}"]
            for type_ in child.types:
                name = child.name.replace("[x]", type_.code[0].upper() + type_.code[1:])
                if name not in place.inner and (child.children or type_.code in self._holding):
                    place.inner[name] = self._place(child, type_, url)
        for one in element.slices:
            self._fill(place, one, url)

    def _place(self, element: Element, type_: Type, url: str) -> Place:
        place = Place(type_.targets if type_.code == "Reference" else None)
        if type_.code == "Extension":
            place.inner = self._in_extensions()
        else:
            if not element.children:
                shared = self.of(CORE + type_.code).inner
                place.inner = dict(shared) if element.slices else shared
            self._fill(place, element, url)
        return place

    def _in_extensions(self) -> dict[str, Place]:
        """Return what may hold references in the extensions that have a definition."""
        known = [one.url for one in self._structures.values() if one.type == "Extension" and one.base]
        return {name: place for url in known for name, place in self.of(url).inner.items()}


def _holding(definitions: Definitions) -> frozenset[str]:
    """Return the data types that may hold references; an extension may where one that has a definition does."""
    holding = {"Reference"}
    types = [
        one
        for one in definitions.structures.values()
        if one.kind == "complex-type" and (one.type != "Extension" or one.base)
    ]
    while found := {one.type for one in types if holding & set(_codes(one.root))} - holding:
        holding |= found
    return frozenset(holding)


def _codes(element: Element) -> Iterator[str]:
    for inner in (*element.children, *element.slices):
        yield from (type_.code for type_ in inner.types)
        yield from _codes(inner)
