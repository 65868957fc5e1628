"""The bytes that a signature covers.

What the method's stylesheet and filters lead to is made here in one walk, and no stylesheet is run, not even one of
our own: lxml's XSLT, asked to strip blanks below an element, frees memory that is still in use (6.1.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from gateway.reading.xml import BLANKS

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_COVERED = frozenset({"skickatTidpunkt", "relation", "status", "underskrift"})
"""What may be added, changed or taken away after the signing, wherever it stands in the certificate."""


def covered(intyg: etree._Element) -> bytes:
    """Return the bytes that the signature of a certificate covers.

    Elements without their namespaces, attributes with theirs; no text that is nothing but blanks; nothing of
    NOT_COVERED; all in exclusive canonical form.
    """
    plain = etree.Element(local_name(intyg), _attributes(intyg), _prefixes(intyg))
    _copy(intyg, plain)
    return canonical(plain)


def canonical(element: etree._Element) -> bytes:
    """Return an element in exclusive canonical form, without comments."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _copy(element: etree._Element, plain: etree._Element) -> None:
    """Give a plain element what another holds."""
    plain.text = _said(element.text)
    last = None
    for child in element:
        if local_name(child) not in NOT_COVERED:
            last = etree.SubElement(plain, local_name(child), _attributes(child), _prefixes(child))
            _copy(child, last)
        if last is None:
            plain.text += _said(child.tail)
        else:
            last.tail = (last.tail or "") + _said(child.tail)


def _said(text: str | None) -> str:
    return text if text and text.strip(BLANKS) else ""


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _prefixes(element: etree._Element) -> Mapping[str | None, str]:
    """Return the prefixes of an element's attributes: the canonical form shows them."""
    used = {str(name)[1:].partition("}")[0] for name in element.attrib if str(name).startswith("{")}
    return {prefix: uri for prefix, uri in element.nsmap.items() if prefix and uri in used} if used else {}
