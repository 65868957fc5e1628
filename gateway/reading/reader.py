"""The first step of the road: an envelope's bytes → SourceDocument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.errors import MisaddressedMessage
from gateway.reading.certificate import take_apart
from gateway.reading.namespaces import RESPONDER
from gateway.reading.soap import in_envelope, is_envelope, open_envelope
from gateway.reading.xml import parse

if TYPE_CHECKING:
    from lxml import etree

    from gateway.documents import SourceDocument
    from gateway.reading.schema import Schema

REGISTER_CERTIFICATE = f"{{{RESPONDER}}}RegisterCertificate"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads RegisterCertificate 3 messages."""

    schema: Schema
    addresses: frozenset[str] = frozenset()
    """The logical addresses that are ours; any address is, where none is named."""

    def read(self, content: bytes) -> SourceDocument:
        """Return what a SOAP message says, once its schema accepts it.

        Raises:
            MalformedMessage: The message cannot be read.
            MisaddressedMessage: It is another contract's, or meant for another address.
            SchemaViolation: It breaks the schema; every broken place is listed.
            InvalidIdentity: The patient's number identifies nobody.
            ForeignSignature: The certificate bears a signature that is not made as the contract says.
        """
        return self._understand(open_envelope(parse(content), self.addresses))

    def read_file(self, content: bytes) -> SourceDocument:
        """Return what a message says that lies in a file, with a SOAP envelope around it or without.

        Raises:
            As `read` does.
        """
        return self._understand(payload(content))

    def _understand(self, message: etree._Element) -> SourceDocument:
        if message.tag != REGISTER_CERTIFICATE:
            raise MisaddressedMessage("The body has to be RegisterCertificate, version 3")
        self.schema.check(message)
        return take_apart(message)


def payload(content: bytes) -> etree._Element:
    """Return the message in a file: the body of a SOAP envelope, or the root where there is none.

    Raises:
        MalformedMessage: The message cannot be read.
        WrongSoapVersion: The envelope is SOAP 1.2.
    """
    root = parse(content)
    return in_envelope(root) if is_envelope(root) else root
