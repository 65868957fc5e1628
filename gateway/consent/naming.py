"""Words of ours in a consent that name nothing: a misspelt section would be denied in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.errors import Problem
from gateway.systems import PURPOSE_SYSTEM, SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet


class KnownWords(NamedTuple):
    """The codes of our own systems that name something."""

    sets: AbstractSet[str]
    sections: AbstractSet[str]
    purposes: AbstractSet[str]


def unknown_words(resource: Mapping[str, Any], known: KnownWords) -> Iterator[Problem]:
    """Yield each place of a Consent, as read_consent gave it, that names a set or section that there is not.

    So with a purpose that is denied; to permit one that no set has yet does no harm.
    """
    root = resource["provision"]
    yield from _unknown(root, "Consent.provision", known)
    for n, nested in enumerate(root.get("provision", ())):
        yield from _unknown(nested, f"Consent.provision.provision[{n}]", known)


def _unknown(provision: Mapping[str, Any], path: str, known: KnownWords) -> Iterator[Problem]:
    words = [("class", SET_SYSTEM, known.sets), ("securityLabel", SECTION_SYSTEM, known.sections)]
    if provision["type"] == "deny":
        words.append(("purpose", PURPOSE_SYSTEM, known.purposes))
    for element, system, codes in words:
        for n, coding in enumerate(provision.get(element, ())):
            if coding.get("system") == system and coding.get("code") not in codes:
                yield Problem(f"{path}.{element}[{n}].code", "names nothing that there is")
