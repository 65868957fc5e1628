"""RegisterCertificate → SourceDocument: every node of the certificate, by the path a rule names it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.documents import Answer, Child, Part, Place, SourceDocument
from gateway.identity import CertificateId, CertificateKind, PersonIdentity
from gateway.reading.namespaces import CORE, EXTENSION_3_2, RESPONDER, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_INTYG = f"{{{RESPONDER}}}intyg"
_SVAR = f"{{{CORE}}}svar"
_DELSVAR = f"{{{CORE}}}delsvar"
_INSTANS = f"{{{CORE}}}instans"
_UNDERSKRIFT = f"{{{EXTENSION_3_2}}}underskrift"

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


def take_apart(message: etree._Element) -> SourceDocument:
    """Return a RegisterCertificate message as its parts; the schema has accepted it.

    Raises:
        InvalidIdentity: The patient's number identifies nobody.
    """
    intyg = message.find(_INTYG)
    assert intyg is not None, "the schema demands it"  # noqa: S101 - for the type checker; the schema was asked
    answers = answers_of(intyg)
    header, repeats = _header(message, intyg)
    return SourceDocument(
        certificate=CertificateId(header.get("intygs-id/root", ""), header.get("intygs-id/extension", "")),
        kind=kind_of(intyg),
        person=PersonIdentity(header["patient/person-id/extension"].strip()),
        answers=answers,
        root=Place("", header, repeats | _places_of(answers)),
    )


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
    children = []
    for element in delsvar:
        children.append(_child(element))
        text += element.tail or ""
    return Part(delsvar.get("id", ""), text, tuple(children), delsvar.sourceline or 0)


def _foreign_part(element: etree._Element) -> Part:
    """Return an element that the schema's wildcard lets stand among the parts: no rule asks for it, the account does."""
    return Part(str(element.tag), "".join(element.itertext()), (), element.sourceline or 0)


def _child(element: etree._Element) -> Child:
    if not len(element):
        return Child(name_of(element.tag), {"": element.text or ""})
    values: dict[str, str] = {}
    flaws: list[str] = []
    for leaf in element:
        name = name_of(leaf.tag)
        if name in values or len(leaf):
            flaws.append(name)
        values.setdefault(name, "".join(leaf.itertext()) if len(leaf) else leaf.text or "")
    return Child(name_of(element.tag), values, frozenset(flaws))


def _places_of(answers: Iterable[Answer]) -> dict[str, list[Place]]:
    by_question: dict[str, list[Answer]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, []).append(answer)
    return {
        question: [
            Place(f" [{n}]" if len(group) > 1 else "", dict(_values_of(answer)), {})
            for n, answer in enumerate(group, start=1)
        ]
        for question, group in by_question.items()
    }


def _values_of(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield each value of an answer with its path; a path met before is told apart with its number."""
    seen: dict[str, int] = {}
    for path, text in _nodes_of(answer):
        if text.strip():
            count = seen[path] = seen.get(path, 0) + 1
            yield (path if count == 1 else f"{path}({count})"), text


def _nodes_of(answer: Answer) -> Iterator[tuple[str, str]]:
    for number in answer.number:
        yield f"{answer.question}/instans", number
    for part in answer.parts:
        yield part.id, part.text
        for child in part.children:
            for name, text in child.values.items():
                yield f"{part.id}.{name or child.name}", text


def _header(message: etree._Element, intyg: etree._Element) -> tuple[dict[str, str], dict[str, list[Place]]]:
    header = _Header()
    for element in message:
        if element is not intyg:
            header.take(element, name_of(element.tag))
    for element in intyg:
        if element.tag == _UNDERSKRIFT:
            header.values["underskrift"] = "ds:Signature"
        elif element.tag != _SVAR:
            header.take(element, name_of(element.tag))
    return header.values, header.repeats


class _Header:
    """What stands in a certificate beside its answers, flattened to paths."""

    __slots__ = ("_seen", "repeats", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.repeats: dict[str, list[Place]] = {}
        self._seen: dict[str, int] = {}

    def take(self, element: etree._Element, path: str) -> None:
        """Take in an element and all below it."""
        if path in _REPEATING:
            inner = _Header()
            inner._take_content(element, path)
            group = self.repeats.setdefault(path, [])
            group.append(Place(f" [{len(group) + 1}]", inner.values, inner.repeats))
        else:
            self._take_content(element, path)

    def _take_content(self, element: etree._Element, path: str) -> None:
        self._keep(path, element.text)
        if path.startswith("{"):
            for name, value in element.attrib.items():
                self._keep(f"{path}/@{name!s}", str(value))
        for child in element:
            self.take(child, f"{path}/{name_of(child.tag)}")
            self._keep(path, child.tail)

    def _keep(self, path: str, text: str | None) -> None:
        """Keep a text that says something; a path met before is told apart with its number."""
        if text and text.strip():
            count = self._seen[path] = self._seen.get(path, 0) + 1
            self.values[path if count == 1 else f"{path}({count})"] = text
