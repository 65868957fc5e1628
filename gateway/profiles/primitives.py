"""Primitive types as JSON Schema: what kind of JSON value, and what it looks like.

Source: FHIR R4 §2.24.0.1 (primitive types) and the regular expressions in their definitions. The expressions let
30 February pass; whole days and moments are therefore asked for as dates too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.profiles.elements import CORE

if TYPE_CHECKING:
    from gateway.profiles.definitions import Definitions

Schema = dict[str, Any]

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_URI: Schema = {
    "type": "string",
    "minLength": 1,
    "pattern": r"^\S*$",
    "if": {"pattern": "^urn:uuid:"},
    "then": {"pattern": f"^urn:uuid:{_UUID}$"},
}
_TEXT: Schema = {"type": "string", "minLength": 1}

_KNOWN: dict[str, Schema] = {
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "unsignedInt": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "positiveInt": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "string": _TEXT,
    "markdown": _TEXT,
    "xhtml": _TEXT,
    "uri": _URI,
    "url": _URI,
    "canonical": _URI,
}
"""Types that are numbers in JSON, or that are so common that their expressions would cost more than all the rest."""

_MONTH = {"pattern": "^[0-9]{4}(-[0-9]{2})?$"}
_DAY = {"format": "date"}
_MOMENT = {"format": "date-time"}
_FURTHER: dict[str, Schema] = {
    "date": {"anyOf": [_DAY, _MONTH]},
    "dateTime": {"anyOf": [_DAY, _MOMENT, _MONTH]},
    "instant": _MOMENT,
}


def primitive(definitions: Definitions, code: str) -> Schema:
    """Return the schema of a primitive type."""
    if code in _KNOWN:
        return _KNOWN[code]
    value = definitions.structures[CORE + code].root.child("value")
    pattern = value.types[0].pattern if value else ""
    looks = {"pattern": f"^(?:{pattern})$"} if pattern else {}
    return {**_TEXT, **looks, **_FURTHER.get(code, {})}
