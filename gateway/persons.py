"""Whose numbers a gateway takes in: those of people who exist, or those of people who do not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from gateway.errors import InvalidIdentity

if TYPE_CHECKING:
    from gateway.identity import OrganisationNumber, PersonIdentity


class Persons(StrEnum):
    """What the gateway is for, as the setting `persons` says."""

    TEST = "test"
    """Trying things: a number that could be somebody's is refused."""
    REAL = "real"
    """Production: a number that is nobody's is refused."""

    def admit(self, person: PersonIdentity) -> None:
        """Return if the number may be taken in.

        Raises:
            InvalidIdentity: It may not; the text says why and never the number.
        """
        if self is Persons.TEST:
            if not person.is_nobodys:
                raise InvalidIdentity("Numret kan vara en verklig persons; här tas bara testpersoner emot")
        elif not person.has_check_digit:
            raise InvalidIdentity("Personnumrets kontrollsiffra stämmer inte")
        elif person.is_nobodys:
            raise InvalidIdentity("Numret är en testpersons; här tas bara verkliga personer emot")

    def admit_organisation(self, organisation: OrganisationNumber) -> None:
        """Return if the number may be taken in; organisations that exist may be tried with too.

        Raises:
            InvalidIdentity: It may not.
        """
        if self is Persons.REAL and not organisation.has_check_digit:
            raise InvalidIdentity("Organisationsnumrets kontrollsiffra stämmer inte")
