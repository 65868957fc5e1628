"""What is kept of the messages that revoke certificates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.documents import Envelope
    from gateway.identity import CertificateId, MessageId, PersonIdentity


@dataclass(frozen=True, slots=True)
class Revocation:
    """One message that revokes a certificate."""

    id: MessageId
    certificate: CertificateId
    person: PersonIdentity
    """Whom the sender says that the certificate is about; it counts for no certificate about anybody else."""
    envelope: Envelope
    is_by_another: bool = False
    """Whether it says that it is sent by another organisation than the one that issued the certificate."""


class RevocationState(Enum):
    """What became of a revocation."""

    DONE = auto()
    """The certificate is revoked."""
    AHEAD = auto()
    """It came before its certificate: that one will be revoked when it comes."""
    ALREADY = auto()
    """The certificate was revoked before; nothing changed."""
