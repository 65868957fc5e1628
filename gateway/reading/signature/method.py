"""How a certificate is signed: the one method that is accepted.

A signature says by itself how to compute what it covers, with a stylesheet and two XPath expressions. Nothing of that
is run: it has to say the same as the copy here, and `gateway.reading.signature.content` does what the copy says. So
what a signature covers is known before anything of it is computed: the certificate without namespaces, and without
the elements that others may change after the signing.

Source: W3C XML Signature Syntax and Processing, XML-Signature XPath Filter 2.0, Exclusive XML Canonicalization 1.0;
RIV-TA clinicalprocess:healthcond:certificate, element `underskrift` of 3.2.
"""

from __future__ import annotations

from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
_XSLT = "http://www.w3.org/1999/XSL/Transform"
_ID = "{id}"
_METHOD = etree.fromstring(f"""
<SignedInfo xmlns="{DS}">
  <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
  <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
  <Reference URI="">
    <Transforms>
      <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
      <Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">
        <x:stylesheet version="1.0" xmlns:x="{_XSLT}">
          <x:output omit-xml-declaration="yes" indent="no"/>
          <x:strip-space elements="*"/>
          <x:param name="removeElementsNamed" select="'|skickatTidpunkt|relation|status|underskrift|'"/>
          <x:template match="*">
            <x:choose>
              <x:when test="contains($removeElementsNamed,concat('|',local-name(),'|' ))"/>
              <x:otherwise>
                <x:element name="{{local-name(.)}}"><x:apply-templates select="node()|@*"/></x:element>
              </x:otherwise>
            </x:choose>
          </x:template>
          <x:template match="@*"><x:copy/></x:template>
        </x:stylesheet>
      </Transform>
      <Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2">
        <f:XPath Filter="intersect" xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2"
          >//extension[text()='{_ID}']/../..</f:XPath>
      </Transform>
      <Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2">
        <f:XPath Filter="subtract" xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2">
          //*[local-name() = 'skickatTidpunkt']|//*[local-name() = 'relation']|//*[local-name() = 'status']|
          //*[local-name() = 'underskrift']
        </f:XPath>
      </Transform>
      <Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
    </Transforms>
    <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
    <DigestValue/>
  </Reference>
</SignedInfo>""")
_DIGEST_VALUE = f"{{{DS}}}DigestValue"


def is_the_method(signed_info: etree._Element, certificate: str) -> bool:
    """Say whether a SignedInfo names the contract's method and no other, for the certificate with this id.

    Prefixes and blanks do not count; every element, attribute and other text does.
    """
    return _says(signed_info, _METHOD, certificate)


def _says(theirs: etree._Element, ours: etree._Element, certificate: str) -> bool:
    return (
        theirs.tag == ours.tag
        and len(theirs) == len(ours)
        and {name: _words(value) for name, value in theirs.attrib.items()}
        == {name: _words(value) for name, value in ours.attrib.items()}
        and (ours.tag == _DIGEST_VALUE or _words(theirs.text) == _words(ours.text).replace(_ID, _words(certificate)))
        and all(
            not _words(one.tail) and _says(one, other, certificate) for one, other in zip(theirs, ours, strict=True)
        )
    )


def _words(text: str | None) -> str:
    return "".join((text or "").split())
