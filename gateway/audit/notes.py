"""Signed checkpoints: what the log was at one moment, in a text that anybody can keep and check.

Source: C2SP `signed-note` and `tlog-checkpoint`. Signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature

from gateway.audit.tree import HASH
from gateway.errors import CheckpointRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_MARK = "\N{EM DASH} "
_ID = 4


class Checkpoint(NamedTuple):
    """What the log was: whose, how long, and the root over it."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who signs, by the name and the public key."""

    name: str
    key: Ed25519PublicKey

    def __str__(self) -> str:
        """Return it as C2SP `signed-note` writes a verifier key."""
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(_ED25519 + self._raw).decode()}"

    def has_signed(self, note: str) -> bool:
        """Say whether the note bears this one's signature."""
        body = _body_of(note)
        return any(self._is_valid(signature, body) for signature in _signatures(note, self.name, self._id))

    def signature_line(self, key: Ed25519PrivateKey, body: str) -> str:
        """Return the line that signs a text with the private half of the key."""
        return _line(self.name, self._id + key.sign(body.encode()))

    @property
    def _raw(self) -> bytes:
        return self.key.public_bytes_raw()

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self._raw).digest()[:_ID]

    def _is_valid(self, signature: bytes, text: str) -> bool:
        try:
            self.key.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a note, signed under the name of its origin."""
    signer = Verifier(checkpoint.origin, key.public_key())
    return f"{checkpoint.body}\n{signer.signature_line(key, checkpoint.body)}"


def checkpoint_of(note: str) -> Checkpoint:
    """Return what a note says, whoever signed it.

    Raises:
        CheckpointRefused: It is no checkpoint.
    """
    lines = _body_of(note).split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise CheckpointRefused("That is no checkpoint") from None
    checkpoint = Checkpoint(origin, size, root)
    if len(root) != HASH or size < 0 or checkpoint.body != _body_of(note):
        raise CheckpointRefused("That is no checkpoint")
    return checkpoint


def _body_of(note: str) -> str:
    body, gap, _ = note.rpartition("\n\n")
    return body + "\n" if gap else ""


def _signatures(note: str, name: str, id_: bytes) -> list[bytes]:
    """Return the signatures that claim to be of this name and key."""
    begin = f"{_MARK}{name} "
    lines = [line.removeprefix(begin) for line in note.rpartition("\n\n")[2].split("\n") if line.startswith(begin)]
    claimed = [_decoded(line) for line in lines]
    return [one[_ID:] for one in claimed if one[:_ID] == id_]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _line(name: str, signature: bytes) -> str:
    return f"{_MARK}{name} {base64.b64encode(signature).decode()}\n"
