"""The port: what those need who change the key-encryption key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Rotating(Protocol):
    """What those need who change the key-encryption key."""

    def add_key(self, by: str, at: datetime) -> str:
        """Add a key-encryption key that nothing is wrapped by yet, and log it; return its id.

        Raises:
            ConfigurationError: No new key can be kept.
        """

    def rotate(self, by: str, at: datetime, *, may_make_key: bool = True) -> int:
        """Wrap every person's key with a new key-encryption key, while all else goes on; return how many, and log it.

        Many transactions: where it is cut short all can be read as before, and the next call finishes it with the same
        new key. Once it has returned, nothing needs the keys before. A key that was added, and has wrapped nothing yet,
        is the new one; without `may_make_key` there has to be one, for other machines have none that is made here.

        Raises:
            ConfigurationError: No new key can be kept, or there has to be one; nothing was changed.
            Tampered: Some keys are not as they were wrapped; all others are wrapped anew.
        """
