"""What differs between two Bundles of the same set and message: values, and the order of things."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from gateway.workbench.differences import Difference, Side
from gateway.workbench.pairing import paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gateway.workbench.pieces import Piece, Value

_CHANGES = dict.fromkeys(("code", "system"), "code changed") | dict.fromkeys(
    ("div", "display", "title"), "text changed"
)
"""What a change is called by the element's last step; `changed` otherwise."""


class Bundles:
    """Two Bundles.

    Args:
        name: The set's name.
        old: The pieces of one.
        new: The pieces of the other.
        rules: For each of them, what tells the rule that made a value.
    """

    def __init__(
        self, name: str, old: Sequence[Piece], new: Sequence[Piece], rules: Sequence[Callable[[Value], str]]
    ) -> None:
        self._set = name
        self._pairs = paired(old, new)
        self._old = [piece.key for piece in old]
        self._rules = rules

    def differences(self) -> Iterator[Difference]:
        """Yield what differs; a piece that only one of them has is one difference."""
        both = [(old, new) for old, new in self._pairs if old and new]
        for old, new in self._pairs:
            if old and new:
                yield from self._of_piece(old, new)
            elif new:
                yield Difference("added", self._set, new.name, None, self._whole(new, 1))
            elif old:
                yield Difference("removed", self._set, old.name, self._whole(old, 0), None)
        stood = sorted(both, key=lambda pair: self._old.index(pair[0].key))
        if stood != both:
            sides = [Side(", ".join(new.name for _, new in pairs), "") for pairs in (stood, both)]
            yield Difference("order changed", self._set, "Bundle.entry", *sides)

    def _of_piece(self, old: Piece, new: Piece) -> Iterator[Difference]:
        before, after = _by_element(old), _by_element(new)
        for element in dict.fromkeys((*before, *after)):
            path = f"{new.name}.{element}"
            yield from self._of_element(path, before.get(element, []), after.get(element, []))

    def _of_element(self, path: str, old: list[Value], new: list[Value]) -> Iterator[Difference]:
        gone, come = _without(old, new), _without(new, old)
        for one, other in zip_longest(gone, come):
            change = (
                _CHANGES.get(path.rpartition(".")[2], "changed") if one and other else "removed" if one else "added"
            )
            yield Difference(change, self._set, path, self._side(one, 0), self._side(other, 1))
        if not gone and not come and [one.text for one in old] != [one.text for one in new]:
            yield Difference("order changed", self._set, path, self._all(old, 0), self._all(new, 1))

    def _side(self, value: Value | None, which: int) -> Side | None:
        return Side(value.text, self._rules[which](value)) if value else None

    def _all(self, values: Sequence[Value], which: int) -> Side:
        rules = dict.fromkeys(self._rules[which](value) for value in values)
        return Side(", ".join(value.text for value in values), ", ".join(rules))

    def _whole(self, piece: Piece, which: int) -> Side:
        said = "\n".join(f"{value.path} = {value.text}" for value in piece.values)
        return Side(said, ", ".join(dict.fromkeys(self._rules[which](value) for value in piece.values)))


def _by_element(piece: Piece) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for value in piece.values:
        found.setdefault(value.element, []).append(value)
    return found


def _without(values: Sequence[Value], others: Sequence[Value]) -> list[Value]:
    """Return the values that others have not, each as often as it is there more often."""
    left = Counter(value.text for value in others)
    result = []
    for value in values:
        if left[value.text]:
            left[value.text] -= 1
        else:
            result.append(value)
    return result
