"""Leave for hashes: what asks for a time-stamp or for a witness may go there, for it says nothing of anybody.

The import contracts let two modules come here. What they can send is a request of RFC 3161, and those hold a hash, or a
checkpoint of a log: hashes, numbers, signatures and names of logs.
"""

from __future__ import annotations

import hashlib
import re
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

_HASH = rb"[A-Za-z0-9+/]{43}=\n"
_NUMBER = rb"[0-9]{1,19}\n"
_LOG = rb"samsyn/[0-9a-f]{16}"

_CHECKPOINT = re.compile(
    rb"old %b(?:%b){0,63}\n%b\n%b%b\n\xe2\x80\x94 %b [A-Za-z0-9+/]{90,92}={0,2}\n"
    % (_NUMBER, _HASH, _LOG, _NUMBER, _HASH, _LOG)
)
"""A checkpoint of a log of ours, with its signature and with what shows that it goes on from an earlier one."""


def release_hash(request: TimeStampRequest, address: str) -> Leaving:
    """Return a request as one that may leave to this address, within LIFE seconds.

    Raises:
        NotPermitted: It is longer than a request for a hash is.
    """
    body = request.as_bytes()
    if len(body) > _LONGEST:
        raise NotPermitted("Not permitted: a request for a time-stamp holds a hash and no more")
    return _released(body, address)


def release_checkpoint(asked: bytes, address: str) -> Leaving:
    """Return what a witness is asked as a request that may leave to this address, within LIFE seconds.

    Raises:
        NotPermitted: It is something else than a checkpoint of a log.
    """
    if not _CHECKPOINT.fullmatch(asked):
        raise NotPermitted("Not permitted: what a witness is asked holds a checkpoint and no more")
    return _released(asked, address)


def _released(body: bytes, address: str) -> Leaving:
    permit = Permit(
        organisation=None,
        address=address,
        set_id="",
        payload_sha256=hashlib.sha256(body).hexdigest(),
        attempt=f"hash/{uuid.uuid4()}",
        not_after=monotonic() + LIFE,
    )
    return Leaving(permit.signed(), Sealed.of(body))
