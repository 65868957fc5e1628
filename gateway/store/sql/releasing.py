"""One delivery that a person lets go although its subject's identity is protected, or may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.deliveries import DeliveryState
from gateway.errors import NotFound
from gateway.store.sql.keeping import replan
from gateway.store.sql.log import Noted, note
from gateway.store.sql.reading import delivery

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.identity import DeliveryId
    from gateway.store.port import Plan
    from gateway.store.sql.vaulted import Vaulted

_RELEASED = "UPDATE delivery SET is_released = ? WHERE id = ?"


def release(db: Vaulted, id_: DeliveryId, by: str, because: str, plan: Plan, at: datetime) -> Delivery:
    """Let go a delivery that is held for a protected identity, and return it where it stands then; see the port."""
    held, _ = delivery(db, id_)
    if held.state is not DeliveryState.HELD_PROTECTED:
        raise NotFound("There is no such delivery that a protected identity holds")
    db.execute(_RELEASED, (True, id_))
    note(db, at, [Noted.of(held, "operator.action", f"release by {by}: {because}")])
    replan(db, [held.person], at, plan)
    return delivery(db, id_)[0]


def use_up_release(db: Vaulted, arrived: Delivery) -> None:
    """Let a release count no more: its delivery has arrived, and what is newer is looked at anew."""
    if arrived.is_released:
        db.execute(_RELEASED, (False, arrived.id))
