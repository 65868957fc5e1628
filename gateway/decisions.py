"""What the gate is asked, what it knows, and what it answers; kept with every attempt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.identity import CertificateId, MessageId, OrganisationNumber, PersonIdentity


class Coding(NamedTuple):
    """A code and the system it belongs to, as in FHIR."""

    system: str
    code: str


class PersonStatus(StrEnum):
    """What an operator has recorded about a person that consents do not tell."""

    PROTECTED = "protected"
    """The identity is protected (sekretessmarkering, skyddad folkbokföring)."""
    DECEASED = "deceased"
    """Nobody is there to have consented any more."""
    REPLACED = "replaced"
    """The person has another number now: a consent does not follow to it by itself."""
    UNKNOWN = "unknown"
    """Whoever should say whether the identity is protected cannot be asked: until then it counts as protected."""


def consent_version(id_: str, version: int) -> str:
    """Return a version of a consent as FHIR refers to it."""
    return f"Consent/{id_}/_history/{version}"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A consent as it was given, in one version."""

    id: str
    version: int
    person: PersonIdentity
    content: bytes = field(repr=False)
    """The FHIR R4 Consent as JSON."""
    recorded_at: datetime
    """When this version was kept; it counts from then on and not before."""
    known: frozenset[PersonStatus] = frozenset()
    """What was recorded about the person when it was read, in the same transaction."""

    @property
    def reference(self) -> str:
        """The version as FHIR refers to it."""
        return consent_version(self.id, self.version)

    @property
    def resource(self) -> Any:  # noqa: ANN401 - what is kept, whatever it is
        """The FHIR R4 Consent, read anew each time."""
        return orjson.loads(self.content)


@dataclass(frozen=True, slots=True)
class Request:
    """May this organisation have this set about this person?"""

    person: PersonIdentity
    organisation: OrganisationNumber
    set_name: str
    purposes: frozenset[Coding]
    """What the set is for; a consent has to cover one of them."""
    must_be_named: bool
    """Whether the consent has to name the set itself, and not only its purpose."""
    sections: frozenset[str]
    """The codes of the sections that the set carries whenever it leaves."""
    withholdable: frozenset[str]
    """The codes of the sections that stay in it only where a consent names them; else they are visibly withheld."""
    certificate: CertificateId
    composition: str
    """The id of the set's Composition, by which a consent may name the certificate."""
    signed_at: datetime
    trusted: bool = False
    """Whether the recipient is told of people whose identity is protected; else a person has to look first."""
    retired: frozenset[str] = frozenset()
    """The policies that no consent may rest on any more."""
    refused_wishes: frozenset[frozenset[str]] = frozenset()
    """What nobody may withhold of this certificate: each the codes of the sections that would be left out together."""


CANNOT_BE_WITHHELD = "cannot-be-withheld"
"""Why a set may not leave without a section: nobody may withhold that of this certificate."""

REASONS = frozenset(
    {
        "no-active-consent",
        "expired",
        "not-started",
        "revoked",
        "entered-in-error",
        "recipient-not-covered",
        "purpose-not-covered",
        "set-not-covered",
        "section-denied",
        "label-denied",
        "patient-mismatch",
        "protected-identity",
        "policy-version-retired",
        CANNOT_BE_WITHHELD,
        "indeterminate",
    }
)
"""Why not, as the gate tells it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer to one request at one moment."""

    permitted: bool
    reason: str
    """`permitted`, or why not: one of REASONS."""
    consent: str = ""
    """The consent and version that decided; empty where none did."""
    rule: str = ""
    """The rule in it that decided: `provision`, `provision.provision[1]`."""
    withheld: frozenset[str] = frozenset()
    """The sections that must not leave with the set; of a wish that is refused, those that it would leave out."""
    since: datetime | None = None
    """From when it has been permitted, where it is."""
    until: datetime | None = None
    """When a consent given already begins, where it has not begun."""
    objected: bool = False
    """Whether a consent says no to it, rather than none saying yes: no other consent outweighs that."""
    policy: str = ""
    """The version of the rules by which it was decided."""


class Gone(StrEnum):
    """How far a set has come that left under a consent."""

    DELIVERED = "delivered"
    """The recipient has it."""
    READ = "read"
    """The organisation has fetched it."""
    UNKNOWN = "unknown"
    """It may have been taken: nobody knows."""
    IN_FLIGHT = "in-flight"
    """An attempt is under way, and has no outcome yet."""
    REFUSED = "refused"
    """It was sent, and the recipient answered that it did not take it."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A set that has left under a consent, or is leaving."""

    gone: Gone
    at: datetime
    """When it was handed over or last read; of what is in flight, when the attempt began."""
    set_name: str
    organisation: str
    """Ten digits: who has it, or is to have it."""
    certificate: CertificateId | None
    """None once it is erased, and where what is kept of it cannot be opened."""
    consent: str
    """The consent and version that it rested on."""
    message: MessageId
    delivery: str
    """Empty of a reading."""
    attempt: int
    """The number of the delivery's attempt; 0 of a reading, and of what the log alone tells."""
    is_notice: bool = False
    """Whether it was no set, but told that the certificate was revoked."""
    withheld: frozenset[str] = frozenset()
    """The sections that it left without."""


class Way(StrEnum):
    """For what the gate was asked."""

    PLAN = "plan"
    """Where a delivery is to wait."""
    SEND = "send"
    """An attempt at a delivery."""
    TRY = "try"
    """One more try within an attempt."""
    PULL = "pull"
    """A reading by the organisation itself."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is kept: once made it is neither changed nor deleted."""

    number: int
    """Decisions are numbered in the order in which they were made."""
    at: datetime
    way: Way
    delivery: str
    """The delivery that it was about; empty for a reading."""
    message: MessageId
    set_name: str
    organisation: str
    """Ten digits: who was to have the set."""
    decision: Decision
