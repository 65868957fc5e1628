"""The port: what those need who see to it that one database lives, and no copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.port.kept import Epoch


class Living(Protocol):
    """What those need who see to it that one database lives, and no copy of it.

    A database has epochs. Whoever has it open when a new one begins can write no more: StoreUnavailable.
    """

    @property
    def has_many_machines(self) -> bool:
        """Whether several machines may use it, and one of them for the first time."""

    def place(self) -> str:
        """Return where the database is."""

    def epoch(self) -> Epoch:
        """Return which epoch the database is in."""

    def settle(self, home: str) -> None:
        """Keep that the database lives, and where."""

    def live_on(self, home: str, by: str, because: str, at: datetime) -> int:
        """Keep that the database lives from now on: in a new epoch, and in this place; log who said so.

        What was stopped because it may be a copy is so no more. What workers held is taken back from them.

        Returns:
            How many deliveries are UNKNOWN now: they may have been taken.
        """
