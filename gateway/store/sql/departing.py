"""What has left, and what the consents said it left on: asked of the tables, and not of the log, to compare the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from gateway.audit.checking import Departed

if TYPE_CHECKING:
    from gateway.store.sql.database import Database


def consent_statuses(db: Database) -> dict[str, str]:
    """Return the status of each version of each consent, by its reference."""
    rows = db.execute("SELECT id, version, resource FROM consent")
    return {f"Consent/{id_}/_history/{version}": orjson.loads(resource)["status"] for id_, version, resource in rows}


def departed(db: Database) -> Departed:
    """Return what has left."""
    tries = db.execute("SELECT delivery, SUM(tries) FROM attempt GROUP BY delivery")
    delivered = db.execute("SELECT id FROM delivery WHERE state = 'DELIVERED'")
    readings = db.execute("SELECT DISTINCT message, set_name, organisation FROM reading")
    return Departed(dict(tries.fetchall()), frozenset(id_ for (id_,) in delivered), frozenset(map(tuple, readings)))
