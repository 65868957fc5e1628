"""What a store tells of what it keeps, and what it asks in its transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from gateway.decisions import CANNOT_BE_WITHHELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from gateway.audit.tree import Frontier
    from gateway.decisions import ConsentRecord, Decision, Departure, PersonStatus
    from gateway.deliveries import Delivery
    from gateway.documents import Earlier, InformationSet, Signature
    from gateway.identity import CertificateId, MessageId, PersonIdentity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeptSet:
    """What is known of a kept information set without opening it."""

    message: MessageId
    certificate: CertificateId
    person: PersonIdentity
    name: str
    signed_at: str
    hold: str
    """Why a person has to look before any variant of it may leave, or OVER; empty where it may."""
    kept_at: datetime
    """When this edition was kept."""
    edition: int = 1
    is_revoked: bool = False
    """Whether the certificate is revoked: no set of it may be read any more, nor be delivered to anybody new."""
    gone: PersonStatus | None = None
    """Where there is nobody any more whose consent could let anything leave: DECEASED, or REPLACED."""
    held: frozenset[tuple[frozenset[str], str]] = frozenset()
    """Of its variants those that a person has to look at: the sections that each leaves out, and why."""
    earlier: tuple[Earlier, ...] = ()
    """What it comes after and its reader has got; none where nobody reads."""

    @property
    def refused_wishes(self) -> frozenset[frozenset[str]]:
        """What nobody may withhold of it: each the codes of the sections that would be left out together."""
        return frozenset([withheld for withheld, hold in self.held if hold == CANNOT_BE_WITHHELD])

    def hold_of(self, withheld: frozenset[str]) -> str:
        """Return why a person has to look at the variant that leaves out just these; nothing where nobody has."""
        return next((hold for left_out, hold in self.held if left_out == withheld), "")


class Authorised(NamedTuple):
    """A try that was recorded with the decision that permits it."""

    decision: Decision
    information_set: InformationSet
    attempt: int
    """The attempt it belongs to; no two attempts at a delivery have the same."""
    tries: int
    """How many tries there have been in the attempt, this one included."""
    kept: KeptSet
    """What was decided on."""


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


class Anchored(NamedTuple):
    """Since when nothing of the log was kept elsewhere, and how long that may last."""

    at: datetime
    within: timedelta


class Stamp(NamedTuple):
    """A time-stamp of a checkpoint."""

    size: int
    """How many entries the checkpoint covers."""
    answer: bytes
    """The TimeStampResp of RFC 3161, as it came."""
    at: datetime
    """When it was kept."""


class Epoch(NamedTuple):
    """One life of a database: from when a person has said that it lives to when one says so anew."""

    number: int
    """1 for the first."""
    home: str
    """Where the database was then; nothing where it never settled."""


class Cosignature(NamedTuple):
    """A witness's word on a checkpoint."""

    witness: str
    """Whose it is: the verifier key."""
    size: int
    """How many entries the checkpoint covers."""
    line: str
    """The line of the note that holds it."""
    at: datetime
    """When it was kept."""


class Grown(NamedTuple):
    """The audit tree at one moment."""

    log: str
    """The id of the log: no two stores have the same."""
    frontier: Frontier
    """Its right edge."""

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self.frontier.size

    @property
    def root(self) -> bytes:
        """The root over them."""
        return self.frontier.root


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


class Damaged(NamedTuple):
    """A row that cannot be opened: somebody has changed it, or its key is gone."""

    id: str
    what: str
    """What is wrong with it; nothing of a person."""


def sorted_out(found: Iterable[T | Damaged]) -> tuple[list[T], list[Damaged]]:
    """Return the rows of a list that could be opened, and those that could not."""
    every = list(found)
    return [one for one in every if not isinstance(one, Damaged)], [one for one in every if isinstance(one, Damaged)]


class Reader(NamedTuple):
    """Who reads: an organisation, by its ten digits, and the kind of recipient it is; no kind where it is none."""

    organisation: str
    kind: str


Plan: TypeAlias = "Callable[[Sequence[ConsentRecord], Sequence[KeptSet], Sequence[Delivery]], Iterable[Delivery]]"
"""Says which deliveries are to be written, new or changed, given a person's consents, sets and deliveries."""

Decide: TypeAlias = "Callable[[Sequence[ConsentRecord], KeptSet], Decision]"
"""Given the consents about a person and one of their sets, says whether it may leave now."""

TakesBack: TypeAlias = "Callable[[KeptSet, Departure], bool]"
"""Given a set that has left under a consent, and how, says whether a change of the consent takes that back."""

Choose: TypeAlias = "Callable[[Sequence[ConsentRecord], Sequence[KeptSet]], Sequence[tuple[KeptSet, Decision]]]"
"""Says what the gate says of the sets that are asked for and to be read, given a person's consents and sets."""
