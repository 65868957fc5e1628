"""What invariants are made of, as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def some(begins: str) -> Schema:
    """Return the schema of an object with an element whose name begins so: `value[x]`, told by its type."""
    return {"not": {"propertyNames": {"not": {"pattern": f"^{begins}"}}}}


def any_of(*names: str) -> Schema:
    """Return the schema of an object that has one of these elements at least."""
    return {"anyOf": [{"required": [name]} for name in names]}


def not_both(one: str, other: str) -> Schema:
    """Return the schema of an object that lacks one of these elements."""
    return {"not": {"required": [one, other]}}


def needs(one: str, other: str) -> Schema:
    """Return the schema of an object that has the other element where it has the one."""
    return {"dependentRequired": {one: [other]}}


def without(*names: str) -> Schema:
    """Return the schema of an object that has none of these elements."""
    return {"properties": dict.fromkeys(names, False)}


def of_type(*types: str) -> Schema:
    """Return the schema of a Bundle of one of these types."""
    return {"properties": {"type": {"enum": list(types)}}}


def document(schema: Schema) -> Schema:
    """Return the schema of a Bundle that is as told where it is a document."""
    return {"if": of_type("document"), "then": schema}


def entries(schema: Schema) -> Schema:
    """Return the schema of a Bundle whose every entry is as told."""
    return {"properties": {"entry": {"items": schema}}}


def begins_with(resource: str) -> Schema:
    """Return the schema of a Bundle whose first resource is of this type."""
    content = {"properties": {"resourceType": {"const": resource}}}
    first = {"properties": {"resource": content}, "required": ["resource"]}
    return {"properties": {"entry": {"prefixItems": [first]}}, "required": ["entry"]}


def coded(system: str, *codes: str) -> Schema:
    """Return the schema of a CodeableConcept with one of these codes."""
    wanted = {"system": {"const": system}, "code": {"enum": list(codes)}}
    return {
        "properties": {"coding": {"contains": {"properties": wanted, "required": list(wanted)}}},
        "required": ["coding"],
    }
