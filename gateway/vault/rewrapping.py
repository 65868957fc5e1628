"""Rotation: what an older key-encryption key has wrapped is wrapped by the current one, while all else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.vault.key_encryption import Wrapped
    from gateway.vault.keyring import KeyRing

_AT_ONCE = 500
"""How many keys are rewrapped in one transaction."""


class KeptKey(NamedTuple):
    """A data key as it is kept."""

    id: str
    wrapped: Wrapped


class KeptKeys(Protocol):
    """Where keys are kept."""

    def rewrap_index(self) -> None:
        """Wrap the index key by the newest key-encryption key, which wraps every new data key from then on."""

    def not_wrapped_by(self, current: str, limit: int) -> Sequence[KeptKey]:
        """Return up to so many data keys that another key-encryption key than this one has wrapped."""

    def rewrap(self, changes: Sequence[tuple[KeptKey, Wrapped]]) -> None:
        """Keep each key wrapped anew, where it still stands as it was seen: one that was destroyed stays so."""


def rotate(ring: KeyRing, kept: KeptKeys, at_once: int = _AT_ONCE) -> int:
    """Wrap every data key with a new key-encryption key, and return how many.

    Where an earlier rotation was cut short it is finished, and no other is begun.

    Raises:
        ConfigurationError: No new key can be kept; nothing was changed.
    """
    if not kept.not_wrapped_by(ring.current, 1):
        ring.renew()
    # First: what is wrapped from here on is wrapped by the new key, and what was wrapped before is found below.
    kept.rewrap_index()
    done = 0
    while old := kept.not_wrapped_by(newest := ring.current, at_once):
        kept.rewrap([(key, ring.rewrapped_data_key(key.id, key.wrapped, newest)) for key in old])
        done += len(old)
    return done
