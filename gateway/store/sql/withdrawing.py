"""The write that withdraws a consent, and tells what had left under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql.departing import ATTEMPTS_THAT_LEFT, READINGS, departure_of
from gateway.store.sql.keeping import change_consent
from gateway.store.sql.log import Noted, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.decisions import ConsentRecord, Departure
    from gateway.store.port import Plan
    from gateway.store.sql.vaulted import Vaulted

# Of a delivery's attempts the one that says most comes last: taken, else under way, else the newest that may have been
# taken, else the newest that was answered.
_SENT = f"""
{ATTEMPTS_THAT_LEFT} AND substr(a.consent, 1, length(?2)) = ?2
ORDER BY a.outcome = 'DELIVERED', a.ended_at IS NULL, a.outcome = 'UNKNOWN', a.number
"""

# Of the readings of a set the last comes last.
_READ = f"{READINGS} AND substr(k.consent, 1, length(?2)) = ?2 ORDER BY k.at, k.number"


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
