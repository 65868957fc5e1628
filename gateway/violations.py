"""What breaks a profile, told to an engineer: where in FHIR, which rule made it, and the source nodes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.mapping.paths import element_of
from gateway.profiles import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.documents import Document, Origin, Resource
    from gateway.profiles import Profile, Violation


def problems_of(profiles: Mapping[str, Profile], bundle: Resource) -> list[Problem]:
    """Return what is wrong with a Bundle that no rule of a mapping made; never with a value of it."""
    return [Problem(_place(one), _reason(one)) for one in Judge(profiles).violations(bundle)]


class ProfileCheck:
    """Asks whether the Bundles made of one document follow their profiles.

    Args:
        profiles: The profiles by address.
        document: The document.
    """

    def __init__(self, profiles: Mapping[str, Profile], document: Document) -> None:
        self._judge = Judge(profiles)
        self._document = document

    def problems(self, bundle: Resource) -> list[Problem]:
        """Return what is wrong with a Bundle; never with a value of it."""
        return [self._told(one) for one in self._judge.violations(bundle)]

    def _told(self, violation: Violation) -> Problem:
        origins = list(self._origins(violation))
        rules = ", ".join(dict.fromkeys(one.rule for one in origins)) or self._rule(violation.resource)
        nodes = ", ".join(dict.fromkeys(node for one in origins for node in one.sources))
        told = [_reason(violation), f"regel {rules}" if rules else "", f"ur {nodes}" if nodes else ""]
        return Problem(_place(violation), "; ".join(filter(None, told)))

    def _origins(self, violation: Violation) -> Iterator[Origin]:
        """Yield where the element's values came from, and those inside it; a set may have moved the rest of a list."""
        element = element_of(violation.path)
        for one in self._document.origins:
            made = element_of(one.path)
            if one.resource == violation.resource and (made == element or made.startswith(f"{element}.")):
                yield one

    def _rule(self, resource: str) -> str:
        """Return the name of the rule that made a resource; empty for the Bundle, which no rule makes."""
        made = (self._document.composition, *self._document.resources)
        return next((mapped.rule for mapped in made if mapped.resource.get("id") == resource), "")


def _place(violation: Violation) -> str:
    return f"{violation.type}.{violation.path}" if violation.path else violation.type


def _reason(violation: Violation) -> str:
    return f"{violation.reason} (profil {violation.profile})" if violation.profile else violation.reason
