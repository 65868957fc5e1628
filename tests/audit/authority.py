"""An authority that time-stamps, made for a test; OpenSSL answers for it, which shares no code with the gateway."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or ""
"""The program; where there is none, nobody answers."""

DAY = timedelta(days=1)
CONFIGURATION = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """Answers requests for time-stamps.

    Args:
        folder: Where its files lie.
        ends: For how many days from now its certificate is valid; less than none, where it has expired.
    """

    def __init__(self, folder: Path, ends: int = 1) -> None:
        folder.mkdir()
        self.folder = folder
        root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root = _certificate("Root", root_key, "Root", root_key, DAY, is_root=True)
        own = _certificate("Authority", key, "Root", root_key, ends * DAY, is_root=False)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "own.pem").write_bytes(own.public_bytes(Encoding.PEM))
        (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "configuration").write_text(CONFIGURATION.format(folder=folder))

    def answer(self, request: bytes) -> bytes:
        """Stamp what a request names."""
        (self.folder / "request").write_bytes(request)
        files = ("-queryfile", "request", "-signer", "own.pem", "-inkey", "key.pem", "-out", "answer")
        self._openssl("-reply", "-config", "configuration", "-section", "tsa", *files)
        return (self.folder / "answer").read_bytes()

    def verify(self, answer: bytes, stamped: bytes) -> None:
        """Return if OpenSSL finds that an answer stamps just this."""
        (self.folder / "given").write_bytes(answer)
        (self.folder / "stamped").write_bytes(stamped)
        self._openssl("-verify", "-data", "stamped", "-in", "given", "-CAfile", "roots.pem")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run([OPENSSL, "ts", *arguments], cwd=self.folder, check=True, capture_output=True)


def _certificate(name, key, issuer, issuers_key, ends, *, is_root):
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
    builder = (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - 300 * DAY)
        .not_valid_after(datetime.now(UTC) + ends)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    if not is_root:
        stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamps, critical=True)
    return builder.sign(issuers_key, hashes.SHA256())
