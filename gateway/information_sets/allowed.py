"""An allow-list of elements: what is not listed is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALWAYS = ("resourceType", "id", "meta")
"""What every resource in a Bundle keeps."""


_NOTHING: tuple[Any, ...] = ({}, [])


class Allowed:
    """The elements of a resource that may be taken.

    Args:
        elements: Element paths without list positions: `valueQuantity`, or `valueCodeableConcept.coding` where only
            a part of the element may be taken.
    """

    __slots__ = ("_known", "_told", "_tree", "_whole")

    def __init__(self, elements: Iterable[str]) -> None:
        self._tree: dict[str, Any] = {}
        for element in (*ALWAYS, *elements):
            *inner, last = element.split(".")
            tree = self._tree
            for step in inner:
                tree = tree.setdefault(step, {})
                if tree is None:
                    break
            else:
                tree[last] = None
        self._known: dict[str, bool] = {}
        self._told: dict[tuple[str, ...], bool] = {}
        self._whole = frozenset(name for name, inner in self._tree.items() if inner is None)

    def takes_all(self, resource: dict[str, Any]) -> bool:
        """Say whether the listed elements are all that the resource has."""
        return resource.keys() <= self._whole

    def of(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return the resource with the listed elements only; the resource itself where they are all it has."""
        if self.takes_all(resource):
            return resource
        return _taken(resource, self._tree)

    def covers(self, element: str) -> bool:
        """Say whether an element may be taken whole."""
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = _covers(self._tree, element.split("."))
        return known

    def covers_all(self, elements: tuple[str, ...]) -> bool:
        """Say whether all these elements may be taken whole, and a line that tells them with them."""
        known = self._told.get(elements)
        if known is None:
            known = self._told[elements] = all(map(self.covers, elements))
        return known


def _taken(value: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    taken = {
        key: inner if tree[key] is None else _taken_inside(inner, tree[key])
        for key, inner in value.items()
        if key in tree
    }
    # An element of which nothing is left goes as a whole: FHIR has no empty objects.
    return {key: inner for key, inner in taken.items() if inner not in _NOTHING}


def _taken_inside(value: Any, tree: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON values are of any kind
    if isinstance(value, list):
        return [left for left in (_taken_inside(one, tree) for one in value) if left]
    return _taken(value, tree) if isinstance(value, dict) else {}


def _covers(tree: Mapping[str, Any] | None, steps: list[str]) -> bool:
    for step in steps:
        if tree is None:
            return True
        if step not in tree:
            return False
        tree = tree[step]
    return tree is None
