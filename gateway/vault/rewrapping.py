"""Rotation: what an older key-encryption key has wrapped is wrapped by the current one, while all else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.errors import ConfigurationError, Tampered

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


def rotate(ring: KeyRing, kept: KeptKeys, *, may_make_key: bool = True, at_once: int = _AT_ONCE) -> int:
    """Wrap every data key with a new key-encryption key, and return how many.

    Where an earlier rotation was cut short it is finished, and no other is begun; so too where a key was made that has
    wrapped nothing yet.

    Args:
        ring: The keys.
        kept: Where they are kept.
        may_make_key: Whether a new key may be used at once: other machines have none that is made here.
        at_once: How many are rewrapped in one transaction.

    Raises:
        ConfigurationError: No new key can be kept; nothing was changed.
        Tampered: Some are not as they were wrapped; all others are wrapped anew, and the text names the ids of those.
    """
    if not kept.not_wrapped_by(ring.current, 1):
        if not may_make_key:
            raise ConfigurationError(
                "Say samsyn vault add-key first, and copy the key file to each machine; or --alone if there is none"
            )
        ring.renew()
    # First: what is wrapped from here on is wrapped by the new key, and what was wrapped before is found below.
    kept.rewrap_index()
    done, bad = 0, set[str]()
    while old := _others(kept, newest := ring.current, bad, at_once):
        changes = [(key, wrapped) for key in old if (wrapped := _rewrapped(ring, key, newest, bad))]
        kept.rewrap(changes)
        done += len(changes)
    if bad:
        raise Tampered(f"{done} keys are wrapped anew; these are not as they were wrapped: {', '.join(sorted(bad))}")
    return done


def _others(kept: KeptKeys, newest: str, bad: set[str], at_once: int) -> Sequence[KeptKey]:
    return [key for key in kept.not_wrapped_by(newest, at_once + len(bad)) if key.id not in bad]


def _rewrapped(ring: KeyRing, key: KeptKey, newest: str, bad: set[str]) -> Wrapped | None:
    try:
        return ring.rewrapped_data_key(key.id, key.wrapped, newest)
    except Tampered:
        bad.add(key.id)
        return None
