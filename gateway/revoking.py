"""Revocations in: a certificate that should never have been issued.

What has not left is cancelled, in the transaction that keeps the revocation. A revocation may overtake its
certificate: then it waits for it, and what comes is never released.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from gateway.deliveries import DeliveryState, cancelled
from gateway.identity import MessageId
from gateway.log import LogLine, log
from gateway.revocations import Revocation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.deliveries import Delivery
    from gateway.documents import Envelope
    from gateway.identity import DeliveryId
    from gateway.parts import Intake
    from gateway.revocations import RevocationState

_UNDER_WAY = frozenset({DeliveryState.SENDING, DeliveryState.UNKNOWN})
_OVER = frozenset({DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.CANCELLED})


def revoke(envelope: Envelope, gateway: Intake) -> RevocationState:
    """Take in a revocation: read it, keep it, and cancel what its recipients have not got.

    Raises:
        SenderError: The sender sent something it can correct; nothing was kept.
        UnknownCertificate: There is no such certificate, and revocations that come early are not kept here.
        CertificateConflict: The certificate is about somebody else.
        StoreUnavailable: Nothing can be kept just now.
    """
    certificate, person = gateway.rules.revocations.read(envelope.content)
    gateway.persons.admit(person)
    revocation = Revocation(MessageId(str(uuid.uuid4())), certificate, person, envelope)
    state = gateway.store.revoke(revocation, cancel, keep_early=gateway.keeps_early_revocations)
    log(LogLine.REVOKED, message=revocation.id, state=state.name)
    return state


def cancel(deliveries: Sequence[Delivery], may_have: AbstractSet[DeliveryId]) -> Iterator[Delivery]:
    """Yield the deliveries of a revoked certificate that stand otherwise now.

    Args:
        deliveries: All there are.
        may_have: Those of which an attempt may have been taken: they go on until that is known.
    """
    for one in deliveries:
        goes_on = one.state is DeliveryState.RETRY_WAIT and one.id in may_have
        if one.state not in _UNDER_WAY | _OVER and not goes_on:
            yield cancelled(one)
