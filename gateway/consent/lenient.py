"""JSON that nobody has judged, read without raising: what is of another kind is as if it were not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_in(node: Mapping[str, Any], name: str) -> str:
    """Return the text that an object has under a name; empty where it has none."""
    value = node.get(name)
    return value if isinstance(value, str) else ""


def object_in(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object that an object has under a name; empty where it has none."""
    value = node.get(name)
    return value if isinstance(value, Mapping) else {}


def objects_in(node: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list that an object has under a name."""
    values = node.get(name)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
