"""AES-256-GCM (NIST SP 800-38D) with a nonce at random: nonce, ciphertext and tag in one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag

from gateway.errors import Tampered

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
"""Source: NIST SP 800-38D §8.2.2. At random, one key is good for 2^32 messages."""


def encrypted(cipher: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    """Return the plain bytes encrypted, of no use anywhere but where they are bound to."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, bound_to)


def decrypted(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the plain bytes.

    Raises:
        Tampered: They were changed, stand where they were not put, or were encrypted with another key.
    """
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise Tampered("What is kept is not as it was sealed, or not where") from None
