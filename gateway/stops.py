"""What is stopped, by a person, or because of the clock, the anchor or the database: it leaves on no way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Scope(StrEnum):
    """What a stop is about."""

    EVERYTHING = "everything"
    ORGANISATION = "organisation"
    """All that is for one organisation, whether it is sent or read."""
    KIND = "kind"
    """All that is for recipients of one kind."""
    SET = "set"
    """One information set, whoever it is for."""
    WORKERS = "workers"
    """All sending; who reads goes on reading."""
    CLOCK = "clock"
    """Everything, while nobody knows what time it is: a consent must not last longer because a clock was set back."""
    ANCHOR = "anchor"
    """Everything, while too long nothing of the log was kept elsewhere; it ends by itself once something is."""
    COPY = "copy"
    """Everything, while the database may be a copy of one that lives; until a person says which of them does."""


LIFTED_BY_TWO = frozenset(Scope) - {Scope.WORKERS, Scope.CLOCK, Scope.ANCHOR, Scope.COPY}
"""What takes two persons to lift."""


CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far the clock may be set before nothing leaves until a person says that it is right."""


def same_person(one: str, other: str) -> bool:
    """Say whether two names that were given are one person's, however they are written."""
    return one.casefold().split() == other.casefold().split()


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop, as it stands."""

    scope: Scope
    name: str
    """The organisation's ten digits, the kind or the set; empty where the scope needs none."""
    by: str
    because: str
    since: datetime
    lifted_by: str = ""
    """Who has asked that it be lifted, where that takes two persons; it holds until another asks too."""
