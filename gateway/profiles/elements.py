"""The snapshot of a StructureDefinition → a tree of elements, each with its own and its slices.

Source: FHIR R4 §2.26 (ElementDefinition): an element's id says where it stands (`Observation.category:kind.coding`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_FHIRPATH = "http://hl7.org/fhirpath/System."
CORE = "http://hl7.org/fhir/StructureDefinition/"
"""What the address of each of R4's own definitions begins with."""


class Type(NamedTuple):
    """One type that an element may be of."""

    code: str
    profiles: tuple[str, ...]
    """The profiles of the type, one of which it follows."""
    targets: tuple[str, ...]
    """What a reference may lead to, by the definition's address."""
    pattern: str
    """The regular expression that a primitive value follows; empty where there is none."""


class Slicing(NamedTuple):
    """How the slices of an element are told from each other."""

    discriminators: tuple[tuple[str, str], ...]
    """(type, path): `("pattern", "coding.code")`."""
    closed: bool


@dataclass(slots=True)
class Element:
    """One element as a profile has it."""

    id: str
    name: str
    """The last step of its path: `code`, `value[x]`."""
    slice_name: str
    least: int
    most: int | None
    """None where there is no limit."""
    is_list: bool
    """Whether JSON has a list here, whatever the profile's limit is."""
    types: tuple[Type, ...]
    value: tuple[str, Any] | None
    """(`fixed` or `pattern`, the value)."""
    value_set: str
    """The ValueSet that its codes have to be of; empty where there is none."""
    constraints: tuple[str, ...]
    """The keys of the invariants that are errors."""
    same_as: str
    """The id of the element whose content it has."""
    slicing: Slicing | None
    children: list[Element] = field(default_factory=list)
    slices: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """Return the child with this name."""
        return next((one for one in self.children if one.name == name), None)


def tree_of(elements: Iterable[dict[str, Any]]) -> Element:
    """Return the root of a snapshot's elements.

    Raises:
        ConfigurationError: An element stands in none that came before it, or is sliced in a way that is not read.
    """
    known: dict[str, Element] = {}
    for raw in elements:
        element = known[raw["id"]] = _element(raw)
        if element.slice_name:
            sliced = known.get(raw["id"][: -len(element.slice_name) - 1])
            _found(sliced, raw).slices.append(element)
        elif "." in raw["id"]:
            _found(known.get(raw["id"].rpartition(".")[0]), raw).children.append(element)
    return next(iter(known.values()))


def _found(element: Element | None, raw: dict[str, Any]) -> Element:
    if element is None:
        raise ConfigurationError(f"{raw['id']}: the element it belongs to does not come before it")
    return element


def _element(raw: dict[str, Any]) -> Element:
    value = next(
        ((key[: 5 if key[0] == "f" else 7], raw[key]) for key in raw if key.startswith(("fixed", "pattern"))), None
    )
    binding = raw.get("binding", {})
    is_required = binding.get("strength") == "required"
    return Element(
        id=raw["id"],
        name=raw["path"].rpartition(".")[2],
        slice_name=raw["id"].rpartition(".")[2].partition(":")[2],
        least=raw["min"],
        most=None if raw["max"] == "*" else int(raw["max"]),
        is_list=raw["base"]["max"] not in ("0", "1"),
        types=tuple(map(_type, raw.get("type", ()))),
        value=value,
        value_set=binding["valueSet"].partition("|")[0] if is_required else "",
        constraints=tuple(one["key"] for one in raw.get("constraint", ()) if one["severity"] == "error"),
        same_as=raw.get("contentReference", "").rpartition("#")[2],
        slicing=_slicing(raw),
    )


def _type(raw: dict[str, Any]) -> Type:
    told = {one["url"]: one.get("valueUrl", one.get("valueString", "")) for one in raw.get("extension", ())}
    is_fhirpath = raw["code"].startswith(_FHIRPATH)
    return Type(
        code=told.get(_FHIR_TYPE, "string") if is_fhirpath else raw["code"].removeprefix(CORE),
        profiles=tuple(raw.get("profile", ())),
        targets=tuple(raw.get("targetProfile", ())),
        pattern=told.get(_REGEX, ""),
    )


def _slicing(raw: dict[str, Any]) -> Slicing | None:
    slicing = raw.get("slicing")
    if slicing is None:
        return None
    discriminators: Sequence[dict[str, str]] = slicing.get("discriminator", ())
    return Slicing(tuple((one["type"], one["path"]) for one in discriminators), slicing.get("rules") == "closed")
