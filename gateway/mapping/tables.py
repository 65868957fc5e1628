"""Code tables: FHIR ConceptMaps and NamingSystems, many codes and systems in, one canonical out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.errors import ConfigurationError
from gateway.systems import PROFILE_BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


CASELESS = f"{PROFILE_BASE}/skiftlage-saknar-betydelse"
"""The extension that says of a ConceptMap that its codes count alike in capitals and small letters."""


class Concept(NamedTuple):
    """A code as it is emitted."""

    system: str
    code: str
    display: str


class CaselessTable(Mapping[tuple[str, str], Concept]):
    """A table whose codes count alike in capitals and small letters.

    Args:
        rows: The rows, with their codes in capitals.
    """

    def __init__(self, rows: Mapping[tuple[str, str], Concept]) -> None:
        self._rows = rows

    def __getitem__(self, key: tuple[str, str]) -> Concept:
        system, code = key
        return self._rows[system, code.upper()]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True)
class Tables:
    """The code tables that mappings use."""

    concepts: Mapping[str, Mapping[tuple[str, str], Concept]] = field(repr=False)
    """ConceptMap name → (source system, source code) → concept."""
    systems: Mapping[str, str] = field(repr=False)
    """Any identifier of a system (OID, URN, URI) → the URI that is emitted."""
    named: Mapping[str, Mapping[str, str]] = field(repr=False)
    """NamingSystem name → its part of `systems`."""


def load_tables(folder: Path, emitted: Mapping[str, str] = MappingProxyType({})) -> Tables:
    """Return every `ConceptMap-*.json` and `NamingSystem-*.json` of a folder.

    Args:
        folder: Where they lie.
        emitted: NamingSystem name → the URI that is emitted instead of the one that the file prefers; one of its own.

    Raises:
        ConfigurationError: A file is no such resource, two say different things of the same code or system, or a
            system is to be emitted under a URI that is none of its own.
    """
    concepts: dict[str, Mapping[tuple[str, str], Concept]] = {}
    for file, content in _files(folder, "ConceptMap"):
        if content["name"] in concepts:
            raise ConfigurationError(f"{file.name}: another ConceptMap has the name {content['name']} too")
        concepts[content["name"]] = _table(file, content)
    systems: dict[str, str] = {}
    named: dict[str, Mapping[str, str]] = {}
    for file, content in _files(folder, "NamingSystem"):
        named[content["name"]] = dict(_systems(file, content, emitted.get(content["name"])))
        for alias, uri in named[content["name"]].items():
            if systems.setdefault(alias, uri) != uri:
                raise ConfigurationError(f"{file.name}: {alias} is named in another NamingSystem too")
    if unknown := emitted.keys() - named.keys():
        raise ConfigurationError(f"emitted_systems: there is no NamingSystem {min(unknown)}")
    return Tables(concepts, systems, named)


def _files(folder: Path, kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted(folder.glob(f"{kind}-*.json")):
        try:
            content = json.loads(file.read_bytes())
        except ValueError as error:
            raise ConfigurationError(f"{file.name}: {error}") from None
        if not isinstance(content, dict) or content.get("resourceType") != kind or not content.get("name"):
            raise ConfigurationError(f"{file.name} has to be a {kind} with a name")
        yield file, content


def _table(file: Path, concept_map: dict[str, Any]) -> Mapping[tuple[str, str], Concept]:
    rows = _once(file, _concepts(concept_map))
    is_caseless = any(one["url"] == CASELESS and one["valueBoolean"] for one in concept_map.get("extension", ()))
    if not is_caseless:
        return rows
    if small := next((code for _, code in rows if code != code.upper()), None):
        raise ConfigurationError(f"{file.name}: {small} has to stand in capitals where case does not count")
    return CaselessTable(rows)


def _concepts(concept_map: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Concept]]:
    for group in concept_map["group"]:
        for element in group["element"]:
            for target in element["target"]:
                yield (
                    (group["source"], element["code"]),
                    Concept(group["target"], target["code"], target["display"]),
                )


def _once(file: Path, pairs: Iterator[tuple[tuple[str, str], Concept]]) -> dict[tuple[str, str], Concept]:
    found: dict[tuple[str, str], Concept] = {}
    try:
        for key, concept in pairs:
            if not all(isinstance(word, str) for word in (*key, *concept)):
                raise ConfigurationError(f"{file.name}: systems, codes and displays have to be texts")
            if found.setdefault(key, concept) != concept:
                raise ConfigurationError(f"{file.name}: {key[1]} has two targets")
    except KeyError as missing:
        raise ConfigurationError(f"{file.name}: {missing} is missing") from None
    return found


def _systems(file: Path, naming_system: dict[str, Any], chosen: str | None) -> Iterator[tuple[str, str]]:
    ids = naming_system.get("uniqueId", ())
    if not all(isinstance(one, dict) and isinstance(one.get("value"), str) for one in ids):
        raise ConfigurationError(f"{file.name}: each uniqueId has to have a value")
    preferred = next((one["value"] for one in ids if one.get("preferred")), None)
    if preferred is None:
        raise ConfigurationError(f"{file.name} has no preferred uniqueId")
    uris = _uris(ids)
    if chosen is not None and chosen not in uris:
        raise ConfigurationError(f"emitted_systems.{naming_system['name']}: {file.name} has no such uri or oid")
    for alias in sorted({one["value"] for one in ids} | uris):
        yield alias, chosen or preferred


def _uris(ids: Iterable[dict[str, Any]]) -> set[str]:
    """Return what a system can be called in FHIR: its URIs, and its OIDs as URNs (RFC 3061)."""
    written = {"uri": "{}", "oid": "urn:oid:{}"}
    return {written[one["type"]].format(one["value"]) for one in ids if one.get("type") in written}
