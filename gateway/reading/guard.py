"""Limits that hold before lxml builds a tree of a message.

libxml2 takes some inputs in quadratic time and memory that are well inside any size limit (two hundred thousand
attributes on one element, say), and decodes encodings that nobody here means to accept. expat reads the message once,
builds nothing, and stops at the first thing that no certificate has.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from gateway.errors import MalformedMessage, MessageTooLarge

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 64
"""On one element, namespace declarations included."""

MAX_DECLARATIONS = 64
"""Of namespaces, that count at one place: on an element and on those around it."""

_UTF_8 = ("utf-8", "utf8")
_DECLARATION = re.compile(
    rb"""<\?xml version=["']1\.0["'](?: encoding=["'][Uu][Tt][Ff]-8["'])?(?: standalone=["']yes["'])?\s*\?>"""
)
_MANY_SIGNS = 5_000
"""More equals signs than a certificate has; it is then the parser that counts attributes."""


def guard(content: bytes) -> None:
    """Return if the message keeps within the limits.

    Raises:
        MessageTooLarge: More than MAX_BYTES.
        MalformedMessage: Not well-formed, not UTF-8, a DTD, a processing instruction, or too deep, too many elements,
            attributes or namespaces. The text says which and on what line, and nothing of the content.
    """
    if len(content) > MAX_BYTES:
        raise MessageTooLarge(f"The message is larger than {MAX_BYTES} bytes")
    if content.startswith((b"\xfe\xff", b"\xff\xfe")):
        raise MalformedMessage("The message has to be in UTF-8")
    if _is_plain(content):
        return
    try:
        _Scan().parser.Parse(content, True)  # noqa: FBT003 - expat names its last argument nowhere
    except expat.ExpatError as error:
        raise MalformedMessage(f"The message is not well-formed XML (line {error.lineno})") from None


def _is_plain(content: bytes) -> bool:
    """Say whether a message plainly keeps within the limits: nothing that only a parser can judge stands in it.

    Most messages are plain, and for them a look at the bytes costs a third of a reading. Depth is not seen here: the
    parser that builds the tree stops at 256 levels, and `gateway.reading.xml` asks for MAX_DEPTH before anybody walks.
    """
    start = _DECLARATION.match(content)
    rest = start.end() if start else 0
    # A single byte is found many times faster than two: look for `<!` and `<?` only where there is a mark at all.
    return (
        content.count(b"<") <= MAX_ELEMENTS
        and content.count(b"xmlns") <= MAX_DECLARATIONS
        and (content.find(b"!", rest) < 0 or content.find(b"<!", rest) < 0)
        and (content.find(b"?", rest) < 0 or content.find(b"<?", rest) < 0)
        and not _may_have_many_attributes(content)
    )


def _may_have_many_attributes(content: bytes) -> bool:
    """Say whether more equals signs stand in a row, no tag between them, than one element may have attributes."""
    if content.count(b"=") > _MANY_SIGNS:
        return True
    row = 0
    for between in content.split(b"="):
        row = 0 if b"<" in between else row + 1
        if row > MAX_ATTRIBUTES:
            return True
    return False


class _Scan:
    """One reading of one message."""

    __slots__ = ("declared", "depth", "elements", "parser")

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0
        self.declared = [0]
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction

    def _start(self, _name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            self._refuse(f"Elements are nested deeper than {MAX_DEPTH}")
        if self.elements > MAX_ELEMENTS:
            self._refuse(f"The message has more than {MAX_ELEMENTS} elements")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            self._refuse(f"An element has more than {MAX_ATTRIBUTES} attributes")
        self.declared.append(self.declared[-1] + sum(name.startswith("xmlns") for name in attributes[::2]))
        if self.declared[-1] > MAX_DECLARATIONS:
            self._refuse(f"More than {MAX_DECLARATIONS} namespaces are declared for one element")

    def _end(self, _name: str) -> None:
        self.depth -= 1
        self.declared.pop()

    def _declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            self._refuse("The message has to be XML 1.0")
        if encoding is not None and encoding.lower() not in _UTF_8:
            self._refuse("The message has to be in UTF-8")

    def _doctype(self, *_: object) -> None:
        self._refuse("A document type declaration (DTD) is not taken in")

    def _instruction(self, *_: object) -> None:
        self._refuse("Processing instructions are not taken in")

    def _refuse(self, reason: str) -> NoReturn:
        raise MalformedMessage(f"{reason} (line {self.parser.CurrentLineNumber})")
