"""Mapping files → compiled mappings, once at start; a mistake in a file stops it there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from gateway.errors import ConfigurationError
from gateway.identity import CertificateKind
from gateway.mapping.elements import compile_elements
from gateway.mapping.including import whole
from gateway.mapping.language import MappingFile, Part, Refer, ReferToAll, ResourceRule, Take
from gateway.mapping.narrative import compile_template
from gateway.mapping.places import RulePlaces
from gateway.mapping.sources import BELOW, source_of
from gateway.mapping.tables import load_tables
from gateway.rule_files import read_words
from gateway.systems import PROFILE_BASE, SECTION_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map
    from pathlib import Path

    from gateway.mapping.including import Whole
    from gateway.mapping.language import CompositionRule, Said, Value
    from gateway.mapping.narrative import Template
    from gateway.mapping.sources import Find
    from gateway.mapping.tables import Tables
    from gateway.mapping.values import Builder


Condition: TypeAlias = "tuple[tuple[Find, frozenset[str] | None], ...]"
"""Source nodes and the values that are looked for; None where any will do."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One resource rule, compiled."""

    name: str
    resource_type: str
    section: str | None
    each: tuple[int, int] | None
    """The span of questions it repeats over; None where it makes one resource at most."""
    answers: slice
    """Which of a question's answers it is made from: all of them, or one."""
    when: Condition
    """What has to hold, all of it."""
    unless: Condition
    """What must not hold, none of it."""
    build: Builder = field(repr=False)
    templates: tuple[Template, ...] = field(repr=False)
    label: Map[str, object] = field(repr=False)
    """The resource's `meta`: its profile, and the section it belongs to; empty where it has neither."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one major version of one certificate type becomes FHIR, compiled."""

    kind: CertificateKind
    title: str
    sections: Map[str, str]
    composition: Rule
    rules: tuple[Rule, ...]
    withheld: tuple[tuple[str, Condition, str], ...] = field(repr=False)
    """Sections that must not leave, when, and the text that stands in their place."""
    never_withheld: tuple[tuple[str, Condition, str], ...] = field(repr=False)
    """Sections that nobody may withhold, when, and why."""
    ignored: Callable[[str], str | None] = field(repr=False)
    """Source path → why it is left out; None where nobody says."""


def load_mappings(
    certificates: Path, code_tables: Path, emitted: Map[str, str] = MappingProxyType({})
) -> Map[CertificateKind, Mapping]:
    """Return every `<type>/<major>/mapping.yaml` below a folder, compiled.

    Args:
        certificates: The folder of certificate types; `parts/*.yaml` in it are what mappings include.
        code_tables: The folder of ConceptMaps and NamingSystems.
        emitted: NamingSystem name → the URI to emit, where that is not the one that the file prefers.

    Raises:
        ConfigurationError: A file says something that the language has no word for, or names something that is not
            there; the text names the file and the place.
    """
    tables, parts = load_tables(code_tables, emitted), _parts_in(certificates)
    loaded = (_load(file, parts, tables) for file in sorted(certificates.glob("*/*/mapping.yaml")))
    return {mapping.kind: mapping for mapping in loaded}


def load_mapping(
    file: Path, certificates: Path, code_tables: Path, emitted: Map[str, str] = MappingProxyType({})
) -> Mapping:
    """Return one mapping file, compiled, wherever its folder `<type>/<major>` lies.

    Args:
        file: The mapping file.
        certificates: The folder whose `parts/` it includes.
        code_tables: The folder of ConceptMaps and NamingSystems.
        emitted: As for `load_mappings`.

    Raises:
        ConfigurationError: As `load_mappings`.
    """
    return _load(file, _parts_in(certificates), load_tables(code_tables, emitted))


class _Parts(NamedTuple):
    folder: Path
    words: Map[str, Part]


def _parts_in(certificates: Path) -> _Parts:
    folder = certificates / "parts"
    return _Parts(folder, {file.stem: read_words(file, Part) for file in sorted(folder.glob("*.yaml"))})


def _load(file: Path, parts: _Parts, tables: Tables) -> Mapping:
    try:
        return _compile(file, read_words(file, MappingFile), parts.words, tables)
    except _BadRule as bad:
        raise ConfigurationError(f"{RulePlaces(file, parts.folder).of(bad.rule)}: {bad}") from None


def _compile(file: Path, words: MappingFile, parts: Map[str, Part], tables: Tables) -> Mapping:
    where = "/".join(file.parts[-3:])
    if file.parts[-3:-1] != (words.certificate.lower(), str(words.major)):
        raise ConfigurationError(f"{where}: certificate and major have to be the folder's")
    rules = whole(words, parts, where)
    compiled = tuple(_rule(name, rule, words, tables, where) for name, rule in rules.resources.items())
    _check_references(rules, where)
    return Mapping(
        CertificateKind(words.certificate, words.major),
        words.title,
        words.sections,
        _rule("composition", _as_resource(rules.composition), words, tables, where),
        compiled,
        _of_sections(
            {section: (one.when, one.text) for section, one in rules.withheld.items()}, words, f"{where}: withheld"
        ),
        _of_sections(
            {section: (one.when, one.why) for section, one in rules.never_withheld.items()},
            words,
            f"{where}: never_withheld",
        ),
        _ignoring(rules.ignore),
    )


def _as_resource(composition: CompositionRule) -> ResourceRule:
    return ResourceRule.model_construct(resource="Composition", elements=composition.elements)


class _BadRule(ConfigurationError):
    """A rule that cannot be compiled."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule


def _rule(name: str, rule: ResourceRule, words: MappingFile, tables: Tables, where: str) -> Rule:
    try:
        return _compiled(name, rule, words, tables, f"{where}: {name}")
    except ConfigurationError as error:
        raise _BadRule(name, str(error)) from None


def _compiled(name: str, rule: ResourceRule, words: MappingFile, tables: Tables, full_name: str) -> Rule:
    if rule.section is not None:
        _check_section(rule.section, words, full_name)
    if rule.each is None and any(map(_is_below, rule.elements.values())):
        raise ConfigurationError(f"{full_name}: ./ has to stand below something that repeats")
    element = compile_elements(rule.elements, full_name, tables)
    if not element.counts:
        raise ConfigurationError(f"{full_name} takes nothing from the certificate")
    return Rule(
        name,
        rule.resource,
        rule.section,
        *_each(rule.each, full_name),
        _condition(rule.when),
        _condition(rule.unless),
        element.build,
        tuple(compile_template(line, rule.elements, full_name) for line in rule.text),
        _label(rule),
    )


def _label(rule: ResourceRule) -> dict[str, object]:
    label: dict[str, object] = {}
    if rule.profile:
        label["profile"] = [f"{PROFILE_BASE}/{rule.profile}"]
    if rule.section:
        label["security"] = [{"system": SECTION_SYSTEM, "code": rule.section}]
    return label


def _is_below(value: Value) -> bool:
    return isinstance(value, Take) and any(source.startswith(BELOW) for source in value.sources)


def _of_sections(
    sections: Map[str, tuple[Said, str]], words: MappingFile, name: str
) -> tuple[tuple[str, Condition, str], ...]:
    for section in sections:
        _check_section(section, words, name)
    return tuple((section, _condition(when), text) for section, (when, text) in sections.items())


def _check_section(section: str, words: MappingFile, name: str) -> None:
    if section not in words.sections:
        raise ConfigurationError(f"{name}: there is no section {section}")


def _condition(said: Said) -> Condition:
    return tuple(
        (source_of(node).finder(), None if values == "any" else frozenset(values)) for node, values in said.items()
    )


def _each(each: str | None, name: str) -> tuple[tuple[int, int] | None, slice]:
    """Return the span of questions that a rule repeats over, and which of their answers it takes."""
    if each is None:
        return None, slice(None)
    match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9})|\[([1-9][0-9]{0,8})\])?", each)
    if match is None:
        raise ConfigurationError(f"{name}: each has to name a question, a span of them, or one answer")
    answers = slice(int(match[3]) - 1, int(match[3])) if match[3] else slice(None)
    return (int(match[1]), int(match[2] or match[1])), answers


def _check_references(rules: Whole, where: str) -> None:
    known, before = {*rules.resources, "composition"}, set[str]()
    for name, elements in [("composition", rules.composition.elements)] + [
        (name, rule.elements) for name, rule in rules.resources.items()
    ]:
        for path, value in elements.items():
            if isinstance(value, Refer) and value.reference not in known:
                raise _BadRule(name, f"{where}: {name}.{path}: there is no rule {value.reference}")
            if isinstance(value, ReferToAll) and value.references not in before:
                raise _BadRule(name, f"{where}: {name}.{path}: there is no rule {value.references} before it")
        before.add(name)


def _ignoring(ignore: Map[str, str]) -> Callable[[str], str | None]:
    patterns = [(ignored_nodes(pattern), why) for pattern, why in ignore.items()]

    # Certificates of one type have the same paths, all but the odd one.
    @lru_cache(maxsize=4096)
    def reason(path: str) -> str | None:
        return next((why for pattern, why in patterns if pattern.fullmatch(path)), None)

    return reason


def ignored_nodes(pattern: str) -> re.Pattern[str]:
    """Return what matches the source paths that a pattern of `ignore` names."""
    return re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")), re.DOTALL)
