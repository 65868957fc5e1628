"""The elements that a certificate is written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.builder import ElementMaker

from gateway.reading.namespaces import CORE, EXTENSION_3_2, RESPONDER, TYPES

if TYPE_CHECKING:
    from lxml import etree

_PREFIXES = {"r": RESPONDER, "c": CORE, "t": TYPES, "e": EXTENSION_3_2}

responder = ElementMaker(namespace=RESPONDER, nsmap=_PREFIXES)
core = ElementMaker(namespace=CORE, nsmap=_PREFIXES)
types = ElementMaker(namespace=TYPES, nsmap=_PREFIXES)
extension_3_2 = ElementMaker(namespace=EXTENSION_3_2, nsmap=_PREFIXES)


def identified(name: str, root: str, extension: str) -> etree._Element:
    """Return an id in the register that `root` names."""
    return core(name, types("root", root), types("extension", extension))


def coded(maker: ElementMaker, name: str, code: str, system: str, meaning: str) -> etree._Element:
    """Return a code, its system, and what the sender says that it means."""
    return maker(name, types("code", code), types("codeSystem", system), types("displayName", meaning))
