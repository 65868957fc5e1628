"""Whether a document follows the profiles that its resources name.

Each resource is judged by the profiles in its `meta.profile`, all of which have to be at hand, or by FHIR's own
definition of its type where it names none; then the document as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import jsonschema_rs

from gateway.errors import ConfigurationError
from gateway.profiles.definitions import load_definitions
from gateway.profiles.elements import CORE
from gateway.profiles.graph import Node, broken
from gateway.profiles.invariants import keeps
from gateway.profiles.references import Found, Places
from gateway.profiles.schema import schemas_of
from gateway.profiles.wording import path_of_reference, path_to, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gateway.documents import Resource
    from gateway.profiles.references import Asked, Place


_ANY = frozenset({CORE + "Resource"})


class Violation(NamedTuple):
    """One thing about a document that its profiles do not allow."""

    resource: str
    """The id of the resource; that of the Bundle where it is about the document as a whole."""
    type: str
    path: str
    """The element, as FHIRPath writes it; empty where it is the resource itself."""
    reason: str
    profile: str
    """The name of the profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A definition, made ready to judge by."""

    name: str
    validator: jsonschema_rs.Validator = field(repr=False)
    place: Place = field(repr=False)
    """Where its resources hold what more is asked of than the validator knows."""
    lineage: frozenset[str] = field(repr=False)
    """Its own address, and those of what it is derived from."""


class _Judged(NamedTuple):
    resource: Resource
    """Kept, so that nothing else can have its place in memory while the judge remembers it."""
    violations: Sequence[Violation]
    node: Node


class Judge:
    """Judges the Bundles made of one document: a resource that several of them have is judged once.

    Args:
        profiles: The profiles by address.
    """

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = profiles
        self._judged: dict[int, _Judged] = {}

    def violations(self, bundle: Resource) -> list[Violation]:
        """Return what a document Bundle's profiles do not allow of it and of its resources; none where all is well."""
        found = list(self._of_resource(bundle).violations)
        nodes: dict[str, Node] = {}
        for entry in bundle["entry"]:
            resource = entry["resource"]
            judged = self._judged.get(id(resource)) or self._remembered(resource)
            found += judged.violations
            nodes[entry["fullUrl"]] = judged.node
        for url, target, reason in broken(nodes):
            resource = next(entry["resource"] for entry in bundle["entry"] if entry["fullUrl"] == url)
            path = path_of_reference(target, resource) or ""
            found.append(Violation(resource["id"], resource["resourceType"], path, reason, ""))
        return found

    def _remembered(self, resource: Resource) -> _Judged:
        judged = self._judged[id(resource)] = self._of_resource(resource)
        return judged

    def _of_resource(self, resource: Resource) -> _Judged:
        named = resource.get("meta", {}).get("profile")
        violations: list[Violation] = []
        found = Found()
        lineage: frozenset[str] = frozenset()
        for url in named or (CORE + resource["resourceType"],):
            profile = self._profiles.get(url)
            if profile is None:
                violations.append(_unknown(resource, url, is_named=bool(named)))
                continue
            asked = len(found.asked)
            profile.place.find(resource, found)
            unkept = [one for one in found.asked[asked:] if not keeps(*one)]
            if unkept or not profile.validator.is_valid(resource):
                violations += _violations(resource, profile, unkept)
            lineage = lineage | profile.lineage if lineage else profile.lineage
        return _Judged(resource, violations, Node(found.references, found.targets, lineage or _ANY))


def _unknown(resource: Resource, url: str, *, is_named: bool) -> Violation:
    what = ("meta.profile", "profilen är inte känd") if is_named else ("resourceType", "typen är inte känd")
    return Violation(resource["id"], resource["resourceType"], *what, url)


def _violations(resource: Resource, profile: Profile, unkept: Sequence[Asked]) -> Iterator[Violation]:
    wrong = {told(error) for error in profile.validator.iter_errors(resource)}
    for key, value in unkept:
        wrong.add((path_to(value, resource), f"bryter {key}"))
    for path, reason in sorted(wrong):
        yield Violation(resource.get("id", ""), resource["resourceType"], path, reason, profile.name)


def load_profiles(folder: Path) -> Mapping[str, Profile]:
    """Return the definitions of a folder, FHIR's own and ours, made ready to judge by; by address.

    Raises:
        ConfigurationError: A definition says what is not understood here; the text names it.
    """
    definitions = load_definitions(folder)
    schemas = dict(schemas_of(definitions))
    registry = jsonschema_rs.Registry(schemas.items())
    places = Places(definitions)
    profiles = {}
    for url, structure in definitions.structures.items():
        if structure.kind != "resource" or url not in schemas:
            continue
        try:
            validator = jsonschema_rs.Draft202012Validator(
                {"$ref": url},
                registry=registry,
                validate_formats=True,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        except ValueError as error:
            raise ConfigurationError(f"{url}: {error}") from None
        profiles[url] = Profile(url.rpartition("/")[2], validator, places.of(url), definitions.lineage(url))
    return profiles
