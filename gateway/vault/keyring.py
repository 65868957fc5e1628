"""Keys as they are kept: made, wrapped, and opened again."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.vault.aead import KEY_BYTES
from gateway.vault.blind_index import BlindIndex
from gateway.vault.data_keys import KEY_ID_BYTES, DataKey

if TYPE_CHECKING:
    from gateway.vault.key_encryption import KeyEncryption, Wrapped

_INDEX = "index"
"""What the index key is wrapped for; a data key is wrapped for its id."""

_REMEMBERED = 10_000
"""How many data keys are remembered once they are opened: a key service answers in milliseconds."""


class KeyRing:
    """Makes and opens keys with a key-encryption key.

    A key that is remembered is opened only for whoever has it wrapped: once it is destroyed where it is kept, nobody
    has.
    """

    def __init__(self, encryption: KeyEncryption) -> None:
        self._encryption = encryption
        self._opened = lru_cache(_REMEMBERED)(self._open)

    @property
    def current(self) -> str:
        """The id of the newest key-encryption key."""
        return self._encryption.current

    def renew(self) -> str:
        """Let a new key-encryption key be the newest; return its id, or raise ConfigurationError."""
        return self._encryption.renew()

    def make_data_key(self, by: str) -> tuple[DataKey, Wrapped]:
        """Return a new data key, and the same wrapped by a key-encryption key, to be kept.

        Raises:
            ConfigurationError: That key is missing.
        """
        id_, secret = secrets.token_hex(KEY_ID_BYTES), secrets.token_bytes(KEY_BYTES)
        return DataKey(id_, secret), self._encryption.wrap(secret, _of_data(id_), by)

    def data_key(self, id_: str, wrapped: Wrapped) -> DataKey:
        """Return a data key that was kept.

        Raises:
            ConfigurationError: It was wrapped by a key that is missing.
            Tampered: It was changed, or is the key of another id.
        """
        return self._opened(id_, wrapped)

    def make_index(self) -> Wrapped:
        """Return a new index key, wrapped by the newest key-encryption key, to be kept."""
        return self._encryption.wrap(secrets.token_bytes(KEY_BYTES), _INDEX, self.current)

    def index(self, wrapped: Wrapped) -> BlindIndex:
        """Return the index of a key that was kept; raise as `data_key` does."""
        return BlindIndex(self._encryption.unwrap(wrapped, _INDEX))

    def rewrapped_data_key(self, id_: str, wrapped: Wrapped, by: str) -> Wrapped:
        """Return the same data key, wrapped by another key-encryption key."""
        return self._rewrapped(wrapped, _of_data(id_), by)

    def rewrapped_index(self, wrapped: Wrapped, by: str) -> Wrapped:
        """Return the same index key, wrapped by another key-encryption key."""
        return self._rewrapped(wrapped, _INDEX, by)

    def _open(self, id_: str, wrapped: Wrapped) -> DataKey:
        return DataKey(id_, self._encryption.unwrap(wrapped, _of_data(id_)))

    def _rewrapped(self, wrapped: Wrapped, purpose: str, by: str) -> Wrapped:
        return self._encryption.wrap(self._encryption.unwrap(wrapped, purpose), purpose, by)


def _of_data(id_: str) -> str:
    return f"data {id_}"
