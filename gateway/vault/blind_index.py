"""Looking up what cannot be read: the same value has the same keyed hash, in its own column."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

_REMEMBERED = 10_000
"""How many values are not hashed anew: one that is being dealt with is asked for many times."""

_KEPT_BYTES = 16
"""How much of the hash is kept. Source: RFC 2104 §5, no less than half; by chance two of 10^9 are alike: 10^-21."""


class BlindIndex:
    """Hashes with HMAC-SHA-256 (RFC 2104) under a key of its own for each column.

    A hash without a key would hide nothing: of all personal identity numbers there are no more than can be tried.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._begun: dict[str, hmac.HMAC] = {}
        self._remembered = lru_cache(_REMEMBERED)(self._hashed)

    def of(self, column: str, *values: str) -> str:
        """Return what stands for these values, taken together, in a column: 32 hexadecimal digits."""
        return self._remembered(column, values)

    def _hashed(self, column: str, values: tuple[str, ...]) -> str:
        hashed = self._of_column(column).copy()
        for value in values:
            encoded = value.encode()
            hashed.update(len(encoded).to_bytes(4, "big") + encoded)
        return hashed.digest()[:_KEPT_BYTES].hex()

    def _of_column(self, column: str) -> hmac.HMAC:
        begun = self._begun.get(column)
        if begun is None:
            own = hmac.digest(self._secret, column.encode(), "sha256")
            begun = self._begun[column] = hmac.new(own, digestmod=hashlib.sha256)
        return begun
