"""Set files → compiled definitions, once at start; a mistake in a file stops it there."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from gateway.decisions import Coding
from gateway.errors import ConfigurationError
from gateway.identity import RecipientKind
from gateway.information_sets.allowed import Allowed
from gateway.information_sets.language import Chosen, SetFile
from gateway.rule_files import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Choice(NamedTuple):
    """What is taken of the resources that one rule made in one section."""

    allowed: Allowed
    only: tuple[tuple[tuple[str, ...], frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class SetDefinition:
    """One information set, compiled."""

    name: str
    title: str
    why: str
    certificates: frozenset[str]
    recipients: tuple[RecipientKind, ...]
    recipients_by_consent: bool
    purposes: frozenset[Coding]
    must_be_named: bool
    derived: bool
    composition: Allowed = field(repr=False)
    choices: Mapping[tuple[str | None, str], Choice] = field(repr=False)
    """(section, mapping rule) → what is taken."""
    withheld_texts: Mapping[str, str] = field(repr=False)
    """Section → what stands in its place where a consent does not name it."""
    sections: frozenset[str]
    """The sections it always carries, where the certificate has them."""
    harmless: frozenset[str] = field(repr=False)

    withholdable: frozenset[str]
    """The sections that leave only where a consent names them."""
    variants: tuple[frozenset[str], ...] = field(repr=False)
    """Every way to withhold some of those sections, none and all among them."""


def load_definitions(folder: Path) -> Sequence[SetDefinition]:
    """Return every `<name>/set.yaml` of a folder, compiled.

    Raises:
        ConfigurationError: A file says something that the language has no word for; the text names file and place.
    """
    return [_compile(file, read_words(file, SetFile)) for file in sorted(folder.glob("*/set.yaml"))]


def _compile(file: Path, words: SetFile) -> SetDefinition:
    if words.name != file.parent.name:
        raise ConfigurationError(f"{file}: the set's name has to be its folder's")
    if any(element.partition(".")[0] == "relatesTo" for element in words.composition):
        raise ConfigurationError(f"{file}: relatesTo is told as a set leaves, and is taken of no certificate")
    choices: dict[tuple[str | None, str], Choice] = {
        (None, rule): Choice(Allowed(elements), ()) for rule, elements in words.people.items()
    }
    for code, section in words.sections.items():
        for rule, chosen in section.take.items():
            choices[code, rule] = _choice(chosen, words.every_resource)
    withheld = {code: section.withhold for code, section in words.sections.items() if section.withhold}
    return SetDefinition(
        name=words.name,
        title=words.title,
        why=words.why,
        certificates=frozenset(words.certificates),
        recipients=tuple(RecipientKind(kind) for kind in words.recipients),
        recipients_by_consent=words.recipients_by_consent,
        purposes=frozenset(Coding(purpose.system, purpose.code) for purpose in words.purposes),
        must_be_named=words.must_be_named,
        derived=words.derived,
        composition=Allowed(words.composition),
        choices=choices,
        withheld_texts=withheld,
        sections=frozenset(words.sections) - set(withheld),
        harmless=frozenset(word.lower() for word in words.harmless),
        withholdable=frozenset(withheld),
        variants=tuple(
            map(frozenset, chain.from_iterable(combinations(sorted(withheld), n) for n in range(len(withheld) + 1)))
        ),
    )


def _choice(chosen: Chosen | list[str], every_resource: Sequence[str]) -> Choice:
    words = chosen if isinstance(chosen, Chosen) else Chosen(elements=chosen)
    only = tuple((tuple(path.split(".")), frozenset(values)) for path, values in words.only.items())
    return Choice(Allowed([*every_resource, *words.elements]), only)
