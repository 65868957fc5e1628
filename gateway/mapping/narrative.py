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
    lines = []
    for template in templates:
        values = [value_at(resource, hole) for hole in template.holes]
        if None not in values:
            lines.append(Line(_fill(template.texts, values), template.elements))
    return lines


def _fill(texts: tuple[str, ...], values: list[object]) -> str:
    filled = texts[0]
    for value, text in zip(values, texts[1:], strict=True):
        filled += _word(value) + text
    return filled


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return html.escape(str(value), quote=False).replace("\n", "<br/>")
