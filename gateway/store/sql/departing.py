"""What has left, and what the consents said it left on: asked of the tables, and not of the log, to compare the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.audit.checking import Departed
from gateway.store.sql.rows import consent_of

if TYPE_CHECKING:
    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Vaulted


def consent_statuses(db: Vaulted) -> dict[str, str]:
    """Return the status of each version of each consent, by its reference."""
    rows = db.execute("SELECT id, version, person, resource, recorded_at FROM consent")
    versions = [consent_of(db, row) for row in rows]
    return {version.reference: version.resource["status"] for version in versions}


def departed(db: Database) -> Departed:
    """Return what has left."""
    tries = db.execute("SELECT delivery, SUM(tries) FROM attempt GROUP BY delivery")
    delivered = db.execute("SELECT id FROM delivery WHERE state = 'DELIVERED'")
    readings = db.execute("SELECT DISTINCT message, set_name, organisation FROM reading")
    return Departed(dict(tries.fetchall()), frozenset(id_ for (id_,) in delivered), frozenset(map(tuple, readings)))
