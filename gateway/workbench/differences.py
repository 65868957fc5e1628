"""What another version of the mappings makes otherwise of one message: each difference, with the rules behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.workbench.outcomes import Fact


class Side(NamedTuple):
    """What one version says."""

    value: str
    rule: str
    """The rule that made it, with file and line; empty where none did."""


class Difference(NamedTuple):
    """One thing that is not as it was."""

    change: str
    """`added`, `removed`, `changed`, `code changed`, `text changed`, `order changed`; `refused now`, `accepted now`,
    `refused otherwise`; `held now`, `freed now`, `held otherwise`; `noted now`, `noted no more`."""
    set: str
    """The set; empty where it is about the whole message."""
    path: str
    """The element, without list positions; of a reason, the place."""
    old: Side | None
    new: Side | None


_WORDS = {
    "refused": ("accepted now", "refused now", "refused otherwise"),
    "held": ("freed now", "held now", "held otherwise"),
    "noted": ("noted no more", "noted now", "noted otherwise"),
}
"""What is said of a fact: where it is no more, where it is new, and where the other side has another of its sort."""


def between_facts(old: Sequence[Fact], new: Sequence[Fact]) -> Iterator[Difference]:
    """Yield what is said of a message by one version only.

    A message that is refused has nothing else to compare: what is said of it besides is passed over.
    """
    is_refused = any(fact.sort == "refused" for fact in (*old, *new))
    for fact in dict.fromkeys((*old, *new)):
        if (fact in old) != (fact in new) and (fact.sort == "refused" or not is_refused):
            yield _difference(fact, old, new)


def _difference(fact: Fact, old: Sequence[Fact], new: Sequence[Fact]) -> Difference:
    gone, come, otherwise = _WORDS[fact.sort]
    side, other = Side(fact.reason, fact.rule), new if fact in old else old
    is_otherwise = any((one.sort, one.set) == (fact.sort, fact.set) for one in other)
    word = otherwise if is_otherwise else gone if fact in old else come
    return Difference(word, fact.set, fact.place, side if fact in old else None, side if fact in new else None)
