"""The key that signs the checkpoints: a file that nobody but its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = 0o077
"""The rights of everybody but the owner."""


def make_key(file: Path) -> None:
    """Make a key where there is no file yet, for its owner only.

    Raises:
        ConfigurationError: The file cannot be made.
    """
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    new = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with open(new, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as made:
            made.write(pem)
            made.flush()
            os.fsync(made.fileno())
        # Whole or not at all, and never in the place of another: two processes may start at once.
        try:
            os.link(new, file)
        except FileExistsError:
            return
        finally:
            new.unlink()
    except OSError:
        raise ConfigurationError(f"The audit key {file} cannot be made") from None


def read_key(file: Path) -> Ed25519PrivateKey:
    """Return the key.

    Raises:
        ConfigurationError: There is none, it is none of ours, or others than its owner may read it.
    """
    try:
        if file.stat().st_mode & _OTHERS:
            raise ConfigurationError(f"The audit key {file} can be read by others than its owner")
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError:
        raise ConfigurationError(f"The audit key {file} is missing") from None
    except (ValueError, TypeError):
        raise ConfigurationError(f"The audit key {file} cannot be read") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"The audit key {file} is no Ed25519 key")
    return key
