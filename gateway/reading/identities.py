"""Who a certificate says that it is about and from: numbers of the right kind, and what is odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import InvalidIdentity, Problem
from gateway.identity import HsaId, PersonIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PERSON = "patient/person-id"
_HSA_IDS = ("skapadAv/personal-id", "skapadAv/enhet/enhets-id", "skapadAv/enhet/vardgivare/vardgivare-id")


def person_of(header: Mapping[str, str]) -> PersonIdentity:
    """Return whom a certificate is about.

    Args:
        header: What stands in the certificate beside its answers, by path.

    Raises:
        InvalidIdentity: The number is none, or is not of the kind that its OID names.
    """
    person = PersonIdentity(header[f"{_PERSON}/extension"].strip())
    if not person.is_of(f"urn:oid:{header[f'{_PERSON}/root'].strip()}"):
        raise InvalidIdentity("Personnummer och samordningsnummer har var sin OID; här står den andras")
    return person


def oddities(person: PersonIdentity, header: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is odd about the numbers of a certificate and makes none of them unusable."""
    if not person.has_check_digit:
        yield Problem(f"{_PERSON}/extension", "kontrollsiffran stämmer inte")
    for path in _HSA_IDS:
        if not _is_hsa_id(header.get(f"{path}/extension", "").strip()):
            yield Problem(f"{path}/extension", "uppgiften är inte skriven som ett HSA-id")


def root_of(header: Mapping[str, str]) -> str:
    """Return the root of the certificate's id: in capitals where it is an HSA-id, and as it stands otherwise."""
    root = header.get("intygs-id/root", "").strip()
    return str(HsaId(root)) if _is_hsa_id(root) else root


def _is_hsa_id(text: str) -> bool:
    try:
        HsaId(text)
    except InvalidIdentity:
        return False
    return True
