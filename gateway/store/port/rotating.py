"""The port: what those need who change the key-encryption key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Rotating(Protocol):
    """What those need who change the key-encryption key."""

    def rotate(self, by: str, at: datetime) -> int:
        """Wrap every person's key with a new key-encryption key, while all else goes on; return how many, and log it.

        Many transactions: where it is cut short all can be read as before, and the next call finishes it with the same
        new key. Once it has returned, nothing needs the keys before.

        Raises:
            ConfigurationError: No new key can be kept; nothing was changed.
        """
