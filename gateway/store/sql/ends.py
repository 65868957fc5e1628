"""How an attempt ends, as it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import Delivered, DeliveryState, Postponed, Returned, Stopped, Superseded, Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.deliveries import Outcome


class End(NamedTuple):
    """How an attempt ended, and when there may be another."""

    state: DeliveryState
    reason: str = ""
    reference: str = ""
    due_at: datetime | None = None
    counts: bool = True
    may_have_arrived: bool = False

    @property
    def outcome(self) -> DeliveryState:
        """What the attempt came to: where nobody knows, not what becomes of its delivery."""
        return DeliveryState.UNKNOWN if self.may_have_arrived else self.state


def end_of(outcome: Outcome, at: datetime) -> End:
    """Return how an attempt ended that came to this outcome at this time."""
    match outcome:
        case Delivered(receipt):
            return End(DeliveryState.DELIVERED, reference=receipt.reference)
        case Postponed(until, reason, counts):
            return End(DeliveryState.RETRY_WAIT, reason, due_at=until, counts=counts)
        case Returned(reason):
            return End(DeliveryState.READY, reason, due_at=at, counts=False)
        case Unknown(until, reason):
            return End(DeliveryState.UNKNOWN, reason, due_at=until)
        case Stopped(reason, may_have_arrived):
            return End(DeliveryState.DEAD, reason, may_have_arrived=may_have_arrived)
        case Superseded(reason):
            return End(DeliveryState.SUPERSEDED, reason)
