"""What the references of a document have to come to: each leads to an entry it may lead to, and none is cut off.

Source: FHIR R4 §3.3.1 (document content), and our invariants sjuk-4 and sjuk-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

Reference = tuple[str, tuple[str, ...]]
"""What a reference leads to, as it writes it, and the definitions, one of which has to be that of what it leads to;
none where anything will do."""


class Node(NamedTuple):
    """One entry of a document."""

    references: AbstractSet[Reference]
    targets: AbstractSet[str]
    """What the references lead to."""
    lineage: AbstractSet[str]
    """The definitions that it follows."""


def broken(nodes: Mapping[str, Node]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong: the full URL of an entry, what it refers to where that is wrong, and the reason.

    Args:
        nodes: The entries by full URL, the Composition first.
    """
    every = set[Reference]().union(*[node.references for node in nodes.values()])
    wrong = {one: reason for one in every if (reason := _wrong(one, nodes))}
    if wrong:
        for url, node in nodes.items():
            for reference in sorted(node.references & wrong.keys()):
                yield url, reference[0], wrong[reference]
    for url in _cut_off(nodes):
        yield url, "", "sjuk-8: nås inte från Composition"


def _wrong(reference: Reference, nodes: Mapping[str, Node]) -> str:
    target, allowed = reference
    node = nodes.get(target)
    if node is None:
        return "hänvisar till något som inte finns i dokumentet"
    if allowed and node.lineage.isdisjoint(allowed):
        return "hänvisar till en annan sorts resurs än profilen tillåter"
    return ""


def _cut_off(nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield the entries that the Composition does not lead to, and that do not refer to it either (Provenance)."""
    composition = next(iter(nodes))
    reached: set[str] = set()
    ahead = {composition}
    while ahead:
        reached |= ahead
        ahead = set[str]().union(*[nodes[url].targets for url in ahead if url in nodes]) - reached
    for url, node in nodes.items():
        if url not in reached and composition not in node.targets:
            yield url
