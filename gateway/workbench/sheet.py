"""The rules of one certificate as they are written: which rule takes which source node, and where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.mapping.including import whole
from gateway.mapping.language import MappingFile, Part, Repeat, Take
from gateway.mapping.places import RulePlaces
from gateway.mapping.sources import ANY_PART, BELOW, QUESTION, source_of
from gateway.rule_files import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gateway.mapping.language import ResourceRule

_PLACE = re.compile(r" \[[0-9]+\]\Z")
_ANSWER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?=[./]|\Z)")
_SPAN = re.compile(r"([0-9]+)(?:-([0-9]+))?")


class Taking(NamedTuple):
    """An element that a rule takes from the certificate."""

    rule: str
    path: str
    """The element; one in a repeating list without its number."""
    nodes: tuple[str, ...]
    """The source nodes it is made from, without their places; after `./` what follows the question at hand."""
    take: Take

    @property
    def name(self) -> str:
        """The element's rule, as the trace names it after the file."""
        return f"{self.rule}.{self.path}"


class Sheet:
    """The rules of one mapping, with those of the parts it includes.

    Args:
        file: The mapping file.
        parts: The folder of parts.
    """

    def __init__(self, file: Path, parts: Path) -> None:
        self.places = RulePlaces(file, parts)
        words = read_words(file, MappingFile)
        included = {one.stem: read_words(one, Part) for one in self.places.files[1:]}
        self.name = "/".join(file.parts[-3:])
        """How the trace names the mapping file."""
        rules = whole(words, included, self.name)
        self.rules: Mapping[str, ResourceRule] = rules.resources
        self.ignored: Mapping[str, str] = rules.ignore
        self.takings: Sequence[Taking] = [
            *_takings("composition", rules.composition.elements),
            *(one for name, rule in rules.resources.items() for one in _takings(name, rule.elements)),
        ]

    def of_rule(self, rule: str) -> list[Taking]:
        """Return what a rule takes."""
        return [one for one in self.takings if one.rule == rule]

    def of_node(self, node: str) -> list[Taking]:
        """Return what is taken from a source node, as the account names it: `32.1.code [2]`."""
        base = without_place(node)
        return [one for one in self.takings if any(self._is(base, said, one.rule) for said in one.nodes)]

    def of_name(self, name: str) -> Taking | None:
        """Return what the trace names so: `lisjp/2/mapping.yaml: sjukskrivning.valueQuantity.value`."""
        plain = name.removeprefix(f"{self.name}: ")
        return next((one for one in self.takings if one.name == plain), None)

    def takes(self, part: str) -> bool:
        """Return whether a rule takes something of a part: `6.1`."""
        return any(self._takes(one.rule, node, part) for one in self.takings for node in one.nodes)

    def _takes(self, rule: str, said: str, part: str) -> bool:
        if not said.startswith(BELOW):
            return part_of(said) == part
        question = part.partition(".")[0]
        own = part if said == ANY_PART else part_of(f"{question}.{said[len(BELOW) :]}")
        return own == part and self._spans(rule, question)

    def _is(self, base: str, said: str, rule: str) -> bool:
        if not said.startswith(BELOW):
            return base == said
        question, _, rest = base.partition("/@id" if said == QUESTION else ".")
        if said == ANY_PART:
            return rest.isdecimal() and self._spans(rule, question)
        return rest == ("" if said == QUESTION else said[len(BELOW) :]) and self._spans(rule, question)

    def _spans(self, rule: str, question: str) -> bool:
        span = _SPAN.match(self.rules[rule].each or "")
        return span is not None and question.isdecimal() and int(span[1]) <= int(question) <= int(span[2] or span[1])


def _takings(rule: str, elements: Mapping[str, object], below: str = "", prefix: str = "") -> Iterator[Taking]:
    for path, value in elements.items():
        if isinstance(value, Take):
            sources = [source_of(one, below) for one in value.sources]
            fields = ("code", "codeSystem") if value.table else ()
            nodes = tuple(sources[0].field(field).key for field in fields) or tuple(one.key for one in sources)
            yield Taking(rule, prefix + path, nodes, value)
        elif isinstance(value, Repeat):
            yield from _takings(rule, value.elements, value.each, f"{prefix}{path}.")


def without_place(node: str) -> str:
    """Return a source node without its place among several: `32.1.code [2]` → `32.1.code`."""
    return _PLACE.sub("", node)


def part_of(node: str) -> str:
    """Return the part that a node belongs to: `32.1.code [2]` → `32.1`; beside the answers, its path."""
    path = without_place(node)
    answer = _ANSWER.match(path)
    return answer[0] if answer else path
