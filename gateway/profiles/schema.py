"""A StructureDefinition → a JSON Schema (2020-12) that says the same of FHIR's JSON.

Every object is closed: an element that the definition does not have, or takes away (max 0), is refused. So are two
things that FHIR allows and the gateway never writes: contained resources, and extensions of primitive values.

Source: FHIR R4 §2.6.2 (JSON), §2.26 (ElementDefinition).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.errors import ConfigurationError
from gateway.profiles.elements import CORE
from gateway.profiles.invariants import CHECKS, SAID_IN_SCHEMA
from gateway.profiles.primitives import primitive
from gateway.profiles.slicing import slices_of
from gateway.profiles.unjudged import UNJUDGED
from gateway.profiles.values import coded, following, following_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.profiles.definitions import Definitions, Structure
    from gateway.profiles.elements import Element, Type

Schema = dict[str, Any]

EXTENSION = "urn:samsyn:extension"
"""The address of the schema of an extension: a profile names it, or it has a definition; and then it follows that."""

_NOT_WRITTEN: Schema = {"not": {}}
"""The schema of what the gateway never writes: a type of FHIR's that is not at hand, an extension in an extension."""


def schemas_of(definitions: Definitions) -> Iterator[tuple[str, Schema]]:
    """Yield the schema of each definition that is no primitive, by its address, and that of an extension.

    A profile of a type that is not at hand (Consent) is for what comes in, and has none.

    Raises:
        ConfigurationError: A definition says what is not understood here; the text names the element.
    """
    for url, structure in definitions.structures.items():
        if structure.kind != "primitive-type" and CORE + structure.type in definitions.structures:
            yield url, _Compiler(definitions, structure).whole()
    yield EXTENSION, _extension(definitions)


def _extension(definitions: Definitions) -> Schema:
    defined = [one.url for one in definitions.structures.values() if one.type == "Extension" and one.base]
    named = {url for one in definitions.structures.values() for url in _extensions_named(one.root)}
    by_url = [{"if": {"properties": {"url": {"const": url}}}, "then": {"$ref": url}} for url in defined]
    return {
        "type": "object",
        "properties": {"url": {"enum": sorted({*defined, *named})}},
        "required": ["url"],
        "allOf": by_url,
    }


def _extensions_named(element: Element) -> Iterator[str]:
    """Yield the extensions that an element and those below it name; not all of them are defined in our files."""
    for type_ in element.types:
        if type_.code == "Extension":
            yield from type_.profiles
    for one in (*element.children, *element.slices):
        yield from _extensions_named(one)


class _Compiler:
    """Makes the schema of one definition."""

    def __init__(self, definitions: Definitions, structure: Structure) -> None:
        self._definitions = definitions
        self._structure = structure
        self._shared: dict[str, Schema] = {}

    def whole(self) -> Schema:
        structure = self._structure
        schema = self._object(structure.root)
        if structure.kind == "resource":
            schema["properties"] |= {
                "resourceType": {"const": structure.type},
                "id": primitive(self._definitions, "id"),
            }
            schema["required"].append("resourceType")
        return schema | ({"$defs": self._shared} if self._shared else {})

    def _object(self, element: Element) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {},
            "required": [],
            "additionalProperties": False,
            "minProperties": 1,
            "allOf": [],
        }
        for child in element.children:
            if child.most == 0 or child.name == "contained":
                continue
            if child.name.endswith("[x]"):
                self._choice(child, schema)
            else:
                schema["properties"][child.name] = self._property(child)
                schema["required"] += [child.name] if child.least else []
        return self._with_constraints(schema, element)

    def _choice(self, element: Element, schema: Schema) -> None:
        """Add an element that is told by its type: `value[x]` gives `valueString`, `valueQuantity` and so on."""
        by_type = {type_.code: self._chosen(element, type_) for type_ in element.types}
        names = {code: element.name.removesuffix("[x]") + code[0].upper() + code[1:] for code in by_type}
        schema["properties"] |= {names[code]: by_type[code] for code in by_type}
        if element.least or any(one.least for one in element.slices):
            schema["allOf"].append({"anyOf": [{"required": [name]} for name in names.values()]})
        if len(names) > 1:
            all_ = set(names.values())
            alone = {name: {"properties": dict.fromkeys(all_ - {name}, False)} for name in all_}
            schema["dependentSchemas"] = {**schema.get("dependentSchemas", {}), **alone}

    def _chosen(self, element: Element, type_: Type) -> Schema:
        sliced = next((one for one in element.slices if [each.code for each in one.types] == [type_.code]), element)
        return self._value(sliced, type_)

    def _property(self, element: Element) -> Schema:
        if not element.is_list:
            return self._one(element)
        schema: Schema = {"type": "array", "minItems": max(1, element.least), "items": self._one(element)}
        if element.most is not None:
            schema["maxItems"] = element.most
        if element.slices:
            schema["allOf"] = list(slices_of(element, self._definitions, self._one))
        return schema

    def _one(self, element: Element) -> Schema:
        """Return the schema of one value of an element, whatever type it is of."""
        if element.same_as:
            return self._same_as(element.same_as)
        if len(element.types) == 1:
            return self._value(element, element.types[0])
        raise ConfigurationError(f"{element.id} has {len(element.types)} types and one name")

    def _same_as(self, id_: str) -> Schema:
        if id_ not in self._shared:
            self._shared[id_] = {}
            self._shared[id_] = self._object(self._find(self._structure.root, id_))
        return {"$ref": f"#/$defs/{id_}"}

    def _find(self, element: Element, id_: str) -> Element:
        while element.id != id_:
            steps = [one for one in element.children if id_ == one.id or id_.startswith(f"{one.id}.")]
            if not steps:
                raise ConfigurationError(f"{id_} is referred to and is not there")
            element = steps[0]
        return element

    def _value(self, element: Element, type_: Type) -> Schema:
        structure = self._definitions.structures.get(CORE + type_.code)
        inline = bool(element.children) and not (structure and structure.kind == "primitive-type")
        schema = self._object(element) if inline else self._typed(type_, structure)
        extra: list[Schema] = []
        if element.value and not isinstance(element.value[1], dict | list):
            schema = following(*element.value)
        elif element.value:
            extra.append(following(*element.value))
        if element.value_set and element.value_set not in UNJUDGED:
            extra.append(coded(type_.code, self._definitions.codes.of(element.value_set)))
        if extra:
            schema = {**schema, "allOf": [*schema.get("allOf", ()), *extra]}
        return schema if inline else self._with_constraints(schema, element)

    def _typed(self, type_: Type, structure: Structure | None) -> Schema:
        if type_.code == "Resource" or (structure and structure.kind == "resource"):
            return _resource(type_)
        if structure is None:
            return _NOT_WRITTEN
        if structure.kind == "primitive-type":
            return primitive(self._definitions, type_.code)
        if type_.profiles and not UNJUDGED.keys() >= set(type_.profiles):
            return self._profiled(type_)
        if type_.code == "Extension":
            return _NOT_WRITTEN if self._structure.type == "Extension" else {"$ref": EXTENSION}
        return {"$ref": structure.url}

    def _profiled(self, type_: Type) -> Schema:
        absent = [url for url in type_.profiles if url not in self._definitions.structures]
        if not absent:
            return {"anyOf": [{"$ref": url} for url in type_.profiles]}
        if type_.code == "Extension" or absent[0].startswith(CORE):
            return _NOT_WRITTEN
        raise ConfigurationError(f"the profile {absent[0]} is not at hand")

    def _with_constraints(self, schema: Schema, element: Element) -> Schema:
        """Return the schema with the invariants of the element, and of its type where its content stands inline."""
        keys = dict.fromkeys(element.constraints)
        if element.children and element is not self._structure.root:
            for type_ in element.types:
                keys |= dict.fromkeys(self._definitions.structures[CORE + type_.code].root.constraints)
        unknown = keys.keys() - SAID_IN_SCHEMA.keys() - CHECKS.keys()
        if unknown:
            raise ConfigurationError(f"{element.id}: nobody checks the invariant {', '.join(sorted(unknown))}")
        said: list[Schema] = []
        for key in keys:
            if SAID_IN_SCHEMA.get(key) and SAID_IN_SCHEMA[key] not in said:
                said.append(SAID_IN_SCHEMA[key])
        return {**schema, "allOf": [*schema.get("allOf", ()), *said]} if said else schema


def _resource(type_: Type) -> Schema:
    """Return the schema of a resource inside a Bundle: its own profile judges it, and has to be the right one."""
    schema: Schema = {"type": "object", "required": ["resourceType", "id"]}
    if type_.code == "Resource":
        return schema
    schema["properties"] = {"resourceType": {"const": type_.code}}
    if type_.profiles:
        schema["properties"]["meta"] = following_profile(type_.profiles)
        schema["required"].append("meta")
    return schema
