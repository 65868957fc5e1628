"""What we show a recipient that asks who we are: a certificate of ours with its key, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates

from gateway.errors import ConfigurationError
from gateway.private_files import read_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.x509 import Certificate

WARNED_OF = timedelta(days=30)
"""How long before it runs out a certificate is warned of at each start."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate of ours, as a recipient is shown it."""

    file: Path
    """PEM: ours first, then those that lead to whom the recipient believes."""
    key: Path
    ends_at: datetime
    """When the first of them runs out: from then on nothing is sent with it."""

    def days_left(self, now: datetime) -> int:
        """Return how many whole days it lasts; less than nothing where it has run out."""
        return (self.ends_at - now).days


def read_client_certificate(file: Path, key: Path) -> ClientCertificate:
    """Return the certificate of a file, whether or not it has run out.

    Raises:
        ConfigurationError: One of the files is missing, cannot be read or is none such; others may read the key; it
            is sealed with a password; or it is not the certificate's.
    """
    chain = _chain(file)
    if _public_of(key) != _public(chain[0]):
        raise ConfigurationError(f"The client key {key} is not that of the client certificate {file}")
    return ClientCertificate(file, key, min(one.not_valid_after_utc for one in chain))


def _chain(file: Path) -> Sequence[Certificate]:
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(f"The client certificate {file} cannot be read") from None


def _public(certificate: Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_of(key: Path) -> bytes:
    content = read_private(key, "The client key")
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(f"The client key {key} is no PEM file with a key that needs no password") from None
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
