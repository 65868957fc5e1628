"""A payload that is of no use to anybody without its permit."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.permits.permit import Used

if TYPE_CHECKING:
    from gateway.permits.permit import Permit

_NONCE = 12
"""Bytes. Source: NIST SP 800-38D §8.2."""

_SEAL = AESGCM(AESGCM.generate_key(256))
_USED = Used()


@dataclass(frozen=True, slots=True)
class Sealed:
    """Bytes that leave only as their permit says. What lies in it is encrypted under a key of this process."""

    _content: bytes = field(repr=False)

    @classmethod
    def of(cls, payload: bytes) -> Sealed:
        """Return a payload, sealed."""
        nonce = secrets.token_bytes(_NONCE)
        return cls(nonce + _SEAL.encrypt(nonce, payload, None))

    def open(self, permit: Permit, address: str) -> bytes:
        """Return the payload, and use the permit up.

        Args:
            permit: What lets it leave.
            address: Where whoever opens it is going to bring it, as the permit writes it.

        Raises:
            NotPermitted: The permit is forged, altered, used, or for another address or payload.
            PermitOver: It is too late.
        """
        payload = _SEAL.decrypt(self._content[:_NONCE], self._content[_NONCE:], None)
        permit.check(address, hashlib.sha256(payload).hexdigest())
        _USED.use(permit)
        return payload
