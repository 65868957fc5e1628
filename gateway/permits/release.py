"""What may leave, and which way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.identity import PersonIdentity
    from gateway.permits.permit import Permit
    from gateway.permits.sealing import Sealed


class Errand(NamedTuple):
    """Where a set is to go, and in which attempt."""

    address: str
    """The recipient's, as a permit writes it, or READER."""
    attempt: str
    """The attempt or reading that was recorded with the decision: once each."""
    idempotency_key: str
    """The same for every attempt to hand over the same bytes to the same organisation."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Something that may leave, once, the way its permit says."""

    permit: Permit
    payload: Sealed

    def open(self, address: str) -> bytes:
        """Return what leaves, byte for byte; a second time there is nothing to have.

        Raises:
            NotPermitted: The permit does not let it leave that way, or not again.
            PermitOver: It is too late.
        """
        return self.payload.open(self.permit, address)


@dataclass(frozen=True, slots=True)
class Release(Leaving):
    """An information set as JSON that may leave. Only `gateway.consent` makes one."""

    person: PersonIdentity = field(repr=False)
    """Whom it is about: nothing that a recipient says of it may name the person."""
    ground: str
    """The consent and version that permits it: `Consent/<id>/_history/<version>`."""
    idempotency_key: str
