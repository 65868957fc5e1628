"""The write that changes a consent, and tells what had left under it that it takes back."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from gateway.errors import Erased, NotFound, Tampered
from gateway.store.sql.departing import ATTEMPTS_THAT_LEFT, READINGS, departure_of
from gateway.store.sql.keeping import keep_next_version
from gateway.store.sql.log import Noted, note
from gateway.store.sql.reading import kept_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.decisions import ConsentRecord, Departure
    from gateway.identity import MessageId
    from gateway.store.port import KeptSet, Plan, TakesBack
    from gateway.store.sql.vaulted import Vaulted

# Of a delivery's attempts the one that says most comes last: taken, else under way, else the newest that may have been
# taken, else the newest that was answered.
_SENT = f"""
{ATTEMPTS_THAT_LEFT} AND substr(a.consent, 1, length(?2)) = ?2
ORDER BY a.outcome = 'DELIVERED', a.ended_at IS NULL, a.outcome = 'UNKNOWN', a.number
"""

# Of the readings of a set the last comes last.
_READ = f"{READINGS} AND substr(k.consent, 1, length(?2)) = ?2 ORDER BY k.at, k.number"


def change_consent(db: Vaulted, consent: ConsentRecord, plan: Plan, takes_back: TakesBack | None) -> list[Departure]:
    """Keep the next version of a consent; return and log what had left that it takes back. See the port."""
    keep_next_version(db, consent, plan)
    kept_of = cache(partial(kept_set, db))
    left = [one for one in _departures(db, consent) if takes_back is None or _is_taken_back(kept_of, one, takes_back)]
    each_once = {one.delivery or (one.message, one.set_name, one.organisation): one for one in left}
    gone = sorted(each_once.values(), key=lambda one: (one.at, one.set_name, one.organisation, one.message))
    kind = "withdrawal" if takes_back is None else "narrowing"
    note(db, consent.recorded_at, [_noted(kind, one, consent) for one in gone])
    return gone


def _is_taken_back(kept_of: Callable[[MessageId, str], KeptSet], gone: Departure, takes_back: TakesBack) -> bool:
    try:
        kept = kept_of(gone.message, gone.set_name)
    except (Tampered, Erased, NotFound):
        return True  # Nobody can say what it was: it is told.
    return takes_back(kept, gone)


def _departures(db: Vaulted, consent: ConsentRecord) -> Iterator[Departure]:
    about = (db.token(consent.person), f"Consent/{consent.id}/_history/")
    for asked in (_SENT, _READ):
        for row in db.execute(asked, about).fetchall():
            yield departure_of(db, row)


def _noted(kind: str, gone: Departure, consent: ConsentRecord) -> Noted:
    event = f"{kind}.{gone.gone.replace('-', '_')}"
    return Noted(event, f"{consent.reference} {gone.set_name} {gone.organisation}", gone.message, gone.delivery)
