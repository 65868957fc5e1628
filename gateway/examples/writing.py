"""Answers → the bytes of a RegisterCertificate message: what `reading` takes apart, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from gateway.examples.elements import core, responder, types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.documents import Answer, Child, Part
    from gateway.examples.header import Header


def write(header: Header, answers: Sequence[Answer]) -> bytes:
    """Return the message in UTF-8, laid out for a person to read."""
    message = responder("RegisterCertificate")
    if header.answered is not None:
        message.append(header.answered)
    message.append(responder("intyg", *header.elements, *map(_svar, answers)))
    return etree.tostring(message, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _svar(answer: Answer) -> etree._Element:
    numbers = (core("instans", number) for number in answer.number)
    return core("svar", *numbers, *map(_delsvar, answer.parts), id=answer.question)


def _delsvar(part: Part) -> etree._Element:
    return core("delsvar", part.text, *map(_child, part.children), id=part.id)


def _child(child: Child) -> etree._Element:
    return types(child.name, *(types(name, value) for name, value in child.values.items()))
