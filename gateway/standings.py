"""How recipients stand: whether they may be tried now, with how much at once, and what is the matter with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.identity import OrganisationNumber


class Cause(StrEnum):
    """Why an incident was opened."""

    FAILING = "failing"
    """Attempt after attempt is lost."""
    MISCONFIGURED = "misconfigured"
    """Nothing gets there: TLS, a redirect."""
    GONE = "gone"
    """It has closed its address."""
    EXHAUSTED = "exhausted"
    """A delivery has used up all its attempts."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A recipient in trouble: one, however many deliveries it concerns."""

    cause: Cause
    reason: str
    """How the attempt failed that opened it."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a recipient stands. One that nothing is known of stands well."""

    failures: int = 0
    """How many attempts have been lost in a row."""
    width: int | None = None
    """How many deliveries may be under way at once; None for any number, 0 where it has closed its address."""
    not_before: datetime | None = None
    """Until when it is left alone; None where it never was."""
    openings: int = 0
    """How many times in a row the breaker has opened."""
    incident: Incident | None = None

    def word(self, now: datetime) -> str:
        """Return how it stands, in a word for operators."""
        if self.width == 0:
            return "gone"
        if self.not_before is not None and self.not_before > now:
            return "pausing" if self.width is None else "down"
        if self.width is None:
            return "up"
        return "probing" if self.width == 1 else "recovering"


Judge: TypeAlias = "Callable[[Standing], Standing]"
"""Says how a recipient stands after an attempt, given how it stood before."""


@dataclass(frozen=True, slots=True)
class RecipientStanding:
    """A recipient, how it stands, and how much waits for it."""

    organisation: OrganisationNumber
    standing: Standing
    waiting: int
    """How many deliveries wait to be sent to it."""
    under_way: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a recipient is reached, and where the settings say that it should be instead."""

    url: str
    """What two persons have approved, or the first that the settings said."""
    wanted: str = ""
    """What waits for approval; empty where the settings say the same."""
    approved_by: str = ""
    """Who has approved what is wanted, where it is one person yet."""
