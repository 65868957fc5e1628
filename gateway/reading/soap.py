"""The SOAP 1.1 envelope around a message.

Source: SOAP 1.1 §4; RIV-TA Basic Profile 2.1 (one header, LogicalAddress).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import HeaderNotUnderstood, MalformedMessage, MisaddressedMessage, WrongSoapVersion
from gateway.reading.namespaces import REGISTRY, SOAP, SOAP_12

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml import etree

_ENVELOPE = f"{{{SOAP}}}Envelope"
_ADDRESS = f"{{{REGISTRY}}}LogicalAddress"
_MUST_UNDERSTAND = f"{{{SOAP}}}mustUnderstand"


def is_envelope(root: etree._Element) -> bool:
    """Say whether this is a SOAP envelope of any version."""
    return root.tag in (_ENVELOPE, f"{{{SOAP_12}}}Envelope")


def open_envelope(root: etree._Element, addresses: Collection[str]) -> etree._Element:
    """Return the one element of the body of a message that has come here.

    Args:
        root: The message.
        addresses: The logical addresses that are ours; any address is, where none is named.

    Raises:
        WrongSoapVersion: The envelope is SOAP 1.2.
        HeaderNotUnderstood: A header other than LogicalAddress must be understood.
        MisaddressedMessage: No logical address, or somebody else's.
        MalformedMessage: No envelope, no body, or a body without exactly one element.
    """
    _check_version(root)
    _check_header(root.find(f"{{{SOAP}}}Header"), addresses)
    return _in_body(root)


def in_envelope(root: etree._Element) -> etree._Element:
    """Return the one element of the body, whoever the message is for.

    Raises:
        WrongSoapVersion: The envelope is SOAP 1.2.
        MalformedMessage: No envelope, no body, or a body without exactly one element.
    """
    _check_version(root)
    return _in_body(root)


def _check_version(root: etree._Element) -> None:
    if root.tag == f"{{{SOAP_12}}}Envelope":
        raise WrongSoapVersion("The envelope has to be SOAP 1.1")
    if root.tag != _ENVELOPE:
        raise MalformedMessage("The message has to be a SOAP 1.1 envelope")


def _in_body(root: etree._Element) -> etree._Element:
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or len(body) != 1:
        raise MalformedMessage("The SOAP body has to hold exactly one element")
    return body[0]


def _check_header(header: etree._Element | None, addresses: Collection[str]) -> None:
    blocks = [] if header is None else list(header)
    for block in blocks:
        if block.tag != _ADDRESS and block.get(_MUST_UNDERSTAND) in ("1", "true"):
            raise HeaderNotUnderstood("A SOAP header that must be understood is not")
    address = next((block.text or "" for block in blocks if block.tag == _ADDRESS), "").strip()
    if not address:
        raise MisaddressedMessage("The SOAP header LogicalAddress is missing")
    # An HSA-id is the same in capitals and small letters.
    if addresses and address.upper() not in {one.upper() for one in addresses}:
        raise MisaddressedMessage("The logical address is not served here")
