"""The write that withdraws a consent, and tells what had left under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql.departing import departure_of
from gateway.store.sql.keeping import change_consent
from gateway.store.sql.log import Noted, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.decisions import ConsentRecord, Departure
    from gateway.store.port import Plan
    from gateway.store.sql.vaulted import Vaulted

# Of a delivery's attempts the one that says most comes last: taken, else under way, else the newest that may have been.
_SENT = """
SELECT a.outcome, COALESCE(a.ended_at, a.started_at), d.set_name, d.organisation, m.extension,
    a.consent, d.message, d.id, a.number, d.is_notice
FROM delivery d JOIN attempt a ON a.delivery = d.id JOIN message m ON m.id = d.message
WHERE d.person = ?1 AND substr(a.consent, 1, length(?2)) = ?2
    AND a.outcome IN ('DELIVERED', 'UNKNOWN', '')
ORDER BY a.outcome = 'DELIVERED', a.outcome = '', a.number
"""

# Of the readings of a set the last comes last.
_READ = """
SELECT 'READ', k.at, k.set_name, k.organisation, m.extension, k.consent, k.message, '', 0, 0
FROM decision k JOIN message m ON m.id = k.message
WHERE k.message IN (SELECT message FROM information_set WHERE person = ?1)
    AND k.way = 'pull' AND k.permitted AND substr(k.consent, 1, length(?2)) = ?2
ORDER BY k.at, k.number
"""


def withdraw_consent(db: Vaulted, consent: ConsentRecord, plan: Plan) -> list[Departure]:
    """Keep a version that withdraws a consent, and return and log what had left under it; see the port."""
    change_consent(db, consent, plan)
    gone = sorted(_departures(db, consent), key=lambda one: (one.at, one.set_name, one.organisation, one.message))
    note(db, consent.recorded_at, [_noted(one, consent) for one in gone])
    return gone


def _departures(db: Vaulted, consent: ConsentRecord) -> Iterator[Departure]:
    about = (db.token(consent.person), f"Consent/{consent.id}/_history/")
    sent = {one.delivery: one for one in (departure_of(db, row) for row in db.execute(_SENT, about))}
    yield from sent.values()
    readings = [departure_of(db, row) for row in db.execute(_READ, about)]
    read = {(one.message, one.set_name, one.organisation): one for one in readings}
    yield from read.values()


def _noted(gone: Departure, consent: ConsentRecord) -> Noted:
    event = f"withdrawal.{gone.gone.replace('-', '_')}"
    return Noted(event, f"{consent.reference} {gone.set_name} {gone.organisation}", gone.message, gone.delivery)
