"""Where a certificate's signature stands, and that nothing stands where it could be taken for what is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ForeignSignature, Problem
from gateway.reading.namespaces import EXTENSION_3_2
from gateway.reading.signature.content import NOT_COVERED, local_name
from gateway.reading.signature.method import DS, is_the_method

if TYPE_CHECKING:
    from lxml import etree

_SIGNATURE = f"{{{DS}}}Signature"
_SIGNED_INFO, _VALUE, _KEY_INFO = f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue", f"{{{DS}}}KeyInfo"
_SHAPES = ([_SIGNED_INFO, _VALUE, _KEY_INFO], [_SIGNED_INFO, _VALUE])


def signature_in(message: etree._Element, intyg: etree._Element, certificate: str) -> etree._Element | None:
    """Return the one signature of a message, made by the contract's method over its certificate; None where unsigned.

    Args:
        message: The message, its SOAP envelope taken off.
        intyg: The certificate in it.
        certificate: The certificate's id, as it stands there.

    Raises:
        ForeignSignature: There is one that stands elsewhere, or a second one; it holds something of its own, or is made
            by another method; or something else in the message bears the certificate's id.
    """
    found = list(message.iter(_SIGNATURE))
    if not found:
        return None
    underskrift = intyg.find(f"{{{EXTENSION_3_2}}}underskrift")
    if underskrift is None or [*underskrift] != found:
        raise _foreign("den står på fel plats, eller det finns mer än en")
    [signature] = found
    if [child.tag for child in signature] not in _SHAPES:
        raise _foreign("den har egna delar")
    if not is_the_method(signature[0], certificate):
        raise _foreign("den använder en annan metod, eller gäller ett annat intyg")
    if _bearers(message, certificate) != 1:
        raise _foreign("intygets id står på mer än ett ställe")
    return signature


def _bearers(message: etree._Element, certificate: str) -> int:
    """Count the elements that the method would take for the certificate's id; two are enough to know."""
    bearers = 0
    for element in message.iter("{*}extension"):
        texts = (element.text, *(child.tail for child in element))
        if certificate in texts and not any(local_name(one) in NOT_COVERED for one in element.iterancestors()):
            bearers += 1
            if bearers > 1:
                break
    return bearers


def _foreign(why: str) -> ForeignSignature:
    return ForeignSignature("Intygets underskrift är inte gjord som kontraktet säger", [Problem("underskrift", why)])
