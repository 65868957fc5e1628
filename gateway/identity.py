"""The identifiers of the field, each checked once and masked where it is printed."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, NewType

from gateway.errors import InvalidIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

MessageId = NewType("MessageId", str)
"""What the gateway calls a message it took in: a UUID."""

DeliveryId = NewType("DeliveryId", str)
"""What the gateway calls a delivery: a UUID."""

RecipientKind = NewType("RecipientKind", str)
"""A kind of recipient, which is also the name of the adapter that speaks to it."""

SAMSYN_NAMESPACE = uuid.UUID("5b0e1f5c-0a55-5d0c-9d1e-6a1c7d0f7804")
"""The namespace of every name-based UUID (RFC 9562, version 5) that the gateway makes."""

PERSON_SYSTEMS: Mapping[str, bool] = MappingProxyType(
    {
        "http://electronichealth.se/identifier/personnummer": False,
        "http://electronichealth.se/identifier/samordningsnummer": True,
        "urn:oid:1.2.752.129.2.1.3.1": False,
        "urn:oid:1.2.752.129.2.1.3.3": True,
    }
)
"""System of a person's number (HL7 Sweden's base profiles 1.1.0; RIV-TA's OIDs) → whether it is a samordningsnummer."""

_COORDINATION_DAY = 60
"""What a samordningsnummer adds to the day of birth."""

_TEST_SERIALS = frozenset({"238", "239", *(str(serial) for serial in range(980, 1000))})
"""The birth numbers that Skatteverket's published test numbers have, and nobody is given."""
_NO_SERIAL = "000"
"""The birth number before the first."""
_TOLVAN = "191212121212"
"""The test person of the national e-health services, whose number has no test serial."""


@dataclass(frozen=True, slots=True, repr=False)
class PersonIdentity:
    """A personnummer or samordningsnummer: twelve digits, YYYYMMDDNNNC.

    Printing one shows the year of birth only, so that a stray log line identifies
    nobody; write `.digits` where the number itself is meant. A wrong check digit makes
    a number that is nobody's, and no other: whether it may be taken in is the setting's
    to say (`gateway.persons`).

    Raises:
        InvalidIdentity: Not twelve ASCII digits, or no such date of birth.

    Source: XSD type PersonId in clinicalprocess_healthcond_certificate_types_3.2.
    """

    digits: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{12}", self.digits):
            raise InvalidIdentity("Personnumret ska ha tolv siffror")
        year, month, day = int(self.digits[:4]), int(self.digits[4:6]), int(self.digits[6:8])
        try:
            date(year, month, day - _COORDINATION_DAY if day > _COORDINATION_DAY else day)
        except ValueError:
            raise InvalidIdentity("Personnumret innehåller inget giltigt datum") from None

    @property
    def is_coordination_number(self) -> bool:
        """Whether it is a samordningsnummer."""
        return int(self.digits[6:8]) > _COORDINATION_DAY

    @property
    def born(self) -> date:
        """The day of birth that the number tells."""
        year, month, day = int(self.digits[:4]), int(self.digits[4:6]), int(self.digits[6:8])
        return date(year, month, day - _COORDINATION_DAY if self.is_coordination_number else day)

    @property
    def has_check_digit(self) -> bool:
        """Whether the last digit is the one that belongs to the ones before it (the century apart)."""
        return _luhn(self.digits[2:])

    @property
    def is_nobodys(self) -> bool:
        """Whether there can be nobody who has it: a published test number, or one that is given to no one."""
        serial = self.digits[8:11]
        return serial in _TEST_SERIALS or serial == _NO_SERIAL or self.digits == _TOLVAN or not self.has_check_digit

    def is_of(self, system: str) -> bool:
        """Whether a system of PERSON_SYSTEMS names the kind of number that it is."""
        return PERSON_SYSTEMS.get(system) is self.is_coordination_number

    def __repr__(self) -> str:
        return f"PersonIdentity({self.digits[:4]}********)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class OrganisationNumber:
    """A Swedish organisationsnummer: ten ASCII digits, without hyphen.

    Raises:
        InvalidIdentity: Not ten digits.
    """

    digits: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{10}", self.digits):
            raise InvalidIdentity("An organisation number has ten digits")

    @property
    def has_check_digit(self) -> bool:
        """Whether the last digit is the one that belongs to the ones before it."""
        return _luhn(self.digits)

    def __str__(self) -> str:
        return self.digits


def _luhn(digits: str) -> bool:
    """Say whether ten digits end with their check digit (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[::2])
    return (sum(doubled) + sum(map(int, digits[1::2]))) % 10 == 0


@dataclass(frozen=True, slots=True)
class HsaId:
    """An HSA-id: SE, an organisation's number, a hyphen, and what that organisation calls it.

    Capitals and small letters are one; it is kept in capitals.

    Raises:
        InvalidIdentity: Not written so.
    """

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(?ai:SE[0-9]{10}-[A-Z0-9]{1,24})", self.text):
            raise InvalidIdentity("Ett HSA-id är SE, tio siffror, bindestreck och bokstäver eller siffror")
        object.__setattr__(self, "text", self.text.upper())

    def __str__(self) -> str:
        return self.text

    @property
    def organisation(self) -> str:
        """The organisation's number: ten digits."""
        return self.text[2:12]


@dataclass(frozen=True, slots=True)
class CertificateId:
    """An intygs-id: `root` is the HSA-id of the issuing unit, `extension` the id within it."""

    root: str
    extension: str

    @property
    def urn(self) -> str:
        """The id as FHIR writes it: `urn:uuid:` and the extension where that is a UUID, else one named after both."""
        try:
            return uuid.UUID(self.extension).urn
        except ValueError:
            return f"urn:uuid:{named_id('certificate', self.root, self.extension)}"


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """A certificate's type as kv_intygstyp writes it (`LISJP`), and the major version of its form."""

    type: str
    major: int

    def __str__(self) -> str:
        return f"{self.type}/{self.major}"


class NamedIds:
    """Makes the ids of everything that is made from one certificate: the same name always gives the same UUID.

    A few hundred are made for each certificate, hence the hash that is begun once.
    """

    __slots__ = ("_begun",)

    def __init__(self, certificate: CertificateId) -> None:
        self._begun = hashlib.sha1(
            SAMSYN_NAMESPACE.bytes + f"{certificate.root}\x1f{certificate.extension}\x1f".encode(),
            usedforsecurity=False,
        )

    def id_of(self, name: str) -> str:
        """Return the UUID of this name within the certificate (RFC 9562, version 5)."""
        digest = self._begun.copy()
        digest.update(name.encode())
        return _as_uuid(digest.hexdigest())


def named_id(*names: str) -> str:
    """Return the UUID of these names (RFC 9562, version 5): the same names always give the same UUID."""
    digest = hashlib.sha1(SAMSYN_NAMESPACE.bytes + "\x1f".join(names).encode(), usedforsecurity=False)
    return _as_uuid(digest.hexdigest())


def _as_uuid(digest: str) -> str:
    """Return the hexadecimal SHA-1 of a name as the text of a UUID of version 5."""
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def set_id(certificate: CertificateId, name: str, withheld: AbstractSet[str], edition: int = 1) -> str:
    """Return the id of the Bundle of one variant of a set: its name, the sections that it withholds, its edition."""
    names = ("bundle", certificate.root, certificate.extension, name, ",".join(sorted(withheld)))
    return named_id(*names) if edition == 1 else named_id(*names, str(edition))


def told_id(variant: str, earlier: Sequence[tuple[str, str]]) -> str:
    """Return the id of the Bundle that is this variant and tells of these earlier documents: its own where of none."""
    return named_id("told", variant, *(name for one in earlier for name in one)) if earlier else variant
