"""Leave for a hash: a request for a time-stamp may go to its authority, for it says nothing of anybody.

The import contracts let one module come here. What it can send is a request of RFC 3161, and those hold a hash.
"""

from __future__ import annotations

import hashlib
import uuid
from time import monotonic
from typing import TYPE_CHECKING

from gateway.errors import NotPermitted
from gateway.permits.permit import LIFE, Permit
from gateway.permits.release import Leaving
from gateway.permits.sealing import Sealed

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest

_LONGEST = 128
"""Bytes: an algorithm, its hash and a nonce take some seventy, and nothing else has room."""


def release_hash(request: TimeStampRequest, address: str) -> Leaving:
    """Return a request as one that may leave to this address, within LIFE seconds.

    Raises:
        NotPermitted: It is longer than a request for a hash is.
    """
    body = request.as_bytes()
    if len(body) > _LONGEST:
        raise NotPermitted("Not permitted: a request for a time-stamp holds a hash and no more")
    permit = Permit(
        organisation=None,
        address=address,
        set_id="",
        payload_sha256=hashlib.sha256(body).hexdigest(),
        attempt=f"stamp/{uuid.uuid4()}",
        not_after=monotonic() + LIFE,
    )
    return Leaving(permit.signed(), Sealed.of(body))
