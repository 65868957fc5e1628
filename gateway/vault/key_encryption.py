"""The seam to whoever holds the key-encryption key: a file, or a key service."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Wrapped(NamedTuple):
    """A key that is opened by a key-encryption key only."""

    by: str
    """The id of the key-encryption key."""
    secret: bytes


class KeyEncryption(Protocol):
    """Wraps keys. `purpose` is bound to the wrapped key: it is unwrapped for the same purpose only."""

    @property
    def current(self) -> str:
        """The id of the newest key, whoever has made it."""

    def knows(self, id_: str) -> bool:
        """Say whether it can unwrap what the key with this id has wrapped."""

    def wrap(self, secret: bytes, purpose: str, by: str) -> Wrapped:
        """Return a key, wrapped by the key with this id; raise ConfigurationError where it does not know that one."""

    def renew(self) -> str:
        """Let a new key be the newest; return its id.

        Raises:
            ConfigurationError: No new key can be kept.
        """

    def unwrap(self, wrapped: Wrapped, purpose: str) -> bytes:
        """Return a key that was wrapped by any key it knows.

        Raises:
            ConfigurationError: It does not know the key that has wrapped it.
            Tampered: The wrapped key was changed, or is for another purpose.
        """


def refuse_unless_known(encryption: KeyEncryption, ids: Iterable[str]) -> None:
    """Return if every key-encryption key that something kept was wrapped by is there.

    Raises:
        ConfigurationError: One is missing; the text names it.
    """
    missing = sorted({id_ for id_ in ids if not encryption.knows(id_)})
    if missing:
        raise ConfigurationError(f"What is kept cannot be opened without the key {', '.join(missing)}")
