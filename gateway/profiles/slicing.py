"""Slices of a list, as JSON Schema: which item is of which slice, what it then has to be, and how many there are.

Source: FHIR R4 §5.1.0.12 (slicing). Slices told by value, pattern, type or profile are read; others stop the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.errors import ConfigurationError
from gateway.profiles.elements import CORE
from gateway.profiles.unjudged import UNJUDGED
from gateway.profiles.values import coded, following, following_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.profiles.definitions import Definitions
    from gateway.profiles.elements import Element

Schema = dict[str, Any]


def slices_of(sliced: Element, definitions: Definitions, schema_of: Callable[[Element], Schema]) -> Iterator[Schema]:
    """Yield what the slices of an element demand of the list that it is.

    Args:
        sliced: The element that has the slices.
        definitions: Where the definitions of types and profiles are found.
        schema_of: Gives the schema of one item of a slice.

    Raises:
        ConfigurationError: Nothing tells a slice from the others, or only something that is not read here.
    """
    slicing = sliced.slicing
    if slicing is None:
        raise ConfigurationError(f"{sliced.id} has slices and does not say how to tell them")
    matching = []
    for one in sliced.slices:
        match = {"allOf": [_told(one, definitions, kind, path) for kind, path in slicing.discriminators]}
        matching.append(match)
        yield {"items": {"if": match, "then": False if one.most == 0 else schema_of(one)}}
        if one.least or one.most:
            most = {} if one.most is None else {"maxContains": one.most}
            yield {"contains": match, "minContains": one.least, **most}
    if slicing.closed:
        yield {"items": {"anyOf": matching}}


def _told(item: Element, definitions: Definitions, kind: str, path: str) -> Schema:
    """Return the schema of what is of this slice, as far as one discriminator says."""
    steps = [] if path == "$this" else path.split(".")
    [*_, profile] = ("", *item.types[0].profiles)
    if item.types[0].code == "Extension" and path == "url" and profile:
        return {"properties": {"url": {"const": profile}}, "required": ["url"]}
    if kind in ("value", "pattern"):
        return _at(item, steps, definitions, _valued)
    if kind == "type":
        return _at(item, steps, definitions, _of_type)
    if kind == "profile":
        return _at(item, steps, definitions, _of_profile)
    raise ConfigurationError(f"{item.id}: slices told by {kind} are not read")


def _at(
    element: Element, steps: list[str], definitions: Definitions, ends: Callable[[Element, Definitions], Schema]
) -> Schema:
    if not steps:
        return ends(element, definitions)
    child = _child(element, steps[0], definitions)
    if child is None:
        raise ConfigurationError(f"{element.id} has no {steps[0]} to tell its slices by")
    inner = _at(child, steps[1:], definitions, ends)
    return {"properties": {child.name: {"contains": inner} if child.is_list else inner}, "required": [child.name]}


def _child(element: Element, name: str, definitions: Definitions) -> Element | None:
    """Return a child of an element, which may stand in the definition of its type."""
    if element.children:
        return element.child(name)
    type_ = element.types[0]
    structure = definitions.structures.get(type_.profiles[0] if type_.profiles else CORE + type_.code)
    return structure.root.child(name) if structure else None


def _valued(element: Element, definitions: Definitions) -> Schema:
    if element.value:
        return following(*element.value)
    if element.value_set and element.value_set not in UNJUDGED:
        return coded(element.types[0].code, definitions.codes.of(element.value_set))
    inner = [_at(element, [one.name], definitions, _valued) for one in element.children if _is_told(one)]
    if not inner:
        raise ConfigurationError(f"{element.id} has no value that tells the slice")
    return {"allOf": inner}


def _is_told(element: Element) -> bool:
    return bool(element.value) or any(map(_is_told, element.children))


def _of_type(element: Element, _definitions: Definitions) -> Schema:
    types = [type_.code for type_ in element.types]
    return {"properties": {"resourceType": {"enum": types}}, "required": ["resourceType"]}


def _of_profile(element: Element, _definitions: Definitions) -> Schema:
    urls = [url for type_ in element.types for url in type_.profiles]
    return {"properties": {"meta": following_profile(urls)}, "required": ["meta"]}
