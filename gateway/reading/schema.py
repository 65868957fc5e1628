"""The XSD's verdict on a message, told in Swedish and without a word of its content."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import ConfigurationError, Problem, SchemaViolation

if TYPE_CHECKING:
    from pathlib import Path

MAX_PROBLEMS = 100

_REASONS = {
    "SCHEMAV_ELEMENT_CONTENT": "elementet saknas, står på fel plats eller hör inte hit",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "elementet ska vara tomt",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "elementet ska inte innehålla andra element",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "elementet ska inte innehålla egen text",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "ett attribut hör inte hit",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "ett obligatoriskt attribut saknas",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "värdet är inte av rätt slag",
    "SCHEMAV_CVC_ENUMERATION_VALID": "värdet hör inte till de tillåtna",
    "SCHEMAV_CVC_PATTERN_VALID": "värdet har fel form",
    "SCHEMAV_CVC_MINLENGTH_VALID": "värdet är för kort",
    "SCHEMAV_CVC_ELT_1": "elementet är inte känt",
    "SCHEMAV_CVC_ELT_5_2_2_2_2": "värdet är inte det som ska stå där",
    "SCHEMAV_CVC_TYPE_3_1_1": "elementet ska inte ha attribut",
    "SCHEMAV_CVC_TYPE_3_1_2": "elementet ska inte innehålla andra element",
}
"""libxml2's name of what went wrong → how a sender reads it."""

_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?([\w.-]+)'")


class Schema:
    """An XSD, loaded once, that says of each message what is wrong with it.

    Args:
        file: The schema's file; it imports the others by relative paths.

    Raises:
        ConfigurationError: The file is missing or is no schema.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._schema = etree.XMLSchema(etree.parse(str(file)))
            self._names = frozenset(name for one in file.parent.glob("*.xsd") for name in _names_in(one))
        except (OSError, etree.Error) as error:
            raise ConfigurationError(f"{file.name}: {error}") from None
        self._lock = threading.Lock()

    def problems(self, message: etree._Element) -> list[Problem]:
        """Return every place where the message breaks the schema; at most MAX_PROBLEMS of them."""
        # lxml keeps the errors of a validation in the schema object: one message at a time.
        with self._lock:
            errors = [] if self._schema.validate(message) else list(self._schema.error_log)
        return list(dict.fromkeys(self._problem(error, message) for error in errors[:MAX_PROBLEMS]))

    def check(self, message: etree._Element) -> None:
        """Return if the schema accepts the message.

        Raises:
            SchemaViolation: It does not; every broken place is listed.
        """
        problems = self.problems(message)
        if problems:
            raise SchemaViolation("Meddelandet följer inte tjänstekontraktets schema", problems)

    def _problem(self, error: etree._LogEntry, message: etree._Element) -> Problem:
        named = _ELEMENT.match(error.message)
        # A name that no schema of ours has is the sender's own word, and may be anything.
        name = named[1] if named and named[1] in self._names else "okänt element"
        place = " ".join(filter(None, (_answer_at(error.line, message), name, f"(rad {error.line})")))
        return Problem(place, _REASONS.get(error.type_name, "bryter mot schemat"))


def _names_in(file: Path) -> list[str]:
    elements = etree.parse(str(file)).iter("{http://www.w3.org/2001/XMLSchema}element")
    return [element.get("name", "") for element in elements]


def _answer_at(line: int, message: etree._Element) -> str:
    """Return the question or part that begins nearest before a line, as the form numbers it; empty in the header."""
    found = ""
    for element in message.iter("{*}svar", "{*}delsvar"):
        if (element.sourceline or 0) > line:
            break
        found = element.get("id", "")
    return f"fråga {found}" if found and re.fullmatch(r"[0-9.]{1,9}", found) else ""
