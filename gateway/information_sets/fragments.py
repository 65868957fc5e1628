"""The resources of a document, each made ready once for all the sets that take it in the same way.

Sets of one document share most of what they have. What is shared is written once, as bytes, and joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from gateway.information_sets.references import without_dangling

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gateway.documents import Mapped, Resource
    from gateway.information_sets.allowed import Allowed


def paragraph(line: str) -> str:
    """Return a line of narrative, which is XHTML already, as a paragraph."""
    return f"<p>{line}</p>"


class Fragment:
    """One resource as some sets have it."""

    __slots__ = ("entry", "mapped", "period", "resource", "told", "written")

    def __init__(self, mapped: Mapped, resource: Resource, urn: str, lines: list[str]) -> None:
        self.mapped = mapped
        self.resource = resource
        self.entry = {"fullUrl": urn, "resource": resource}
        """The Bundle's entry."""
        self.written = orjson.Fragment(orjson.dumps(self.entry))
        """The entry, as JSON."""
        self.told = "".join(map(paragraph, lines))
        """The narrative that tells it, as far as its elements are taken: paragraphs of XHTML."""
        period = resource.get("effectivePeriod")
        self.period = period if period is mapped.resource.get("effectivePeriod") else None
        """The time that it tells of, where all of that was taken."""


class Piece:
    """One resource of a document, and the fragments that sets have asked for.

    Args:
        mapped: The resource.
    """

    __slots__ = ("_fragments", "_targets", "key", "mapped", "urn")

    def __init__(self, mapped: Mapped) -> None:
        self.mapped = mapped
        self.key = (mapped.section, mapped.rule)
        self.urn = f"urn:uuid:{mapped.resource['id']}"
        """How references write it."""
        self._targets = {one.target for one in mapped.references}
        self._fragments: dict[tuple[Allowed | None, frozenset[str]], Fragment] = {}

    def fragment(self, allowed: Allowed, present: AbstractSet[str]) -> Fragment:
        """Return the resource with what is allowed of it, without references to what is not present.

        Args:
            allowed: What may be taken.
            present: How references write the resources that the set has.
        """
        key = (allowed, frozenset(self._targets - present))
        fragment = self._fragments.get(key)
        if fragment is None:
            fragment = self._fragments[key] = self._found(allowed, key[1], present)
        return fragment

    def _found(self, allowed: Allowed, missing: frozenset[str], present: AbstractSet[str]) -> Fragment:
        """Return what is allowed; whoever may take all has it in common."""
        if not allowed.takes_all(self.mapped.resource):
            return self._made(allowed, present)
        key = (None, missing)
        fragment = self._fragments.get(key)
        if fragment is None:
            fragment = self._fragments[key] = self._made(None, present)
        return fragment

    def _made(self, allowed: Allowed | None, present: AbstractSet[str]) -> Fragment:
        mapped = self.mapped
        resource = without_dangling(mapped.resource, mapped.references, present)
        if allowed is None:
            return Fragment(mapped, resource, self.urn, [line.xhtml for line in mapped.narrative])
        lines = [line.xhtml for line in mapped.narrative if allowed.covers_all(line.elements)]
        return Fragment(mapped, allowed.of(resource), self.urn, lines)
