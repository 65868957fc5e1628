"""What the references of a document have to come to: each leads to an entry it may lead to, and none is cut off.

Source: FHIR R4 §3.3.1 (document content), and our invariants sjuk-4 and sjuk-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.profiles.references import Found


class Node(NamedTuple):
    """One entry of a document."""

    references: Sequence[Found]
    lineage: AbstractSet[str]
    """The definitions that it follows."""


def broken(nodes: Mapping[str, Node]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong: the full URL of an entry, what it refers to where that is wrong, and the reason.

    Args:
        nodes: The entries by full URL, the Composition first.
    """
    for url, node in nodes.items():
        for one in node.references:
            target = nodes.get(one.target)
            if target is None:
                yield url, one.target, "hänvisar till något som inte finns i dokumentet"
            elif one.allowed and target.lineage.isdisjoint(one.allowed):
                yield url, one.target, "hänvisar till en annan sorts resurs än profilen tillåter"
    for url in _cut_off(nodes):
        yield url, "", "sjuk-8: nås inte från Composition"


def _cut_off(nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield the entries that the Composition does not lead to, and that do not refer to it either (Provenance)."""
    composition = next(iter(nodes))
    reached: set[str] = set()
    ahead = {composition}
    while ahead:
        reached |= ahead
        ahead = {one.target for url in ahead if url in nodes for one in nodes[url].references} - reached
    for url, node in nodes.items():
        if url not in reached and composition not in {one.target for one in node.references}:
            yield url
