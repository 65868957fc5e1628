"""The port: what the road asks of a store. Every method is one transaction, and durable when it returns.

Times are given by the caller, aware and in UTC. Every method raises StoreUnavailable where the database cannot be
read or written; nothing was changed then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gateway.store.port.auditing import Auditing
from gateway.store.port.erasing import Erasing
from gateway.store.port.flowing import Flowing
from gateway.store.port.keeping import Keeping
from gateway.store.port.kept import (
    Anchored,
    Authorised,
    Choose,
    Cosignature,
    Damaged,
    Decide,
    Entry,
    Epoch,
    Grown,
    KeptSet,
    MessageSummary,
    Plan,
    Reader,
    Stamp,
    TakesBack,
    sorted_out,
)
from gateway.store.port.living import Living
from gateway.store.port.mending import Mending
from gateway.store.port.pulling import Pulling
from gateway.store.port.purging import Purging, Rest
from gateway.store.port.revoking import Cancel, Revoking, Tell
from gateway.store.port.rotating import Rotating
from gateway.store.port.sending import Sending
from gateway.store.port.watching import Watching

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "Anchored",
    "Authorised",
    "Cancel",
    "Choose",
    "Cosignature",
    "Damaged",
    "Decide",
    "Entry",
    "Epoch",
    "Grown",
    "KeptSet",
    "MessageSummary",
    "Plan",
    "Reader",
    "Rest",
    "Stamp",
    "Store",
    "TakesBack",
    "Tell",
    "sorted_out",
]


class Store(
    Keeping,
    Revoking,
    Sending,
    Flowing,
    Pulling,
    Mending,
    Watching,
    Auditing,
    Rotating,
    Erasing,
    Purging,
    Living,
    Protocol,
):
    """Keeps messages, revocations, sets, consents, deliveries and the log."""

    def now(self) -> datetime:
        """Return how late it is, by the one clock that all go by who share the database."""

    def close(self) -> None:
        """Finish what is under way and let go of the database."""
