"""Who can be reached: the organisations that an operator has configured, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.permits import address_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.identity import OrganisationNumber, RecipientKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation that takes information sets, and where."""

    name: str
    kind: RecipientKind
    organisation: OrganisationNumber
    endpoint: str

    @property
    def address(self) -> str:
        """Where it is reached, as a permit writes it: `host:port`."""
        return address_of(self.endpoint)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Every organisation that can be reached."""

    all: Sequence[Recipient]

    def of(self, organisation: OrganisationNumber) -> Recipient | None:
        """Return the recipient that is this organisation, or None where nobody configured is."""
        return next((one for one in self.all if one.organisation == organisation), None)

    def of_kind(self, kind: RecipientKind) -> Sequence[Recipient]:
        """Return every recipient of a kind."""
        return [one for one in self.all if one.kind == kind]
