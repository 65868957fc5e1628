"""Whom a consent names, so that a set finds its way there; whether it may go is the gate's to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gateway.consent.lenient import object_in, objects_in
from gateway.consent.vocabulary import ORGANISATION_SYSTEM
from gateway.errors import InvalidIdentity
from gateway.identity import OrganisationNumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def named_organisations(resource: Mapping[str, Any]) -> Sequence[OrganisationNumber]:
    """Return the organisations that a Consent's permits name, each once, in the order in which it names them.

    A nested permit without actors is its parent's. What cannot be read is passed over: nothing is raised.
    """
    root = resource.get("provision") if isinstance(resource, Mapping) else None
    if not isinstance(root, Mapping):
        return ()
    named: dict[OrganisationNumber, None] = {}
    for provision in (root, *objects_in(root, "provision")):
        if provision.get("type") == "permit":
            named.update(dict.fromkeys(_organisations(provision if "actor" in provision else root)))
    return tuple(named)


def _organisations(provision: Mapping[str, Any]) -> Iterator[OrganisationNumber]:
    for actor in objects_in(provision, "actor"):
        identifier = object_in(object_in(actor, "reference"), "identifier")
        value = identifier.get("value")
        if identifier.get("system") == ORGANISATION_SYSTEM and isinstance(value, str):
            yield from _number(value)


def _number(value: str) -> Iterator[OrganisationNumber]:
    try:
        yield OrganisationNumber(value)
    except InvalidIdentity:
        # The gate does not understand this consent either, and says so when it is asked.
        return
