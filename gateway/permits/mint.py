"""Where permits are made. The import contracts let the gate alone come here."""

from __future__ import annotations

import hashlib
from time import monotonic
from typing import TYPE_CHECKING

from gateway.permits.permit import LIFE, Permit
from gateway.permits.release import Release
from gateway.permits.sealing import Sealed

if TYPE_CHECKING:
    from gateway.documents import InformationSet
    from gateway.identity import OrganisationNumber
    from gateway.permits.release import Errand


def mint(information_set: InformationSet, organisation: OrganisationNumber, ground: str, errand: Errand) -> Release:
    """Return a set as one that may leave this way, within LIFE seconds."""
    permit = Permit(
        organisation=organisation,
        address=errand.address,
        set_id=information_set.id,
        payload_sha256=hashlib.sha256(information_set.body).hexdigest(),
        attempt=errand.attempt,
        not_after=monotonic() + LIFE,
    )
    return Release(
        permit.signed(), Sealed.of(information_set.body), information_set.person, ground, errand.idempotency_key
    )
