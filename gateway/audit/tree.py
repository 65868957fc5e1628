"""The Merkle tree of RFC 6962 §2.1: hashes, a frontier that grows, and proofs that others can check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASH = 32
"""Bytes of a hash."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: all that an append has to know, one hash for each bit of the size."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)
    """The roots of the full subtrees, from the largest at the left to the smallest."""

    def add(self, leaf: bytes) -> None:
        """Append a leaf, by its hash."""
        subtree, size = leaf, self.size
        while size & 1:
            subtree = node_hash(self.hashes.pop(), subtree)
            size >>= 1
        self.hashes.append(subtree)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of the tree as it is."""
        if not self.hashes:
            return hashlib.sha256().digest()
        *rest, root = self.hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root

    def packed(self) -> bytes:
        """Return the hashes as bytes."""
        return b"".join(self.hashes)

    @classmethod
    def unpacked(cls, size: int, hashes: bytes) -> Frontier:
        """Return a frontier from its size and what `packed` gave."""
        return cls(size, [hashes[start : start + HASH] for start in range(0, len(hashes), HASH)])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return what leads from one leaf to the root over all of them, from the bottom (RFC 6962 §2.1.1).

    Args:
        leaves: Every leaf hash of the tree.
        index: Which leaf, counted from 0.
    """
    if len(leaves) <= 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Return what shows that the first `old` leaves are the beginning of this tree (RFC 6962 §2.1.2)."""
    return _consistency(leaves, old, known=True) if 0 < old < len(leaves) else []


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof leads from the leaf hash to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    edge, found = size - 1, leaf
    for sibling in proof:
        if edge == 0:
            return False
        if index & 1 or index == edge:
            found = node_hash(sibling, found)
            while index and not index & 1:
                index, edge = index >> 1, edge >> 1
        else:
            found = node_hash(found, sibling)
        index, edge = index >> 1, edge >> 1
    return edge == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the new tree begins with the old one (RFC 9162 §2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    if old > new or not (path := list(proof if old & (old - 1) else (old_root, *proof))):
        return False
    index, edge = _above_ones(old - 1, new - 1)
    was = now = path[0]
    for sibling in path[1:]:
        if edge == 0:
            return False
        if index & 1 or index == edge:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while index and not index & 1:
                index, edge = index >> 1, edge >> 1
        else:
            now = node_hash(now, sibling)
        index, edge = index >> 1, edge >> 1
    return edge == 0 and (was, now) == (old_root, new_root)


def _above_ones(index: int, edge: int) -> tuple[int, int]:
    while index & 1:
        index, edge = index >> 1, edge >> 1
    return index, edge


def _split(size: int) -> int:
    """Return the largest power of two that is smaller than the size."""
    return 1 << (size - 1).bit_length() - 1


def _consistency(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [root_of(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_consistency(leaves[:split], old, known=known), root_of(leaves[split:])]
    return [*_consistency(leaves[split:], old - split, known=False), root_of(leaves[:split])]
