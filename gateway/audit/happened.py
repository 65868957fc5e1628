"""What happened, as the log tells it; nothing of it names a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.decisions import Decided

DECIDED = "consent.decided"
"""The event of a decision of the gate."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened."""

    log: str
    """The id of the log it stands in."""
    number: int
    """Its place in the log, from 1 and without a gap."""
    at: datetime
    event: str
    """`message.accepted`, `consent.decided`, `release.outcome`, `set.read`, `log.read` …"""
    person: str = ""
    """A pseudonym; empty where it is about nobody."""
    message: str = ""
    delivery: str = ""
    detail: str = ""
    """A state, reason code or reference; in the AuditEvent only as a commitment."""
    decided: Decided | None = None
    """The decision that it is, or that it rests on."""

    @property
    def is_decision(self) -> bool:
        """Whether it is a decision of the gate."""
        return self.event == DECIDED
