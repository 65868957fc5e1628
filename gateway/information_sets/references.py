"""References to what was left out go with it: nothing in a set points outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from gateway.documents import Reference, Resource


def without_dangling(resource: Resource, references: Sequence[Reference], present: AbstractSet[str]) -> Resource:
    """Return the resource without the references whose target is not present.

    A reference in a list goes with the element of the list that holds it (an agent without its `who` is no agent),
    any other with the element itself.
    """
    dangling = [one for one in references if one.target not in present and one.element in resource]
    if not dangling:
        return resource
    result = dict(resource)
    for element in dict.fromkeys(one.element for one in dangling):
        gone = {one.position for one in dangling if one.element == element}
        left = [] if None in gone else [value for n, value in enumerate(result[element]) if n not in gone]
        if left:
            result[element] = left
        else:
            del result[element]
    return result
