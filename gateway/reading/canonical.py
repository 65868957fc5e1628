"""Whether two messages say the same, whatever prefixes, attribute order or indentation they are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.reading.soap import is_envelope
from gateway.reading.xml import parse

if TYPE_CHECKING:
    from lxml import etree


def same_content(one: bytes, other: bytes) -> bool:
    """Say whether two well-formed messages have the same content in canonical form.

    What counts is the payload (a SOAP envelope does not): element and attribute names with their namespaces, values of
    attributes, and text. What does not: prefixes, order of attributes, comments, and blanks between elements. Blanks
    in an element that holds no other element are text, and count.

    Raises:
        MalformedMessage: One of them is not well-formed.
    """
    return _canonical(_payload(one)) == _canonical(_payload(other))


def _payload(content: bytes) -> etree._Element:
    root = parse(content)
    return root[-1][0] if is_envelope(root) else root


def _canonical(element: etree._Element) -> tuple[Any, ...]:
    children = tuple(_canonical(child) for child in element)
    texts = [element.text or "", *(child.tail or "" for child in element)]
    if children:
        texts = [text if text.strip() else "" for text in texts]
    return element.tag, tuple(sorted(element.attrib.items())), tuple(texts), children
