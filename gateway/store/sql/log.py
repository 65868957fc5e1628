"""Writing the log: in the transaction of what it tells, so that neither is kept without the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.store.sql.rows import stored_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gateway.deliveries import Delivery, DeliveryState
    from gateway.identity import PersonIdentity
    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Vaulted

_ADD = """
INSERT INTO log (at, event, detail, message, delivery, person)
VALUES (?, ?, ?, ?, ?, COALESCE((SELECT name FROM pseudonym WHERE person = ?), ''))
"""


class Noted(NamedTuple):
    """What happened; the time is told once for all that happens together."""

    event: str
    detail: str
    message: str = ""
    delivery: str = ""
    person: PersonIdentity | None = None
    """Whom it is about, where no message tells; the log keeps a pseudonym."""

    @classmethod
    def of(cls, delivery: Delivery, event: str, detail: str) -> Noted:
        """Return what happened to a delivery."""
        return cls(event, detail, delivery.message, delivery.id)

    @classmethod
    def of_state(cls, delivery: Delivery, state: DeliveryState, reason: str) -> Noted:
        """Return that a delivery has come to stand in a state: `delivery.held_consent` and the reason."""
        return cls.of(delivery, f"delivery.{state.lower()}", reason)


def note(db: Vaulted, at: datetime, happened: Iterable[Noted]) -> None:
    """Add to the log."""
    stored = stored_time(at)
    db.executemany(_ADD, [(stored, *noted[:-1], noted.person and db.token(noted.person)) for noted in happened])


def beat(db: Database) -> None:
    """Write what nobody reads: the file can be written, and writing takes its time."""
    db.execute("UPDATE heartbeat SET beats = beats + 1")
