"""RegisterCertificate → SourceDocument: every node of the certificate, by the path a rule names it by."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.documents import Answer, Child, Part, Place, SourceDocument
from gateway.errors import InvalidIdentity
from gateway.identity import CertificateId, CertificateKind, PersonIdentity
from gateway.reading.namespaces import CORE, EXTENSION_3_2, RESPONDER, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

_INTYG = f"{{{RESPONDER}}}intyg"
_SVAR_PA = f"{{{RESPONDER}}}svarPa"
_SVAR = f"{{{CORE}}}svar"
_DELSVAR = f"{{{CORE}}}delsvar"
_INSTANS = f"{{{CORE}}}instans"
_UNDERSKRIFT = f"{{{EXTENSION_3_2}}}underskrift"

_NO_FLAWS: frozenset[str] = frozenset()
_REPEATING = frozenset(
    {
        "mottagare",
        "relation",
        "status",
        "skapadAv/befattning",
        "skapadAv/specialistkompetens",
        "skapadAv/legitimeratYrke",
    }
)
"""What the schema lets stand more than once in a certificate, its answers apart."""

_LONG = re.compile(r"[0-9.]{10,}")
_WITHOUT_TEXT = "(utan text)"
"""What an element of a foreign namespace is listed with where it has no text: it may tell something all the same."""


def take_apart(message: etree._Element) -> SourceDocument:
    """Return a RegisterCertificate message as its parts; the schema has accepted it.

    Raises:
        InvalidIdentity: The patient's number identifies nobody, or the certificate has no id.
    """
    intyg = message.find(_INTYG)
    assert intyg is not None, "the schema demands it"  # noqa: S101 - for the type checker; the schema was asked
    answers = answers_of(intyg)
    header, repeats = _header(message, intyg)
    return SourceDocument(
        certificate=_certificate_id(header),
        kind=kind_of(intyg),
        person=PersonIdentity(header["patient/person-id/extension"].strip()),
        answers=answers,
        root=Place("", header, repeats | _places_of(answers)),
    )


def _certificate_id(header: Mapping[str, str]) -> CertificateId:
    extension = header.get("intygs-id/extension", "").strip()
    if not extension:
        raise InvalidIdentity("Intygs-id saknas")
    with suppress(ValueError):
        # A UUID is the same however it is spelt.
        extension = str(UUID(extension))
    return CertificateId(header.get("intygs-id/root", "").strip(), extension)


def kind_of(intyg: etree._Element) -> CertificateKind:
    """Return type and major version of a certificate; major 0 where the version is no number."""
    code = intyg.findtext(f"{{{CORE}}}typ/{{*}}code") or ""
    version = intyg.findtext(f"{{{CORE}}}version") or ""
    major = version.strip().partition(".")[0]
    is_number = major.isascii() and major.isdigit() and len(major) < 4  # noqa: PLR2004 - no form has a thousand versions
    return CertificateKind(code.strip().upper(), int(major) if is_number else 0)


def answers_of(intyg: etree._Element) -> tuple[Answer, ...]:
    """Return the answers of a certificate in their order, whether or not its schema accepts them."""
    return tuple(_answer(svar) for svar in intyg.iterchildren(_SVAR))


def _answer(svar: etree._Element) -> Answer:
    numbers: list[str] = []
    parts: list[Part] = []
    for element in svar:
        if element.tag == _DELSVAR:
            parts.append(_part(element))
        elif element.tag == _INSTANS:
            numbers.append(element.text or "")
        else:
            parts.append(_foreign_part(element))
    return Answer(svar.get("id", ""), tuple(numbers), tuple(parts), svar.sourceline or 0)


def _part(delsvar: etree._Element) -> Part:
    text = delsvar.text or ""
    if not len(delsvar):
        return Part(delsvar.get("id", ""), text, (), delsvar.sourceline or 0)
    children = []
    for element in delsvar:
        children.append(_child(element))
        text += element.tail or ""
    return Part(delsvar.get("id", ""), text, tuple(children), delsvar.sourceline or 0)


def _foreign_part(element: etree._Element) -> Part:
    """Return an element that the wildcard lets stand among the parts; no rule asks for it, the account does."""
    return Part(name_of(str(element.tag)), _all_text(element), (), element.sourceline or 0)


def _all_text(element: etree._Element) -> str:
    text = "".join(element.itertext())
    return text if text.strip() else _WITHOUT_TEXT


def _child(element: etree._Element) -> Child:
    name = name_of(str(element.tag))
    if name.startswith("{"):
        return Child(name, {"": _all_text(element)})
    if not len(element):
        return Child(name, {"": element.text or ""})
    values: dict[str, str] = {}
    flaws: list[str] = []
    for leaf in element:
        field = name_of(str(leaf.tag))
        inner = len(leaf)
        if inner or field in values:
            flaws.append(field)
        values.setdefault(field, "".join(leaf.itertext()) if inner else leaf.text or "")
    return Child(name, values, frozenset(flaws) if flaws else _NO_FLAWS)


def _places_of(answers: Iterable[Answer]) -> dict[str, list[Place]]:
    by_question: dict[str, list[Answer]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, []).append(answer)
    return {
        question: [
            Place(f" [{n}]" if len(group) > 1 else "", _values_of(answer), {})
            for n, answer in enumerate(group, start=1)
        ]
        for question, group in by_question.items()
    }


def _values_of(answer: Answer) -> dict[str, str]:
    """Return each value of an answer by its path."""
    values = _Values()
    for number in answer.number:
        values.keep(f"{_told(answer.question)}/instans", number)
    own = f"{answer.question}."
    for part in answer.parts:
        # A part of another question must not pass for the one that stands where it belongs.
        id_ = _told(part.id) if part.id.startswith(own) else f"{_told(answer.question)}/{_told(part.id)}"
        values.keep(id_, part.text)
        for child in part.children:
            for name, text in child.values.items():
                values.keep(f"{id_}.{name or child.name}", text)
    return values.by_path


def _told(number: str) -> str:
    """Return the number of a question or part as it may be told; a long one is no form's, and may be a person's."""
    return "(okänt nummer)" if _LONG.fullmatch(number) else number


class _Values:
    """Texts that say something, by path; a path met before is told apart with its number."""

    __slots__ = ("_seen", "by_path")

    def __init__(self) -> None:
        self.by_path: dict[str, str] = {}
        self._seen: dict[str, int] = {}

    def keep(self, path: str, text: str | None) -> None:
        """Keep a text, unless it says nothing."""
        if not text or text.isspace():
            return
        if path in self.by_path:
            count = self._seen[path] = self._seen.get(path, 1) + 1
            path = f"{path}({count})"
        self.by_path[path] = text


def _header(message: etree._Element, intyg: etree._Element) -> tuple[dict[str, str], dict[str, list[Place]]]:
    header = _Header()
    for element in message:
        if element is not intyg:
            header.take(element, "" if element.tag == _SVAR_PA else "RegisterCertificate/")
    for element in intyg:
        if element.tag == _UNDERSKRIFT:
            header.values.keep("underskrift", "ds:Signature")
        elif element.tag != _SVAR:
            header.take(element, "")
    return header.values.by_path, header.repeats


class _Header:
    """What stands in a certificate beside its answers, flattened to paths."""

    __slots__ = ("repeats", "values")

    def __init__(self) -> None:
        self.values = _Values()
        self.repeats: dict[str, list[Place]] = {}

    def take(self, element: etree._Element, above: str) -> None:
        """Take in an element and all below it."""
        name = name_of(str(element.tag))
        path = above + name
        if path in _REPEATING:
            inner = _Header()
            inner._take_content(element, path)
            group = self.repeats.setdefault(path, [])
            group.append(Place(f" [{len(group) + 1}]", inner.values.by_path, inner.repeats))
            return
        if name.startswith("{"):
            self._take_foreign(element, path)
        self._take_content(element, path)

    def _take_content(self, element: etree._Element, path: str) -> None:
        self.values.keep(path, element.text)
        if len(element):
            below = f"{path}/"
            for child in element:
                self.take(child, below)
                self.values.keep(path, child.tail)

    def _take_foreign(self, element: etree._Element, path: str) -> None:
        """Take in what an element says that no schema of ours knows: that it is there, and its attributes."""
        if not (element.text and element.text.strip()):
            self.values.keep(path, _WITHOUT_TEXT)
        for name, value in element.attrib.items():
            self.values.keep(f"{path}/@{name_of(str(name))}", str(value))
