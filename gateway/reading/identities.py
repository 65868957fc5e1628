"""Who a certificate says that it is about and from: numbers of the right kind, and what is odd about them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.errors import InvalidIdentity, Problem
from gateway.identity import CertificateId, HsaId, PersonIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PERSON = "patient/person-id"
_HSA_IDS = ("skapadAv/personal-id", "skapadAv/enhet/enhets-id", "skapadAv/enhet/vardgivare/vardgivare-id")


def person_of(header: Mapping[str, str], path: str = _PERSON) -> PersonIdentity:
    """Return whom a message is about.

    Args:
        header: What stands in the message, a certificate's answers apart, by path.
        path: Where the number stands.

    Raises:
        InvalidIdentity: The number is none, or is not of the kind that its OID names.
    """
    person = PersonIdentity(header[f"{path}/extension"].strip())
    if not person.is_of(f"urn:oid:{header[f'{path}/root'].strip()}"):
        raise InvalidIdentity("Personnummer och samordningsnummer har var sin OID; här står den andras")
    return person


def oddities(person: PersonIdentity, header: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is odd about the numbers of a certificate and makes none of them unusable."""
    if not person.has_check_digit:
        yield Problem(f"{_PERSON}/extension", "kontrollsiffran stämmer inte")
    for path in _HSA_IDS:
        if not _is_hsa_id(header.get(f"{path}/extension", "").strip()):
            yield Problem(f"{path}/extension", "uppgiften är inte skriven som ett HSA-id")


def certificate_of(header: Mapping[str, str]) -> CertificateId:
    """Return a certificate's id; a UUID and an HSA-id are the same however they are spelt.

    Args:
        header: What stands around `intygs-id`, by path.

    Raises:
        InvalidIdentity: There is none.
    """
    extension = header.get("intygs-id/extension", "").strip()
    if not extension:
        raise InvalidIdentity("Intygs-id saknas")
    with suppress(ValueError):
        extension = str(UUID(extension))
    root = header.get("intygs-id/root", "").strip()
    return CertificateId(str(HsaId(root)) if _is_hsa_id(root) else root, extension)


def is_of_another(unit: str, certificate: CertificateId) -> bool:
    """Say whether a unit is of another organisation than the one that issued a certificate, by the HSA-ids of both.

    Where one of the two is written otherwise, nobody can tell, and it is not said.
    """
    ids = (unit.strip(), certificate.root)
    return all(map(_is_hsa_id, ids)) and len({HsaId(one).organisation for one in ids}) > 1


def _is_hsa_id(text: str) -> bool:
    try:
        HsaId(text)
    except InvalidIdentity:
        return False
    return True
