"""Keys that seal values. A sealed value tells which key opens it, and opens in its own place only."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import Tampered
from gateway.vault.aead import decrypted, encrypted

KEY_ID_BYTES = 16
_FORM = b"\x01"
"""The form of a sealed value: this byte, the key's id, then nonce, ciphertext and tag."""
_HEAD = len(_FORM) + KEY_ID_BYTES


class Place(NamedTuple):
    """Where a sealed value is kept."""

    table: str
    column: str
    row: str

    @property
    def bound(self) -> bytes:
        """The place as it is bound to the value: each part behind its length, so that no two places are alike."""
        return _bound_in(self.table, self.column) + _behind_length(self.row)


@cache
def _bound_in(table: str, column: str) -> bytes:
    return _FORM + _behind_length(table) + _behind_length(column)


def _behind_length(part: str) -> bytes:
    encoded = part.encode()
    return len(encoded).to_bytes(4, "big") + encoded


class DataKey:
    """A key of 256 bits.

    Args:
        id_: 16 bytes, in hexadecimal.
        secret: The key itself.
    """

    __slots__ = ("_cipher", "_head", "id")

    def __init__(self, id_: str, secret: bytes) -> None:
        self.id = id_
        self._head = _FORM + bytes.fromhex(id_)
        self._cipher = AESGCM(secret)

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return a value, sealed for this place; 45 bytes longer than it was."""
        return self._head + encrypted(self._cipher, plain, place.bound)

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return the value that was sealed for this place.

        Raises:
            Tampered: It was changed, stands in another place, or was sealed with another key.
        """
        if not sealed.startswith(self._head):
            raise Tampered("What is kept is sealed with another key")
        return decrypted(self._cipher, sealed[_HEAD:], place.bound)


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that opens a sealed value.

    Raises:
        Tampered: It is no sealed value.
    """
    if len(sealed) < _HEAD or not sealed.startswith(_FORM):
        raise Tampered("What is kept is not sealed")
    return sealed[len(_FORM) : _HEAD].hex()
