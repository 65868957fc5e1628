"""Lines of narrative, made from the values of a resource, so that a person can read the document as it is."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.documents import Line
from gateway.errors import ConfigurationError
from gateway.mapping.paths import Step, element_of, steps_of, value_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gateway.documents import Resource

_MARKUP = re.compile(r"[&<>\n]")
_HOLE = re.compile(r"\{([^{}]+)\}")


class Template(NamedTuple):
    """A line with holes for elements."""

    texts: tuple[str, ...]
    """The escaped texts around the holes: one more than there are holes."""
    holes: tuple[tuple[Step, ...], ...]
    elements: tuple[str, ...]


def compile_template(line: str, made: Collection[str], rule: str) -> Template:
    """Return a line such as `{valueQuantity.value} procent från {effectivePeriod.start}`, ready to be filled.

    Args:
        line: The line.
        made: The elements that the rule makes.
        rule: The rule's name, for the error.

    Raises:
        ConfigurationError: A hole names no element that the rule makes: the line would never be told.
    """
    pieces = _HOLE.split(line)
    paths = pieces[1::2]
    for path in paths:
        if not any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in made):
            raise ConfigurationError(f"{rule}: the text names {path}, which the rule does not make")
    return Template(
        tuple(html.escape(text, quote=False) for text in pieces[::2]),
        tuple(steps_of(path, rule) for path in paths),
        tuple(element_of(path) for path in paths),
    )


def tell(templates: Iterable[Template], resource: Resource) -> list[Line]:
    """Return the lines whose elements are all there, with values escaped for XHTML."""
    filled = ((_fill(template, resource), template.elements) for template in templates)
    return [Line(xhtml, elements) for xhtml, elements in filled if xhtml]


def _fill(template: Template, resource: Resource) -> str:
    """Return the line, or nothing where one of its elements is not there."""
    line, *after = template.texts
    for hole, text in zip(template.holes, after, strict=True):
        value = value_at(resource, hole)
        if value is None:
            return ""
        line += _word(value) + text
    return line


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return f"{value}".replace(".", ",")
    text = str(value)
    return html.escape(text, quote=False).replace("\n", "<br/>") if _MARKUP.search(text) else text
