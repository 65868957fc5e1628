"""What recipients are told of a set that they have got, once it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.errors import Problem


@dataclass(frozen=True, slots=True)
class Had:
    """What an organisation has got of a set, or may have got."""

    delivery: Delivery
    """The delivery of the set to the organisation, as it stood."""
    bundles: tuple[str, ...]
    """The ids of the Bundles, sorted: other variants and editions are other Bundles."""
    body: bytes = field(repr=False)
    """One of them, as JSON."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A document of its own that says that a set was entered in error."""

    id: str
    """The id of its Bundle."""
    delivery: Delivery
    """What is to bring it."""
    body: bytes = field(repr=False)
    """Its Bundle as JSON, byte for byte what leaves."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it by its profiles: a person has to look before it may leave."""
