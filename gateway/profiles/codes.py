"""ValueSets and CodeSystems → the codes that an element may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Allowed(NamedTuple):
    """What a value set allows of one code system."""

    system: str
    codes: tuple[str, ...] | None
    """None where any code of the system is allowed: nobody here has its list."""


class Codes:
    """The code lists that are at hand."""

    def __init__(self) -> None:
        self._value_sets: dict[str, dict[str, Any]] = {}
        self._systems: dict[str, tuple[str, ...]] = {}

    def add(self, resource: dict[str, Any]) -> None:
        """Take up a ValueSet or a CodeSystem."""
        if resource["resourceType"] == "ValueSet":
            self._value_sets[resource["url"]] = resource
        elif resource.get("content") == "complete":
            self._systems[resource["url"]] = tuple(_codes(resource))

    def of(self, url: str) -> tuple[Allowed, ...]:
        """Return what a value set allows, by code system.

        Raises:
            ConfigurationError: It is not at hand, or chooses codes in a way that is not read.
        """
        value_set = self._value_sets.get(url)
        if value_set is None:
            raise ConfigurationError(f"the ValueSet {url} is not at hand")
        found: dict[str, list[str] | None] = {}
        for system, code in self._members(value_set):
            codes = found.setdefault(system, [])
            if code is None:
                found[system] = None
            elif codes is not None:
                codes.append(code)
        return tuple(Allowed(system, None if codes is None else tuple(codes)) for system, codes in found.items())

    def _members(self, value_set: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        if "expansion" in value_set:
            yield from ((one["system"], one.get("code")) for one in value_set["expansion"]["contains"])
            return
        compose = value_set["compose"]
        if "exclude" in compose or any("filter" in one for one in compose["include"]):
            raise ConfigurationError(f"the ValueSet {value_set['url']} has a filter or leaves codes out")
        for include in compose["include"]:
            yield from self._included(include)

    def _included(self, include: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        for url in include.get("valueSet", ()):
            for system, codes in self.of(url.partition("|")[0]):
                yield from ((system, code) for code in codes or (None,))
        if "system" not in include:
            return
        if "concept" in include:
            yield from ((include["system"], one["code"]) for one in include["concept"])
        else:
            yield from ((include["system"], code) for code in self._systems.get(include["system"], (None,)))


def _codes(concepts: dict[str, Any]) -> Iterator[str]:
    for concept in concepts.get("concept", ()):
        yield concept["code"]
        yield from _codes(concept)
