"""Whose a consent is, where it is about somebody with a Swedish number: two official systems name the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.decisions import Coding
from gateway.errors import InvalidIdentity
from gateway.identity import PERSON_SYSTEMS, PersonIdentity

if TYPE_CHECKING:
    from gateway.consent.provisions import Name

_SYSTEM = next(iter(PERSON_SYSTEMS))


def as_person(name: Name) -> Name:
    """Return what somebody is called so that two which call the same person are alike: the number says its kind."""
    return Coding(_SYSTEM, name.code) if isinstance(name, Coding) and name.system in PERSON_SYSTEMS else name


def is_no_number(identifier: Coding) -> bool:
    """Say whether an identifier claims to be a person's number, and is none: nobody can tell whose it is."""
    if identifier.system not in PERSON_SYSTEMS:
        return False
    try:
        number = PersonIdentity(identifier.code)
    except InvalidIdentity:
        return True
    return not number.is_of(identifier.system)
