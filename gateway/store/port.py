"""The port: what the road asks of a store. Every method is one transaction, and durable when it returns.

Times are given by the caller, aware and in UTC. Every method raises StoreUnavailable where the database cannot be
read or written; nothing was changed then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from gateway.decisions import ConsentRecord, Decision
    from gateway.deliveries import Attempt, Delivery, DeliveryState, Outcome
    from gateway.documents import InformationSet, Message, Signature
    from gateway.errors import Problem
    from gateway.identity import CertificateId, DeliveryId, MessageId, PersonIdentity


@dataclass(frozen=True, slots=True)
class KeptSet:
    """What is known of a kept information set without opening it."""

    message: MessageId
    certificate: CertificateId
    person: PersonIdentity
    name: str
    signed_at: str
    hold: str
    """Why a person has to look before any variant of it may leave; empty where nobody has to."""
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: what happened, to what, when."""

    sequence: int
    at: datetime
    event: str
    """`message.accepted`, `delivery.held`, `consent.kept`, `release.authorised`, `release.outcome`, `set.read` …"""
    message: str
    delivery: str
    detail: str
    """A state, reason code or reference; never a person's data."""


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """What an operator sees of a message: nothing of the person, nothing of the content."""

    id: MessageId
    certificate: CertificateId
    kind: str
    sender: str
    received_at: datetime
    signature: Signature | None
    """What was said of its signature when it came; None where it came before anybody asked."""
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    """What is odd about it and held nothing."""
    deliveries: Mapping[str, int]
    """How many of its deliveries stand in each state."""


Plan: TypeAlias = "Callable[[Sequence[ConsentRecord], Sequence[KeptSet], Sequence[Delivery]], Iterable[Delivery]]"
"""Says which deliveries are to be written, new or changed, given a person's consents, sets and deliveries."""

Choose: TypeAlias = "Callable[[Sequence[ConsentRecord], Sequence[KeptSet]], Sequence[tuple[KeptSet, Decision]]]"
"""Says which sets are to be read, and the decision that permits each, given a person's consents and sets."""


class Store(Protocol):
    """Keeps messages, sets, consents, deliveries and the log."""

    def accept(
        self,
        message: Message,
        sets: Sequence[InformationSet],
        plan: Plan,
        same_content: Callable[[bytes, bytes], bool],
    ) -> bool:
        """Keep a message with its sets and the deliveries that the plan asks for; all or nothing.

        Args:
            message: The message; its envelope's bytes are kept as they are.
            sets: Its information sets, every variant of each.
            plan: Given the person's consents (newest version of each), the sets just kept and no deliveries.
            same_content: Whether two messages say the same; asked when the certificate id is taken already.

        Returns:
            True where it was kept; False where the same certificate with the same content was kept before, in which
            case nothing changed.

        Raises:
            CertificateConflict: The certificate id is taken by other content, or for another person; nothing was
                kept. (A person's data of the first message never stands in the text.)
        """

    def add_consent(self, consent: ConsentRecord, plan: Plan) -> None:
        """Keep a consent's first version, and the deliveries that the plan asks for because of it.

        The plan is given the person's consents (this one included), all kept sets about the person (one KeptSet a
        message and name, whatever its variants) and all the person's deliveries.
        """

    def change_consent(self, consent: ConsentRecord, plan: Plan) -> None:
        """Keep the next version of a consent, and the deliveries that the plan asks for because of it.

        Raises:
            NotFound: There is no such consent.
            VersionConflict: `consent.version` is not the one after the newest kept.
        """

    def consent(self, id_: str) -> ConsentRecord:
        """Return the newest version of a consent.

        Raises:
            NotFound: There is no such consent.
        """

    def consents_about(self, person: PersonIdentity) -> Sequence[ConsentRecord]:
        """Return the newest version of every consent about this person, in the order they were first given."""

    def replan(self, plan: Plan, at: datetime) -> None:
        """Ask the plan again about each person who has a sleeping delivery, as at a start with other recipients.

        Not one transaction but one for every few people, so that others get their turn.
        """

    def claim_due(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        """Take up to `limit` deliveries that are due, in the order they fell due, under a lease.

        Due are those in a claimable state whose time has come, and those in SENDING whose lease is over: what a dead
        worker held. Of the latter, an attempt without an outcome is closed as UNKNOWN. The fence of each grows by 1.
        """

    def take_back(self, worker: str, at: datetime) -> int:
        """End the leases that this worker held before it was started anew; return how many."""

    def authorise(
        self,
        delivery: Delivery,
        decide: Callable[[Sequence[ConsentRecord]], Decision],
        at: datetime,
    ) -> tuple[Decision, InformationSet] | None:
        """Decide on a claimed delivery, and record the attempt, or why there is none, in the same transaction.

        Where the decision permits it and the variant of the set that it permits (`withheld` alike) may leave: an
        attempt is recorded, and the decision and the set are returned. Else the delivery goes to HELD_CONSENT (due
        when `decision.until` says), or to WITHHELD where the reason is `revoked`, or to HELD_LEAK or HELD_MAPPING
        where the variant is on hold, and None is returned. None too, and nothing changes, where the fence of the
        delivery is no longer the newest.
        """

    def record(self, delivery: Delivery, outcome: Outcome, at: datetime) -> bool:
        """Record what the newest attempt came to; return False, changing nothing, where the fence is outgrown.

        Where the person's consent was withdrawn while the attempt was under way, a failed attempt waits for the next
        decision like any other: that one says WITHHELD.
        """

    def kept_sets(self, person: PersonIdentity, names: Sequence[str]) -> Sequence[KeptSet]:
        """Return what is known of the sets of these names about this person, oldest first."""

    def find_set(self, id_: str) -> KeptSet:
        """Return what is known of the set variant with this Bundle id.

        Raises:
            NotFound: There is no such set.
        """

    def read_sets(
        self,
        person: PersonIdentity,
        names: Sequence[str],
        choose: Choose,
        organisation: str,
        at: datetime,
    ) -> Sequence[InformationSet]:
        """Return the variants that are chosen and permitted; log each reading in the same transaction.

        Args:
            person: Whom the sets are about.
            names: The sets that may be chosen from.
            choose: Given the person's consents and what is known of the sets of these names, oldest first, says which
                are wanted, and the decision that permits each.
            organisation: Who reads.
            at: When.

        A decision that permits nothing yields nothing, nor does a variant on hold.
        """

    def retry(self, delivery: DeliveryId, at: datetime) -> Delivery:
        """Make a DEAD, WITHHELD, RETRY_WAIT or UNKNOWN delivery due now, with all its attempts before it again.

        Raises:
            NotFound: There is no such delivery, or it stands in another state.
        """

    def deliveries(self, state: DeliveryState | None = None, limit: int = 100) -> Sequence[Delivery]:
        """Return deliveries, newest first."""

    def delivery(self, id_: DeliveryId) -> tuple[Delivery, Sequence[Attempt]]:
        """Return a delivery with its attempts, first to last.

        Raises:
            NotFound: There is no such delivery.
        """

    def problems(self, delivery: Delivery) -> Sequence[Problem]:
        """Return what a person has to look at before a delivery's set may leave: places, never values."""

    def messages(self, limit: int = 100) -> Sequence[MessageSummary]:
        """Return messages, newest first."""

    def message(self, id_: MessageId) -> tuple[MessageSummary, Sequence[Delivery]]:
        """Return a message and its deliveries.

        Raises:
            NotFound: There is no such message.
        """

    def log(self, message: MessageId | None = None) -> Sequence[Entry]:
        """Return the log, first to last; of one message where it is named."""

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many deliveries stand in each (recipient kind, state)."""

    def check(self) -> None:
        """Return if the store can be read and written now."""

    def close(self) -> None:
        """Finish what is under way and let go of the database."""
