"""Values and codes that a profile demands, as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.profiles.codes import Allowed

Schema = dict[str, Any]


def following(kind: str, value: Any) -> Schema:  # noqa: ANN401 - FHIR values are of any kind
    """Return the schema of what is this value (`fixed`), or has at least what the value has (`pattern`)."""
    return {"const": value} if kind == "fixed" else _pattern(value)


def _pattern(value: Any) -> Schema:  # noqa: ANN401 - FHIR values are of any kind
    if isinstance(value, dict):
        return {"properties": {key: _pattern(inner) for key, inner in value.items()}, "required": list(value)}
    if isinstance(value, list):
        return {"allOf": [{"contains": _pattern(one)} for one in value]}
    return {"const": value}


def coded(type_: str, allowed: Sequence[Allowed]) -> Schema:
    """Return the schema of a value of this type whose code is one of those allowed."""
    if type_ == "CodeableConcept":
        return {"properties": {"coding": {"contains": _coding(allowed)}}, "required": ["coding"]}
    if type_ in ("Coding", "Quantity"):
        return _coding(allowed)
    codes = [one.codes for one in allowed]
    return {} if None in codes else {"enum": [code for some in codes for code in some or ()]}


def _coding(allowed: Sequence[Allowed]) -> Schema:
    return {"anyOf": [_of_system(one) for one in allowed]}


def _of_system(allowed: Allowed) -> Schema:
    code = {} if allowed.codes is None else {"enum": list(allowed.codes)}
    return {
        "properties": {"system": {"const": allowed.system}, "code": code},
        "required": ["system", "code"],
    }


def following_profile(urls: Sequence[str]) -> Schema:
    """Return the schema of the `meta` of a resource that says it follows one of these profiles."""
    return {"properties": {"profile": {"contains": {"enum": list(urls)}}}, "required": ["profile"]}
