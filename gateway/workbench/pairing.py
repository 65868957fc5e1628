"""Which piece of one Bundle is which of another: by key, and where a rule has another name, by what it says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.workbench.pieces import Piece, Value


def paired(old: Sequence[Piece], new: Sequence[Piece]) -> list[tuple[Piece | None, Piece | None]]:
    """Return the pieces of two Bundles in pairs, in the order of the new one; what only the old one has comes last.

    A resource's id is made from its rule's name: where a rule got another name, the resource that says mostly the same
    is its pair, and what refers to it counts as the same.
    """
    by_key = {piece.key: piece for piece in old}
    keys = {piece.key for piece in new}
    left = [piece for piece in old if piece.key not in keys]
    pairs: list[tuple[Piece | None, Piece | None]] = []
    for piece in new:
        match = by_key.get(piece.key) or _likest(piece, left)
        if match in left:
            left.remove(match)
        pairs.append((match, piece))
    return [*_readdressed(pairs), *((piece, None) for piece in left)]


def _likest(piece: Piece, candidates: Sequence[Piece]) -> Piece | None:
    alike = [(_shared(one, piece), one) for one in candidates if one.type == piece.type != "section"]
    share, best = max(alike, key=lambda one: one[0], default=(0.0, None))
    return best if share >= 1 / 2 else None


def _shared(one: Piece, other: Piece) -> float:
    """Return how much of the larger of two pieces the other says too, from 0 to 1."""
    counts = [Counter((value.element, value.text) for value in piece.values) for piece in (one, other)]
    return (counts[0] & counts[1]).total() / max(count.total() for count in counts)


def _readdressed(pairs: Sequence[tuple[Piece | None, Piece | None]]) -> list[tuple[Piece | None, Piece | None]]:
    """Return the pairs, with the old ones' references to a resource that has another id now as if it had had it."""
    moved = {
        f'"urn:uuid:{old.key}"': f'"urn:uuid:{new.key}"' for old, new in pairs if old and new and old.key != new.key
    }

    def now(value: Value) -> Value:
        return value._replace(text=moved.get(value.text, value.text))

    return [(old and old._replace(values=tuple(map(now, old.values))), new) for old, new in pairs]
