"""A key-encryption key in a file: a line of base64 for each version, 32 random bytes; the last one is current."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import ConfigurationError
from gateway.private_files import alone_in, make_private, read_private, replace_private
from gateway.vault.aead import KEY_BYTES, decrypted, encrypted
from gateway.vault.key_encryption import Wrapped, refuse_unless_known

if TYPE_CHECKING:
    from pathlib import Path

_WHAT = "The key file"


class FileKeys:
    """Wraps with the keys of a file; fits `KeyEncryption`.

    The id of a key tells which it is and nothing of what it is, so that a wrong key is known before it is used. Another
    process may add a key: it is found when it is asked for.

    Raises:
        ConfigurationError: The file is missing, holds something else, or can be read by others than its owner.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read()

    @property
    def current(self) -> str:
        """The id of the key that stands last."""
        self._read()
        return next(reversed(self._ciphers))

    def knows(self, id_: str) -> bool:
        """Say whether the file has this key."""
        if id_ not in self._ciphers:
            self._read()
        return id_ in self._ciphers

    def renew(self) -> str:
        """Add a key to the file, and return its id."""
        try:
            # Another process that added a key meanwhile would write a file without ours.
            with alone_in(self._file.parent):
                keys = [base64.b64encode(key) + b"\n" for key in _keys_in(self._file)]
                replace_private(self._file, b"".join([*keys, _new_line()]), _WHAT)
        except OSError:
            raise ConfigurationError(f"{_WHAT} {self._file} cannot be written") from None
        return self.current

    def wrap(self, secret: bytes, purpose: str, by: str) -> Wrapped:
        """Return a key, wrapped by any of the file's."""
        refuse_unless_known(self, [by])
        return Wrapped(by, encrypted(self._ciphers[by], secret, purpose.encode()))

    def unwrap(self, wrapped: Wrapped, purpose: str) -> bytes:
        """Return a key that was wrapped by any of the file's."""
        refuse_unless_known(self, [wrapped.by])
        return decrypted(self._ciphers[wrapped.by], wrapped.secret, purpose.encode())

    def _read(self) -> None:
        self._ciphers = {_id_of(key): AESGCM(key) for key in _keys_in(self._file)}


def make_key_file(file: Path) -> None:
    """Make a file with one key where there is none yet, for its owner only.

    Raises:
        ConfigurationError: The file cannot be made.
    """
    make_private(file, _new_line(), _WHAT)


def _keys_in(file: Path) -> list[bytes]:
    try:
        keys = [base64.b64decode(line, validate=True) for line in read_private(file, _WHAT).splitlines()]
    except binascii.Error:
        keys = []
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ConfigurationError(f"{_WHAT} {file} holds something else than keys of {KEY_BYTES} bytes in base64")
    return keys


def _id_of(key: bytes) -> str:
    return hmac.digest(key, b"samsyn key-encryption key", "sha256").hex()[:16]


def _new_line() -> bytes:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
