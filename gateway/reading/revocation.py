"""RevokeCertificate → which certificate, and whose it is said to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gateway.errors import MisaddressedMessage
from gateway.reading.identities import certificate_of, is_of_another, person_of
from gateway.reading.namespaces import CORE, REVOKE_RESPONDER, TYPES
from gateway.reading.soap import open_envelope
from gateway.reading.xml import parse

if TYPE_CHECKING:
    from lxml import etree

    from gateway.identity import CertificateId, PersonIdentity
    from gateway.reading.schema import Schema

REVOKE_CERTIFICATE = f"{{{REVOKE_RESPONDER}}}RevokeCertificate"

_SENT_BY = f"{{{REVOKE_RESPONDER}}}skickatAv/{{{CORE}}}enhet/{{{CORE}}}enhets-id/{{{TYPES}}}extension"


class Revoked(NamedTuple):
    """What a message revokes. What else it says, the reason in free text above all, goes no further than its bytes."""

    certificate: CertificateId
    person: PersonIdentity
    is_by_another: bool
    """Whether it says that it is sent by a unit of another organisation than the one that issued the certificate."""


@dataclass(frozen=True, slots=True)
class RevocationReader:
    """Reads RevokeCertificate 2 messages."""

    schema: Schema
    addresses: frozenset[str] = frozenset()
    """The logical addresses that are ours; any address is, where none is named."""

    def read(self, content: bytes) -> Revoked:
        """Return what a SOAP message revokes, once its schema accepts it.

        Raises:
            MalformedMessage: The message cannot be read.
            MisaddressedMessage: It is another contract's, or meant for another address.
            SchemaViolation: It breaks the schema; every broken place is listed.
            InvalidIdentity: The patient's number identifies nobody, or the certificate has no id.
        """
        message = open_envelope(parse(content), self.addresses)
        if message.tag != REVOKE_CERTIFICATE:
            raise MisaddressedMessage("The body has to be RevokeCertificate, version 2")
        self.schema.check(message)
        header = _header(message)
        certificate, person = certificate_of(header), person_of(header, "patientPerson-id")
        return Revoked(certificate, person, is_of_another(message.findtext(_SENT_BY) or "", certificate))


def _header(message: etree._Element) -> dict[str, str]:
    return {
        f"{name}/{part}": message.findtext(f"{{{REVOKE_RESPONDER}}}{name}/{{{TYPES}}}{part}") or ""
        for name in ("intygs-id", "patientPerson-id")
        for part in ("root", "extension")
    }
