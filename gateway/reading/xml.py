"""Bytes → element tree, with a parser that reaches for nothing outside the bytes."""

from __future__ import annotations

from lxml import etree

from gateway.errors import MalformedMessage
from gateway.reading.guard import MAX_DEPTH, guard

_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")

BLANKS = " \t\r\n"
"""What XML calls blank: a no-break space is a character like any other."""


def parse(content: bytes) -> etree._Element:
    """Return the root of the message.

    Raises:
        MalformedMessage: Beyond the limits, or not well-formed XML with declared prefixes.
    """
    guard(content)
    # One parser a document: lxml's parsers are not safe to share between threads.
    # Comments go, so that one standing inside a number does not cut the number in two.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedMessage(f"The message is not well-formed XML (line {error.lineno})") from None
    if _TOO_DEEP(root):
        raise MalformedMessage(f"Elements are nested deeper than {MAX_DEPTH}")
    return root
