"""Words of ours in a consent that name nothing: a misspelt section would be denied in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.errors import Problem
from gateway.systems import SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet


def unknown_words(resource: Mapping[str, Any], sets: AbstractSet[str], sections: AbstractSet[str]) -> Iterator[Problem]:
    """Yield each place of a Consent, as read_consent gave it, that names a set or section that there is not.

    Args:
        resource: The Consent.
        sets: The names of the sets that there are.
        sections: The codes of their sections.
    """
    root = resource["provision"]
    yield from _unknown(root, "Consent.provision", sets, sections)
    for n, nested in enumerate(root.get("provision", ())):
        yield from _unknown(nested, f"Consent.provision.provision[{n}]", sets, sections)


def _unknown(
    provision: Mapping[str, Any], path: str, sets: AbstractSet[str], sections: AbstractSet[str]
) -> Iterator[Problem]:
    for element, system, known in (("class", SET_SYSTEM, sets), ("securityLabel", SECTION_SYSTEM, sections)):
        for n, coding in enumerate(provision.get(element, ())):
            if coding.get("system") == system and coding.get("code") not in known:
                yield Problem(f"{path}.{element}[{n}].code", "names nothing that there is")
