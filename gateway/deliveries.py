"""The states a delivery passes, and what an attempt can come to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from gateway.decisions import CANNOT_BE_WITHHELD

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.decisions import Decision
    from gateway.documents import Receipt
    from gateway.identity import (
        CertificateId,
        DeliveryId,
        MessageId,
        OrganisationNumber,
        PersonIdentity,
        RecipientKind,
    )


class DeliveryState(StrEnum):
    """Where one set for one recipient stands."""

    HELD_CONSENT = "HELD_CONSENT"
    """No consent permits it now; a consent, or the day one begins, wakes it."""
    HELD_PROTECTED = "HELD_PROTECTED"
    """The person's identity is or may be protected, and the recipient is none that is told; a person has to look."""
    HELD_PERSON = "HELD_PERSON"
    """The person has died, or has another number now: no consent wakes it; a person has to look."""
    HELD_MAPPING = "HELD_MAPPING"
    """The certificate says something the mapping does not understand; a person has to look."""
    HELD_LEAK = "HELD_LEAK"
    """Something that was left out stands in what is left; a person has to look."""
    HELD_PROFILE = "HELD_PROFILE"
    """What came out breaks its FHIR profile; a person has to look."""
    HELD_WISH = "HELD_WISH"
    """A section would be withheld that nobody may withhold of this certificate; a consent that names it wakes it."""
    HELD_RECIPIENT = "HELD_RECIPIENT"
    """A consent names an organisation that the gateway has no way to reach."""
    HELD_ORDER = "HELD_ORDER"
    """Something has to be over before it that is still on its way to the same recipient: what it comes after, or what
    replaces it and may have been taken."""
    READY = "READY"
    SENDING = "SENDING"
    """A worker holds it under a lease."""
    RETRY_WAIT = "RETRY_WAIT"
    """The last attempt failed in a way that may pass."""
    UNKNOWN = "UNKNOWN"
    """The last attempt may have been taken; it is repeated under the same key."""
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"
    """The recipient refuses it, or every attempt is used up; a person has to look."""
    WITHHELD = "WITHHELD"
    """The consent it rested on was withdrawn, or came to its end, before it left."""
    SUPERSEDED = "SUPERSEDED"
    """The recipient has, or may have, a certificate that replaces it, or knows that it is revoked."""
    CANCELLED = "CANCELLED"
    """The certificate was revoked before the recipient could have got it, or its next edition; no notice either. Or the
    recipient is to have only the newest of certificates that replace each other, and a newer one was on its way."""


HOLDS = {
    "mapping": DeliveryState.HELD_MAPPING,
    "leak": DeliveryState.HELD_LEAK,
    "profile": DeliveryState.HELD_PROFILE,
    CANNOT_BE_WITHHELD: DeliveryState.HELD_WISH,
}
"""Where a set that a person has to look at puts its deliveries, by why."""

OVER = "over"
"""Why no variant of a set may leave any more: its time is over, and what it said is gone."""

ONLY_NEWEST = "only-newest"
"""Why a delivery is CANCELLED whose recipient is to have a newer certificate instead."""

MISMATCHED = "mismatched"
"""Why nobody knows whether a recipient has taken something: it answered about something else."""

NOT_KNOWN_THERE = "not-known-there"
"""Why a notice is tried again that was refused: its recipient does not know, or not yet, what the notice is about."""

SLEEPING = frozenset(
    {
        DeliveryState.HELD_CONSENT,
        DeliveryState.HELD_PROTECTED,
        DeliveryState.HELD_PERSON,
        DeliveryState.HELD_WISH,
        DeliveryState.HELD_RECIPIENT,
    }
)
"""What a consent, another status of the person or a new recipient may wake."""

STOPPED = frozenset({DeliveryState.DEAD, DeliveryState.WITHHELD, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN})
"""What a person can set going as it is."""

WAITING = frozenset({DeliveryState.HELD_ORDER, DeliveryState.READY, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN})
"""What has been permitted and waits to be sent."""

_REFUSED = {
    # What was permitted once and is not any more: no later consent wakes it.
    "revoked": DeliveryState.WITHHELD,
    "expired": DeliveryState.WITHHELD,
    "protected-identity": DeliveryState.HELD_PROTECTED,
    # Every consent that is asked is about the person's number: it was replaced.
    "patient-mismatch": DeliveryState.HELD_PERSON,
    CANNOT_BE_WITHHELD: DeliveryState.HELD_WISH,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One information set on its way to one recipient."""

    id: DeliveryId
    message: MessageId
    certificate: CertificateId
    person: PersonIdentity
    set_name: str
    kind: RecipientKind
    organisation: OrganisationNumber | None
    """Whom it is for; None until a consent names an employer or a municipality."""
    state: DeliveryState
    reason: str
    """Why it stands there: a code, or the recipient's words; never a person's data."""
    due_at: datetime | None
    """When a worker takes it up; None where only an event can wake it."""
    attempts: int = 0
    """How many it has had that count: from nothing again when it wakes, or is set going by a person."""
    fence: int = 0
    """Grows with each claim; what a worker with an older one says of the delivery no longer counts."""
    began_at: datetime | None = None
    """When the first of those attempts was made; later by as long as it has been stopped since."""
    not_known_since: datetime | None = None
    """When one of those attempts first ended NOT_KNOWN_THERE, likewise; None where none did."""
    is_notice: bool = False
    """Whether it brings no set, but tells whoever has got the set that its certificate is revoked."""
    is_released: bool = False
    """Whether an operator lets it go although the person's identity is protected, or may be; until it has arrived."""
    arrived_at: datetime | None = None
    """When its recipient last took it, in whatever edition; it may have been set going since."""
    decision: Decision | None = field(default=None, compare=False)
    """What the gate said when a plan put it there, for the store to keep; None of a delivery that was kept before."""


class Wanted(NamedTuple):
    """Which deliveries an operator asks for; what is not named may be any."""

    states: frozenset[DeliveryState]
    organisation: OrganisationNumber | None = None
    set_name: str = ""


def afresh(delivery: Delivery, state: DeliveryState, reason: str, due_at: datetime | None) -> Delivery:
    """Return a delivery that has come to stand somewhere else for a while, with all its attempts before it again.

    However long it stays there, that is not time in which its recipient has failed.
    """
    return replace(delivery, state=state, reason=reason, due_at=due_at, attempts=0, began_at=None, not_known_since=None)


def cancelled(delivery: Delivery) -> Delivery:
    """Return a delivery of a revoked certificate as one that will never be made."""
    return replace(delivery, state=DeliveryState.CANCELLED, reason="certificate-revoked", due_at=None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand over a delivery, as it stands in the record."""

    number: int
    started_at: datetime
    consent: str
    """The consent and version that permitted it."""
    rule: str
    ended_at: datetime | None
    outcome: str
    """The state it led to; empty while nobody knows."""
    reason: str
    reference: str
    """What the recipient calls it; empty where it has given no name."""
    status: int | None = None
    """The HTTP status that the recipient answered with; None where it did not answer."""
    answer: str = ""
    """SHA-256 of what is kept of its answer, which is not shown: it may tell of the person."""
    address: str = ""
    """The `host:port` where it went; what is approved may have changed since."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The recipient has it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Postponed:
    """It may succeed later; nothing was taken."""

    until: datetime
    reason: str
    counts: bool = True
    """Whether the attempt is one of those that the schedule has; one that the recipient asked to repeat is not."""


@dataclass(frozen=True, slots=True)
class Returned:
    """It stands READY again, as before the attempt, which does not count."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been taken; to be repeated under the same key."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """It will not be tried again until a person says so."""

    reason: str
    may_have_arrived: bool = False
    """Whether nobody knows what became of the last attempt: that is not known either once there are no more."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """The recipient knows something newer; nothing is left to do."""

    reason: str


Outcome = Delivered | Postponed | Returned | Unknown | Stopped | Superseded
"""What an attempt came to."""


def refused_state(decision: Decision) -> DeliveryState:
    """Return where a delivery comes to stand that was about to leave, and that the gate refuses so.

    A wish that cannot be followed waits for no moment; where the same consents follow another later, the delivery does.
    """
    state = _REFUSED.get(decision.reason, DeliveryState.HELD_CONSENT)
    is_for_a_time = state is DeliveryState.HELD_WISH and decision.until is not None
    return DeliveryState.HELD_CONSENT if is_for_a_time else state
