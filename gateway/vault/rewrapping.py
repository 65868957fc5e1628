"""Rotation: what an older key-encryption key has wrapped is wrapped by the current one, while all else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.vault.key_encryption import KeyEncryption, Wrapped
    from gateway.vault.keyring import KeyRing

_AT_ONCE = 500
"""How many keys are rewrapped in one transaction."""


class KeptKey(NamedTuple):
    """A data key as it is kept."""

    id: str
    wrapped: Wrapped


class KeptKeys(Protocol):
    """Where data keys are kept."""

    def not_wrapped_by(self, current: str, limit: int) -> Sequence[KeptKey]:
        """Return up to so many data keys that another key than the current one has wrapped."""

    def rewrap(self, changes: Sequence[tuple[KeptKey, Wrapped]]) -> None:
        """Keep each key wrapped anew, where it still stands as it was seen: one that was destroyed stays so."""


def rewrap(ring: KeyRing, encryption: KeyEncryption, kept: KeptKeys, at_once: int = _AT_ONCE) -> int:
    """Rewrap every data key, and return how many. Where it is cut short, a second call does the rest."""
    done = 0
    while old := kept.not_wrapped_by(encryption.current, at_once):
        kept.rewrap([(key, ring.rewrapped_data_key(key.id, key.wrapped)) for key in old])
        done += len(old)
    return done
