"""What an organisation has got, or may have got: what it was sent, and what it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.store.sql.database import Database

_GOT = "SELECT DISTINCT bundle FROM got WHERE message = ? AND organisation = ? AND set_name = ? ORDER BY bundle"


def has_got(db: Database, organisation: str, bundle: str) -> bool:
    """Say whether an organisation has got a Bundle, or may have got it."""
    asked = "SELECT 1 FROM got WHERE organisation = ? AND bundle = ?"
    return db.execute(asked, (organisation, bundle)).fetchone() is not None


def bundles_got(db: Database, delivery: Delivery) -> tuple[str, ...]:
    """Return the ids of the Bundles of a delivery's set that its organisation has got, or may have got, sorted."""
    organisation = delivery.organisation.digits if delivery.organisation else ""
    return tuple(bundle for (bundle,) in db.execute(_GOT, (delivery.message, organisation, delivery.set_name)))
