"""RegisterCertificate → SourceDocument: every node of the certificate, by the path a rule names it by."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from gateway.documents import Answer, Child, Part, Place, Relation, SourceDocument
from gateway.errors import InvalidIdentity
from gateway.identity import CertificateKind
from gateway.reading.identities import certificate_of, oddities, person_of
from gateway.reading.namespaces import CORE, EXTENSION_3_2, RESPONDER, foreign_name, name_of
from gateway.reading.signature import signature_of
from gateway.reading.xml import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

_LONGEST_NUMBER = 9
_LONG = re.compile(rf"[0-9.]{{{_LONGEST_NUMBER + 1},}}")
_WITHOUT_TEXT = "(utan text)"
"""What an element of a foreign namespace is listed with where it has no text: it may tell something all the same."""


def take_apart(message: etree._Element) -> SourceDocument:
    """Return a RegisterCertificate message as its parts; the schema has accepted it.

    Raises:
        InvalidIdentity: The patient's number identifies nobody, or the certificate has no id.
        ForeignSignature: It bears a signature that is not made as the contract says.
    """
    intyg = message.find(_INTYG)
    assert intyg is not None, "the schema demands it"  # noqa: S101 - for the type checker; the schema was asked
    answers = answers_of(intyg)
    header, repeats = _header(message, intyg)
    person = person_of(header)
    signature = signature_of(message, intyg)
    header["underskrift"] = signature.state
    return SourceDocument(
        certificate=certificate_of(header),
        kind=kind_of(intyg),
        person=person,
        answers=answers,
        root=Place("", header, repeats | _places_of(answers)),
        signature=signature,
        notes=tuple(oddities(person, header)),
        relations=tuple(_relations(repeats.get("relation", ()))),
    )


def _relations(places: Iterable[Place]) -> Iterator[Relation]:
    """Yield what a certificate is to others; one that names none is to nobody anything."""
    for place in places:
        values = {path.removeprefix("relation/"): text for path, text in place.values.items()}
        with suppress(InvalidIdentity):
            yield Relation(values.get("typ/code", "").strip(), certificate_of(values))


def kind_of(intyg: etree._Element) -> CertificateKind:
    """Return type and major version of a certificate; major 0 where the version is no number."""
    code = intyg.findtext(f"{{{CORE}}}typ/{{*}}code") or ""
    version = intyg.findtext(f"{{{CORE}}}version") or ""
    major = version.strip().partition(".")[0]
    is_number = major.isascii() and major.isdigit() and len(major) < 4  # noqa: PLR2004 - no form has a thousand versions
    return CertificateKind(code.strip(BLANKS).upper(), int(major) if is_number else 0)


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
    return Part(foreign_name(str(element.tag)), _all_text(element), (), element.sourceline or 0)


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
        if len(leaf) or field in values:
            flaws.append(field)
            values.setdefault(field, "".join(leaf.itertext()))
        else:
            values[field] = leaf.text or ""
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
    question = _told(answer.question)
    for number in answer.number:
        _keep(values, f"{question}/instans", number)
    own = f"{answer.question}."
    for part in answer.parts:
        # A part of another question must not pass for the one that stands where it belongs.
        id_ = _told(part.id)
        if not part.id.startswith(own):
            id_ = f"{question}/{id_}"
        _keep(values, id_, part.text)
        for child in part.children:
            for name, text in child.values.items():
                _keep(values, f"{id_}.{name or child.name}", text)
    return values


def _told(number: str) -> str:
    """Return the number of a question or part as it may be told; a long one is no form's, and may be a person's."""
    return "(okänt nummer)" if len(number) > _LONGEST_NUMBER and _LONG.fullmatch(number) else number


class _Values(dict[str, str]):
    """Texts that say something, by path."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def another(self, path: str) -> str:
        """Return what tells a path that was met before from the ones before it: its number."""
        self._seen[path] = self._seen.get(path, 1) + 1
        return f"{path}({self._seen[path]})"


def _keep(values: _Values, path: str, text: str | None) -> None:
    """Keep a text, unless it says nothing."""
    if text and not text.isspace():
        values[values.another(path) if path in values else path] = text


def _header(message: etree._Element, intyg: etree._Element) -> tuple[dict[str, str], dict[str, list[Place]]]:
    values, repeats = _Values(), dict[str, list[Place]]()
    for element in message:
        if element is not intyg:
            _flatten(element, "" if element.tag == _SVAR_PA else "RegisterCertificate/", values, repeats)
    for element in intyg:
        if element.tag not in (_SVAR, _UNDERSKRIFT):
            _flatten(element, "", values, repeats)
    return values, repeats


def _flatten(element: etree._Element, above: str, values: _Values, repeats: dict[str, list[Place]]) -> None:
    """Keep what an element beside the answers says, and all below it, by path."""
    name = name_of(str(element.tag))
    path = above + name
    if path in _REPEATING:
        inner, below = _Values(), dict[str, list[Place]]()
        _flatten_content(element, path, inner, below)
        group = repeats.setdefault(path, [])
        group.append(Place(f" [{len(group) + 1}]", inner, below))
        return
    if name[0] == "{":
        _keep_foreign(element, path, values)
    _flatten_content(element, path, values, repeats)


def _flatten_content(element: etree._Element, path: str, values: _Values, repeats: dict[str, list[Place]]) -> None:
    _keep(values, path, element.text)
    if len(element):
        below = f"{path}/"
        for child in element:
            _flatten(child, below, values, repeats)
            _keep(values, path, child.tail)


def _keep_foreign(element: etree._Element, path: str, values: _Values) -> None:
    """Keep what an element says that no schema of ours knows: that it is there, and its attributes."""
    if not (element.text and element.text.strip()):
        _keep(values, path, _WITHOUT_TEXT)
    for name, value in element.attrib.items():
        _keep(values, f"{path}/@{foreign_name(str(name))}", str(value))
