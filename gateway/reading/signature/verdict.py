"""Whether a signature holds: that the certificate is as it was when it was signed, with the key of the signature.

Whose key it is, nobody here judges: no authority is configured, and the certificate that comes with a signature speaks
for itself alone. Its fingerprint is kept, so that whoever knows the signers can tell.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.documents import Signature, SignatureState
from gateway.reading.namespaces import CORE, TYPES
from gateway.reading.signature.content import canonical, covered
from gateway.reading.signature.method import DS
from gateway.reading.signature.place import signature_in

if TYPE_CHECKING:
    from lxml import etree

KEY_BITS = range(2048, 8193)
"""Lengths of RSA keys that prove anything (NIST SP 800-57: 2048 at least), and that cost little to ask."""

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_ABSENT = Signature(SignatureState.ABSENT)


def signature_of(message: etree._Element, intyg: etree._Element) -> Signature:
    """Return what there is to say of the signature of a certificate.

    A signature that does not hold is no reason to refuse a certificate: much happens to one on its way that nobody
    means ill by. One that is made to be misunderstood is.

    Args:
        message: The message, its SOAP envelope taken off.
        intyg: The certificate in it.

    Raises:
        ForeignSignature: It is not made as the contract says.
    """
    certificate = intyg.findtext(f"{{{CORE}}}intygs-id/{{{TYPES}}}extension") or ""
    signature = signature_in(message, intyg, certificate)
    return _ABSENT if signature is None else _verdict(signature, intyg)


def _verdict(signature: etree._Element, intyg: etree._Element) -> Signature:
    signer = _signer(signature)
    if signer is None:
        return Signature(SignatureState.NOT_VERIFIED, "underskriften har inget läsbart certifikat, eller flera")
    why = _flaw(signature, intyg, signer)
    state = SignatureState.NOT_VERIFIED if why else SignatureState.VERIFIED
    return Signature(state, why, signer.fingerprint(hashes.SHA256()).hex())


def _signer(signature: etree._Element) -> x509.Certificate | None:
    certificates = list(signature.iter(f"{{{DS}}}X509Certificate"))
    if len(certificates) != 1:
        return None
    try:
        return x509.load_der_x509_certificate(_bytes(certificates[0].text))
    except (ValueError, x509.InvalidVersion):
        return None


def _flaw(signature: etree._Element, intyg: etree._Element, signer: x509.Certificate) -> str:
    """Return why a signature proves nothing; nothing where it holds."""
    try:
        key = signer.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size not in KEY_BITS:
        return "certifikatets nyckel är inte en RSA-nyckel av godtagbar längd"
    if not signer.not_valid_before_utc <= _signed_at(intyg) <= signer.not_valid_after_utc:
        return "certifikatet gällde inte när intyget skrevs under"
    digest = hashes.Hash(hashes.SHA256())
    digest.update(covered(intyg))
    if digest.finalize() != _bytes(signature.findtext(f".//{{{DS}}}DigestValue")):
        return "intyget är inte det som skrevs under"
    value = _bytes(signature.findtext(f"{{{DS}}}SignatureValue"))
    try:
        key.verify(value, canonical(signature[0]), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "underskriften är inte gjord med certifikatets nyckel"
    return ""


def _signed_at(intyg: etree._Element) -> datetime:
    """Return when a certificate says that it was signed; long ago where it does not say, or in no way that is known."""
    text = intyg.findtext(f"{{{CORE}}}signeringstidpunkt") or ""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=_STOCKHOLM)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _bytes(text: str | None) -> bytes:
    """Return what a base64 text stands for; the schema has accepted it as one."""
    return base64.b64decode(text or "")
