"""The key that signs the checkpoints: a file that nobody but its owner can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.errors import ConfigurationError
from gateway.private_files import make_private, read_private

if TYPE_CHECKING:
    from pathlib import Path

_WHAT = "The audit key"


def make_key(file: Path) -> None:
    """Make a key where there is no file yet, for its owner only.

    Raises:
        ConfigurationError: The file cannot be made.
    """
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    make_private(file, pem, _WHAT)


def read_key(file: Path) -> Ed25519PrivateKey:
    """Return the key.

    Raises:
        ConfigurationError: There is none, it is none of ours, or others than its owner may read it.
    """
    pem = read_private(file, _WHAT)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise ConfigurationError(f"{_WHAT} {file} cannot be read") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{_WHAT} {file} is no Ed25519 key")
    return key
