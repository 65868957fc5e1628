"""Signed checkpoints: what the log was at one moment, in a text that anybody can keep and check.

Source: C2SP `signed-note` and `tlog-checkpoint`. Signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.audit.tree import HASH
from gateway.errors import CheckpointRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"
_MARK = "\N{EM DASH} "
_ID = 4
_NAME = re.compile(r"[!-*,-~]{1,100}")
"""The name of who signs: neither blanks nor a plus sign."""


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
        return key_text(self.name, _ED25519, self.key)

    @classmethod
    def of(cls, text: str) -> Verifier:
        """Return the one that a text is.

        Raises:
            CheckpointRefused: It is none.
        """
        return cls(*read_key_text(text, _ED25519))

    def has_signed(self, note: str) -> bool:
        """Say whether the note bears this one's signature."""
        body = body_of(note)
        return any(is_signature(one, self.key, body) for one in signatures(note, self.name, self._id))

    def signature_line(self, key: Ed25519PrivateKey, body: str) -> str:
        """Return the line that signs a text with the private half of the key."""
        return signature_line(self.name, self._id, key.sign(body.encode()))

    @property
    def _id(self) -> bytes:
        return key_id(self.name, _ED25519, self.key)


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a note, signed under the name of its origin."""
    signer = Verifier(checkpoint.origin, key.public_key())
    return f"{checkpoint.body}\n{signer.signature_line(key, checkpoint.body)}"


def checkpoint_of(note: str) -> Checkpoint:
    """Return what a note says, whoever signed it.

    Raises:
        CheckpointRefused: It is no checkpoint.
    """
    lines = body_of(note).split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise CheckpointRefused("That is no checkpoint") from None
    checkpoint = Checkpoint(origin, size, root)
    if len(root) != HASH or size < 0 or checkpoint.body != body_of(note):
        raise CheckpointRefused("That is no checkpoint")
    return checkpoint


def body_of(note: str) -> str:
    """Return the text of a note without its signatures; nothing where it is no note."""
    body, gap, _ = note.rpartition("\n\n")
    return body + "\n" if gap else ""


def signatures(note: str, name: str, id_: bytes) -> list[bytes]:
    """Return the signatures of a note that claim to be of this name and key, without the key's id."""
    begin = f"{_MARK}{name} "
    lines = [line.removeprefix(begin) for line in note.rpartition("\n\n")[2].split("\n") if line.startswith(begin)]
    claimed = [_decoded(line) for line in lines]
    return [one[_ID:] for one in claimed if one[:_ID] == id_]


def signature_line(name: str, id_: bytes, signature: bytes) -> str:
    """Return the line of a note that holds a signature."""
    return f"{_MARK}{name} {base64.b64encode(id_ + signature).decode()}\n"


def is_signature(signature: bytes, key: Ed25519PublicKey, text: str) -> bool:
    """Say whether it is one of this text by this key."""
    try:
        key.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def key_id(name: str, kind: bytes, key: Ed25519PublicKey) -> bytes:
    """Return by which four bytes a signature says whose it is."""
    return hashlib.sha256(name.encode() + b"\n" + kind + key.public_bytes_raw()).digest()[:_ID]


def key_text(name: str, kind: bytes, key: Ed25519PublicKey) -> str:
    """Return a verifier key as text."""
    return f"{name}+{key_id(name, kind, key).hex()}+{base64.b64encode(kind + key.public_bytes_raw()).decode()}"


def read_key_text(text: str, kind: bytes) -> tuple[str, Ed25519PublicKey]:
    """Return the name and the key that a text is.

    Raises:
        CheckpointRefused: It is no verifier key of this kind.
    """
    name, _, rest = text.partition("+")
    raw = _decoded(rest.partition("+")[2])
    try:
        key = Ed25519PublicKey.from_public_bytes(raw.removeprefix(kind))
    except ValueError:
        raise CheckpointRefused("That is no verifier key") from None
    if key_text(name, kind, key) != text or not _NAME.fullmatch(name):
        raise CheckpointRefused("That is no verifier key")
    return name, key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
