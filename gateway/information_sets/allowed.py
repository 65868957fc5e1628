"""An allow-list of elements: what is not listed is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALWAYS = ("resourceType", "id", "meta")
"""What every resource in a Bundle keeps."""


class Allowed:
    """The elements of a resource that may be taken.

    Args:
        elements: Element paths without list positions: `valueQuantity`, or `valueCodeableConcept.coding` where only
            a part of the element may be taken.
    """

    __slots__ = ("_known", "_tree")

    def __init__(self, elements: Iterable[str]) -> None:
        self._tree: dict[str, Any] = {}
        for element in (*ALWAYS, *elements):
            *inner, last = element.split(".")
            tree = self._tree
            for step in inner:
                tree = tree.setdefault(step, {})
            tree[last] = None
        self._known: dict[str, bool] = {}

    def of(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return the resource with the listed elements only."""
        return _taken(resource, self._tree)

    def covers(self, element: str) -> bool:
        """Say whether an element may be taken whole."""
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = _covers(self._tree, element.split("."))
        return known


def _taken(value: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: inner if tree[key] is None else _taken_inside(inner, tree[key])
        for key, inner in value.items()
        if key in tree
    }


def _taken_inside(value: Any, tree: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON values are of any kind
    if isinstance(value, list):
        return [_taken_inside(one, tree) for one in value]
    return _taken(value, tree)


def _covers(tree: Mapping[str, Any] | None, steps: list[str]) -> bool:
    for step in steps:
        if tree is None:
            return True
        if step not in tree:
            return False
        tree = tree[step]
    return tree is None
