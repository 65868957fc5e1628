"""Revocations in: a certificate that should never have been issued.

What has not left is cancelled, and what has left is followed by a notice, in the transaction that keeps the revocation.
A revocation may overtake its certificate: then it waits for it, and what comes is never released.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import orjson

from gateway.deliveries import DeliveryState, cancelled
from gateway.identity import DeliveryId, MessageId
from gateway.information_sets import notice_of
from gateway.log import LogLine, log
from gateway.notices import Notice
from gateway.revocations import Revocation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.documents import Envelope
    from gateway.notices import Had
    from gateway.parts import Intake
    from gateway.revocations import RevocationState
    from gateway.rules import Rules

_UNDER_WAY = frozenset({DeliveryState.SENDING, DeliveryState.UNKNOWN})
_OVER = frozenset({DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.CANCELLED})


def revoke(envelope: Envelope, gateway: Intake) -> RevocationState:
    """Take in a revocation: read it, keep it, cancel what its recipients have not got, and tell those who have got it.

    Raises:
        SenderError: The sender sent something it can correct; nothing was kept.
        UnknownCertificate: There is no such certificate, and revocations that come early are not kept here.
        CertificateConflict: The certificate is about somebody else.
        StoreUnavailable: Nothing can be kept just now.
    """
    certificate, person, is_by_another = gateway.rules.revocations.read(envelope.content)
    gateway.persons.admit(person)
    revocation = Revocation(MessageId(str(uuid.uuid4())), certificate, person, envelope, is_by_another)
    tell = partial(notice, gateway.rules, envelope.received_at)
    state = gateway.store.revoke(revocation, cancel, tell, keep_early=gateway.keeps_early_revocations)
    log(LogLine.REVOKED, message=revocation.id, state=state.name, by_another=is_by_another)
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


def notice(rules: Rules, at: datetime, had: Had) -> Notice:
    """Return what an organisation is told that has got a set of a certificate which is revoked now.

    The gate decides on it as on the set itself, when it is its turn.
    """
    bundle = notice_of(orjson.loads(had.body), had.bundles, at)
    problems = tuple(rules.problems_of(bundle))
    delivery = replace(
        had.delivery,
        id=DeliveryId(str(uuid.uuid4())),
        state=DeliveryState.HELD_PROFILE if problems else DeliveryState.READY,
        reason="profile" if problems else "certificate-revoked",
        due_at=None if problems else at,
        attempts=0,
        fence=0,
        began_at=None,
        is_notice=True,
        arrived_at=None,
    )
    return Notice(bundle["id"], delivery, orjson.dumps(bundle), problems)
