"""Who can be reached: the organisations that an operator has configured, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.client_certificates import WARNED_OF
from gateway.log import LogLine, log
from gateway.permits import address_of, place_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.client_certificates import ClientCertificate
    from gateway.identity import OrganisationNumber, RecipientKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation that takes information sets, and where."""

    name: str
    kind: RecipientKind
    organisation: OrganisationNumber
    endpoint: str
    certificate: ClientCertificate | None = None
    """What it is shown that tells who we are; None where it is shown nothing."""
    only_newest: bool = False
    """Whether it is sent nothing of a certificate while something that replaces it is on its way."""

    @property
    def address(self) -> str:
        """Where it is reached, as a permit writes it."""
        return address_of(self.endpoint)

    @property
    def place(self) -> str:
        """The part of its address that is told, `host:port`: what follows it may hold a secret."""
        return place_of(self.endpoint)


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

    def warn_of_certificates(self, now: datetime) -> None:
        """Log which of the certificates that they are shown run out within thirty days, or have run out."""
        for one in self.all:
            if one.certificate is not None and one.certificate.ends_at < now + WARNED_OF:
                log(LogLine.CERTIFICATE_ENDS, recipient=one.name, days=one.certificate.days_left(now))
