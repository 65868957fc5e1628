"""Cosignatures: a witness says that it has seen a checkpoint, when, and nothing that contradicts it.

Source: C2SP `tlog-cosignature` (Ed25519, version 1) and `tlog-witness`.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.notes import (
    body_of,
    is_signature,
    key_id,
    key_text,
    read_key_text,
    signature_line,
    signatures,
)
from gateway.audit.tree import HASH
from gateway.errors import CheckpointRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_COSIGNATURE = b"\x04"
_TIME = 8
"""Bytes of the time in a cosignature: whole seconds since 1970."""

_LAST = int(datetime.max.replace(tzinfo=UTC).timestamp())
"""The last second that there is a date for: who claims a later one has said nothing."""

_ASKED = re.compile(r"old (0|[1-9][0-9]{0,18})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who cosigns, by the name and the public key."""

    name: str
    key: Ed25519PublicKey

    def __str__(self) -> str:
        """Return it as C2SP `tlog-cosignature` writes a verifier key."""
        return key_text(self.name, _COSIGNATURE, self.key)

    @classmethod
    def of(cls, text: str) -> Witness:
        """Return the one that a text is.

        Raises:
            CheckpointRefused: It is none.
        """
        return cls(*read_key_text(text, _COSIGNATURE))

    def cosigned(self, note: str) -> datetime | None:
        """Return when this one has cosigned a note; None where it has not."""
        for one in signatures(note, self.name, self._id):
            seconds = int.from_bytes(one[:_TIME])
            if seconds <= _LAST and is_signature(one[_TIME:], self.key, _cosigned_text(note, seconds)):
                return datetime.fromtimestamp(seconds, UTC)
        return None

    def line(self, note: str, key: Ed25519PrivateKey, at: datetime) -> str:
        """Return the line that cosigns a note with the private half of the key."""
        seconds = int(at.timestamp())
        signature = key.sign(_cosigned_text(note, seconds).encode())
        return signature_line(self.name, self._id, seconds.to_bytes(_TIME) + signature)

    @property
    def _id(self) -> bytes:
        return key_id(self.name, _COSIGNATURE, self.key)


class Asked(NamedTuple):
    """What a witness is asked: to cosign a checkpoint that goes on from the one that it saw last."""

    old: int
    """How many entries the checkpoint has that it saw last."""
    proof: Sequence[bytes]
    """What shows that the new one begins with those (RFC 6962 §2.1.2)."""
    note: str

    @property
    def body(self) -> bytes:
        """The text that is posted."""
        proof = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{proof}\n{self.note}".encode()


def is_cosigned(note: str, witness: str) -> bool:
    """Say whether a note bears the cosignature of who has this verifier key."""
    try:
        return Witness.of(witness).cosigned(note) is not None
    except CheckpointRefused:
        return False


def read_asked(body: bytes) -> Asked:
    """Return what is asked.

    Raises:
        CheckpointRefused: Nothing is.
    """
    found = _ASKED.fullmatch(body.decode("utf-8", "replace"))
    if found is None:
        raise CheckpointRefused("That asks nothing of a witness")
    proof = [base64.b64decode(line) for line in found[2].split()]
    if any(len(one) != HASH for one in proof):
        raise CheckpointRefused("That asks nothing of a witness")
    return Asked(int(found[1]), proof, found[3])


def _cosigned_text(note: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{body_of(note)}"
