"""The port: what those need who erase a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.identity import PersonIdentity


class Erasing(Protocol):
    """What those need who erase a person."""

    def erase(self, person: PersonIdentity, by: str, because: str, at: datetime) -> bool:
        """Destroy a person's key and all that it sealed, where another has asked for it; return whether it is done.

        The first who asks is kept and logged, and nothing else is changed. Once it is done, no backup brings the key
        back: it is in the erasure list, which each start applies. What had not left is DEAD, and what an attempt under
        way comes to counts no more. Every method leaves out what is erased, or raises Erased where it is named. What
        the log says stays, and can be verified; so does what is recorded of the person, that a certificate is revoked,
        and which ids are taken. What comes about the person afterwards has a new key.

        Where it is cut short the next call does it once more, or the next start does.

        Raises:
            NotFound: Nothing is kept about this person.
            SecondPersonNeeded: It is the same who asked first; nothing was changed.
            ConfigurationError: The erasure list cannot be written; nothing was erased.
        """
