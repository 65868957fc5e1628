"""Every source node that a certificate can have: in the answers to its form, and beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.forms import Form

_XS = "{http://www.w3.org/2001/XMLSchema}"
_FIELDS = (
    *("", ".code", ".codeSystem", ".codeSystemName", ".codeSystemVersion", ".displayName", ".originalText"),
    *(".start", ".end", ".value", ".unit"),
)
"""What a part can be, or have: text, or an element of a `cv`, a `datePeriod` or a `pq`."""


def nodes_of_answers(form: Form) -> Iterator[str]:
    """Yield the source nodes of every answer that a form knows, as the account of the mapping names them."""
    more = form.said.additional_questions
    added = more.questions.partition("-")[0] if more else ""
    for number, question in form.said.questions.items():
        yield f"{number}/instans"
        yield from (part + field for part in question.parts for field in _FIELDS)
    if added:
        yield from (f"{added}/instans", f"{added}.1")


def nodes_beside(schemas: Path) -> Iterator[str]:
    """Yield the paths of what stands beside the answers, by local names, as the schemas of the contract have it.

    Args:
        schemas: The folder of the schemas.
    """
    roots = [etree.parse(file).getroot() for file in sorted(schemas.glob("*.xsd"))]
    named = {one.attrib["name"]: one for root in roots for one in root.iterchildren() if "name" in one.attrib}
    yield from _below(named["RegisterCertificateType"], named, "")
    yield from _below(named["Intyg"], named, "")


def _below(type_: etree._Element, named: dict[str, etree._Element], above: str) -> Iterator[str]:
    for one in type_.iter(f"{_XS}element", f"{_XS}group", f"{_XS}extension"):
        referred = named.get(_local(one.get("ref") or one.get("base") or ""))
        if one.tag == f"{_XS}element":
            declared = one if referred is None else referred
            path = above + declared.get("name", "")
            yield path
            content = named.get(_local(declared.get("type", "")))
            if content is not None and declared.get("name") not in ("svar", "underskrift", "intyg"):
                yield from _below(content, named, f"{path}/")
        elif referred is not None:
            yield from _below(referred, named, above)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
