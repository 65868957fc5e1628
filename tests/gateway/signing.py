"""Signs certificates as a care system's signing service does: step by step, as the signature itself tells it to.

The gateway takes a shorter way to the same bytes, and never does what a signature tells it to.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
EXTENSION = "urn:riv:clinicalprocess:healthcond:certificate:3.2"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
STYLESHEET = (
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:soap="urn:unused" version="1.0">'
    '<xsl:output indent="no" omit-xml-declaration="yes"/><xsl:strip-space elements="*"/>'
    """<xsl:param name="removeElementsNamed" select="'|skickatTidpunkt|relation|status|underskrift|'"/>"""
    '<xsl:template match="*"><xsl:choose>'
    """<xsl:when test="contains($removeElementsNamed,concat('|',local-name(),'|' ))"/><xsl:otherwise>"""
    '<xsl:element name="{local-name(.)}"><xsl:apply-templates select="node()|@*"/></xsl:element>'
    '</xsl:otherwise></xsl:choose></xsl:template><xsl:template match="@*"><xsl:copy/></xsl:template></xsl:stylesheet>'
)
LEFT_OUT = "|".join(
    f"//*[local-name() = '{name}']" for name in ("skickatTidpunkt", "relation", "status", "underskrift")
)
SIGNED_INFO = (
    f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{C14N}"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
    '<ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
    f'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">{STYLESHEET}</ds:Transform>'
    f'<ds:Transform Algorithm="{FILTER}"><f:XPath xmlns:f="{FILTER}" Filter="intersect">'
    "//extension[text()='ID']/../..</f:XPath></ds:Transform>"
    f'<ds:Transform Algorithm="{FILTER}"><f:XPath xmlns:f="{FILTER}" Filter="subtract">{LEFT_OUT}</f:XPath>'
    f'</ds:Transform><ds:Transform Algorithm="{C14N}"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>DIGEST</ds:DigestValue>'
    "</ds:Reference></ds:SignedInfo>"
)


@functools.cache
def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate_of(key, signed_with=None, until=datetime(2030, 1, 1, tzinfo=UTC)):
    """A certificate for a key, in DER and base64; it is valid from 2020."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Provläkaren")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2020, 1, 1, tzinfo=UTC), until)
    made = builder.sign(signed_with or key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def signed(text, key=None, certificate=None, signed_info=SIGNED_INFO):
    """A message with its certificate signed.

    Args:
        text: The message.
        key: The signer's RSA key.
        certificate: The signer's certificate, in base64.
        signed_info: What the signature says of itself; ID and DIGEST are filled in.
    """
    key = key or rsa_key()
    message = etree.fromstring(text.encode())
    id_ = message.findtext(".//{*}intygs-id/{*}extension")
    info = signed_info.replace("ID'", f"{id_}'")
    digest = base64.b64encode(hashlib.sha256(_told_to_cover(message, etree.fromstring(info))).digest()).decode()
    info = info.replace("DIGEST", digest)
    canonical = etree.tostring(etree.fromstring(info), method="c14n", exclusive=True)
    value = base64.b64encode(key.sign(canonical, padding.PKCS1v15(), hashes.SHA256())).decode()
    key_info = (
        f"<ds:X509Data><ds:X509Certificate>{certificate or certificate_of(key)}</ds:X509Certificate></ds:X509Data>"
    )
    signature = (
        f'<e:underskrift xmlns:e="{EXTENSION}"><ds:Signature xmlns:ds="{DS}">{info}'
        f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>{key_info}</ds:KeyInfo></ds:Signature>"
        "</e:underskrift>"
    )
    return text.replace("</r:intyg>", f"{signature}</r:intyg>")


def _told_to_cover(message, info):
    """The bytes that the transforms of a signature lead to."""
    [stylesheet] = info.iter("{http://www.w3.org/1999/XSL/Transform}stylesheet")
    tree = etree.XSLT(etree.ElementTree(stylesheet))(message)
    intersect, subtract = (path.text for path in info.iter(f"{{{FILTER}}}XPath"))
    [covered] = tree.xpath(intersect)
    for left_out in covered.xpath(subtract):
        left_out.getparent().remove(left_out)
    return etree.tostring(covered, method="c14n", exclusive=True)
