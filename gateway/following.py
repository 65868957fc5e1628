"""Following the log: whether it goes on from what was signed of it, by what its rows say and not by its tree alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.audit.entries import wrong_with
from gateway.audit.notes import checkpoint_of
from gateway.audit.tree import Frontier
from gateway.errors import Tampered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.audit.entries import Entry
    from gateway.store.port import Grown, Store

_AT_ONCE = 1_000
"""How many entries are read at once."""


def entries(store: Store, size: int, after: int = 0) -> Iterator[Entry | int]:
    """Yield the entries of the log from after a place to `size`, in order."""
    for start, count in _pieces(after, size):
        yield from store.audit_entries(start, count)


def frontier_of(store: Store, note: str) -> Frontier:
    """Return the right edge of the tree that a checkpoint of this log is of, from the leaves that are kept.

    Raises:
        Tampered: They are not those that it was signed for.
    """
    signed, frontier = checkpoint_of(note), Frontier()
    for start, count in _pieces(0, signed.size):
        for leaf in store.leaf_hashes(start, count):
            frontier.add(leaf)
    if (frontier.size, frontier.root) != (signed.size, signed.root):
        raise Tampered(f"it is not what was signed when it had {signed.size} entries")
    return frontier


def followed(store: Store, tree: Grown, frontier: Frontier, most: int) -> Frontier:
    """Return the frontier after so many entries more at most, each as its row says it; in the end it is the tree's.

    Args:
        store: Where the log is.
        tree: Its tree.
        frontier: The right edge of the tree as far as it is known to be good.
        most: How many entries are read.

    Raises:
        Tampered: The tree has fewer entries, one of them is not as it was sealed, or the tree is over others.
    """
    if tree.size < frontier.size:
        raise Tampered(f"{frontier.size} entries of it were seen here, and it has {tree.size}")
    further = Frontier(frontier.size, [*frontier.hashes])
    for entry in entries(store, min(tree.size, frontier.size + most), frontier.size):
        number = further.size + 1
        if isinstance(entry, int) or entry.happened.number != number:
            raise Tampered(f"entry {number} of it is gone, or cannot be read")
        if wrong := wrong_with(entry):
            raise Tampered(f"entry {number} of it is bad: {wrong}")
        further.add(entry.leaf)
    if further.size < min(tree.size, frontier.size + most):
        raise Tampered(f"entry {further.size + 1} of it is gone, or cannot be read")
    if further.size == tree.size and further.root != tree.root:
        raise Tampered(f"it does not go on from the entries that were seen here before: it has {tree.size}")
    return further


def _pieces(after: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(after, size, _AT_ONCE):
        yield start, min(_AT_ONCE, size - start)
