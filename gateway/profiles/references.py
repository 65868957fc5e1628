"""Where a resource may hold references, and values that invariants are computed of, as its definition says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.errors import ConfigurationError
from gateway.profiles.elements import CORE
from gateway.profiles.invariants import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.profiles.definitions import Definitions, Structure
    from gateway.profiles.elements import Element, Type
    from gateway.profiles.graph import Reference


Asked = tuple[str, dict[str, Any]]
"""The key of an invariant that has to be computed, and the value that has to keep it."""


class Found:
    """What stands in a resource that more is asked of than a schema can say."""

    __slots__ = ("asked", "references", "targets")

    def __init__(self) -> None:
        self.references: set[Reference] = set()
        self.targets: set[str] = set()
        """What the references lead to."""
        self.asked: list[Asked] = []


@dataclass(slots=True)
class Place:
    """Where a value stands that more is asked of, or that may hold such values."""

    allowed: tuple[str, ...] | None = None
    """What a reference here may lead to, by address; None where it is no reference."""
    invariants: tuple[str, ...] = ()
    """The keys of those that have to be computed of a value here."""
    inner: dict[str, Place] = field(default_factory=dict)

    def find(self, value: dict[str, Any], found: Found) -> None:
        """Add what is to be found in a value that stands here, and the value itself."""
        if self.allowed is not None and "reference" in value:
            target = str(value["reference"])
            found.targets.add(target)
            found.references.add((target, self.allowed))
            if len(value) == 1:
                return
        for key in self.invariants:
            found.asked.append((key, value))
        for name, held in value.items():
            place = self.inner.get(name)
            if place is not None:
                for one in held if isinstance(held, list) else (held,):
                    if isinstance(one, dict):
                        place.find(one, found)


class Places:
    """Makes the place of each definition; those of data types are made once and shared."""

    def __init__(self, definitions: Definitions) -> None:
        self._structures = definitions.structures
        self._holding = _holding(definitions)
        self._made: dict[str, Place] = {}
        self._of_elements: dict[str, Place] = {}

    def of(self, url: str) -> Place:
        """Return the place of a value of this definition.

        Raises:
            ConfigurationError: An invariant has to be computed of what is no place here: a slice, a text, what follows
                a profile of a data type.
        """
        place = self._whole(url)
        _without_idle(place, set())
        return place

    def _whole(self, url: str) -> Place:
        place = self._made.get(url)
        if place is None:
            root = self._structures[url].root
            place = self._made[url] = Place(invariants=_computed(root))
            self._fill(place, root, url)
        return place

    def _fill(self, place: Place, element: Element, url: str) -> None:
        """Add what stands inside an element; where its slices narrow what a reference may lead to, that is not seen."""
        self._of_elements[f"{url}#{element.id}"] = place
        for child in element.children:
            if child.same_as:
                place.inner[child.name] = self._of_elements[f"{url}#{child.same_as}"]
            for type_ in child.types:
                name = child.name.replace("[x]", type_.code[0].upper() + type_.code[1:])
                if name not in place.inner and (_says_more(child) or type_.code in self._holding):
                    place.inner[name] = self._place(child, type_, url)
        for one in element.slices:
            of_its_types = {key for type_ in one.types for key in self._computed_of(type_)}
            if set(_computed(one)) - set(place.invariants) - of_its_types:
                raise ConfigurationError(f"{one.id}: an invariant of a slice that has to be computed is not read")
            self._fill(place, one, url)

    def _place(self, element: Element, type_: Type, url: str) -> Place:
        place = Place(type_.targets if type_.code == "Reference" else None)
        if type_.code == "Extension":
            place.inner = self._in_extensions()
            return place
        self._check_readable(element, type_)
        type_place = self._whole(CORE + type_.code) if CORE + type_.code in self._structures else Place()
        place.invariants = tuple(dict.fromkeys((*type_place.invariants, *_computed(element))))
        if not element.children:
            place.inner = dict(type_place.inner) if element.slices else type_place.inner
        self._fill(place, element, url)
        return place

    def _computed_of(self, type_: Type) -> tuple[str, ...]:
        """Return the invariants that a type brings, wherever a value of it stands."""
        structure = self._structures.get(CORE + type_.code)
        return _computed(structure.root) if structure else ()

    def _check_readable(self, element: Element, type_: Type) -> None:
        structure = self._structures.get(CORE + type_.code)
        if structure and structure.kind == "primitive-type" and _computed(element):
            raise ConfigurationError(f"{element.id}: an invariant of a text that has to be computed is not read")
        profiles = [self._structures[url] for url in type_.profiles if url in self._structures]
        brought = {key for one in profiles if one.kind == "complex-type" for key in _computed(one.root)}
        if brought - set(self._computed_of(type_)):
            raise ConfigurationError(
                f"{element.id}: an invariant of a type's profile that has to be computed is not read"
            )

    def _in_extensions(self) -> dict[str, Place]:
        """Return what may hold references in the extensions that have a definition."""
        known = [one.url for one in self._structures.values() if one.type == "Extension" and one.base]
        return {name: place for url in known for name, place in self._whole(url).inner.items()}


def _holding(definitions: Definitions) -> frozenset[str]:
    """Return the data types that may hold such values; an extension may where one that has a definition does."""
    holding = {"Reference", *(one.type for one in definitions.structures.values() if _is_asked(one))}
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


def _says_more(element: Element) -> bool:
    """Say whether an element says more of its values than their type does."""
    return bool(element.children or element.slices or _computed(element))


def _is_asked(structure: Structure) -> bool:
    return structure.kind == "complex-type" and bool(_computed(structure.root))


def _computed(element: Element) -> tuple[str, ...]:
    return tuple(key for key in element.constraints if key in CHECKS)


def _without_idle(place: Place, met: set[int]) -> bool:
    """Take away the places inside that nothing is to be found in, and say whether something is to be found here."""
    if id(place) in met:
        return True
    met.add(id(place))
    place.inner = {name: inner for name, inner in place.inner.items() if _without_idle(inner, met)}
    return place.allowed is not None or bool(place.invariants or place.inner)
