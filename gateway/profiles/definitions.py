"""The StructureDefinitions, ValueSets and CodeSystems of a folder, read once at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from gateway.errors import ConfigurationError
from gateway.profiles.codes import Codes
from gateway.profiles.elements import CORE, Element, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Structure:
    """A StructureDefinition: a type of FHIR's, or a profile of one."""

    url: str
    type: str
    kind: str
    """`resource`, `complex-type` or `primitive-type`."""
    base: str
    """What it is derived from; empty for a type of FHIR's own."""
    root: Element = field(repr=False)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What is known of FHIR: its types, our profiles of them, and the codes."""

    structures: Mapping[str, Structure] = field(repr=False)
    """By address."""
    codes: Codes = field(repr=False)

    def lineage(self, url: str) -> frozenset[str]:
        """Return a resource definition's address, and those of all that it is derived from."""
        found = {CORE + "Resource"}
        while (structure := self.structures.get(url)) and url not in found:
            found |= {url, CORE + structure.type}
            url = structure.base
        return frozenset({*found, url} - {""})


def load_definitions(folder: Path) -> Definitions:
    """Return the definitions in the JSON files of a folder and those below it.

    Raises:
        ConfigurationError: A file cannot be read, or says what is not understood; the text names it.
    """
    structures: dict[str, Structure] = {}
    codes = Codes()
    for file, resource in _resources(folder):
        try:
            if resource["resourceType"] == "StructureDefinition":
                _add(structures, _structure(resource))
            else:
                codes.add(resource)
        except (KeyError, ConfigurationError) as error:
            raise ConfigurationError(f"{file}: {error}") from None
    return Definitions(structures, codes)


def _add(structures: dict[str, Structure], structure: Structure) -> None:
    if structures.setdefault(structure.url, structure) is not structure:
        raise ConfigurationError(f"{structure.url} is defined in another file too")


def _resources(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for kind in ("StructureDefinition", "ValueSet", "CodeSystem"):
        for file in sorted(folder.glob(f"**/{kind}-*.json")):
            try:
                yield file, orjson.loads(file.read_bytes())
            except ValueError as error:
                raise ConfigurationError(f"{file}: {error}") from None


def _structure(resource: dict[str, Any]) -> Structure:
    is_profile = resource.get("derivation") == "constraint"
    return Structure(
        url=resource["url"],
        type=resource["type"],
        kind=resource["kind"],
        base=resource["baseDefinition"] if is_profile else "",
        root=tree_of(resource["snapshot"]["element"]),
    )
