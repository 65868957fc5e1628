"""The write of those who fetch: each set that is read leaves a line in the log, and each decision is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.store.sql.clock import see_time
from gateway.store.sql.deciding import DENIED_AGAIN, keep_reading
from gateway.store.sql.got import earlier_got, keep_told
from gateway.store.sql.log import Noted, beat, note
from gateway.store.sql.reading import consents_about, kept_sets, variant
from gateway.store.sql.relations import places_in_order
from gateway.store.sql.rows import stored_codes, stored_time
from gateway.store.sql.stops import sets_stopped
from gateway.telling import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.decisions import Decision
    from gateway.documents import InformationSet
    from gateway.identity import PersonIdentity
    from gateway.store.port import Choose, KeptSet, Reader
    from gateway.store.sql.vaulted import Vaulted

_LOGGED = "SELECT 1 FROM log WHERE message = ? AND event = ? AND detail = ? AND at >= ?"

_KEEP_READING = """
INSERT INTO reading (message, organisation, bundle, set_name) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def read_sets(
    db: Vaulted,
    person: PersonIdentity,
    names: Sequence[str],
    choose: Choose,
    reader: Reader,
    at: datetime,
) -> list[InformationSet]:
    """Return the variants that are chosen and permitted, and keep that they were read; see the port."""
    beat(db)
    see_time(db, at)
    released = []
    stopped = sets_stopped(db, reader)
    open_names = [] if stopped is None else [name for name in names if name not in stopped]
    chosen = choose(consents_about(db, person), _open_to(db, reader, person, open_names))
    for kept, decision in _earlier_first(db, chosen):
        if not decision.permitted:
            keep_reading(db, at, kept, reader.organisation, decision)
            continue
        if kept.is_revoked:
            _note_gone(db, at, kept, reader.organisation)
            continue
        found = variant(db, kept.message, kept.name, decision.withheld)
        if found is not None and not found.hold:
            # Asked again: what it comes after may have been read just now.
            earlier = earlier_got(db, kept.message, reader.organisation, kept.name, kept.edition)
            leaving = told(found, earlier)
            keep_told(db, found, leaving, earlier)
            keep_reading(db, at, kept, reader.organisation, decision)
            note(db, at, [Noted("set.read", _detail(kept, decision, reader.organisation), message=kept.message)])
            db.execute(_KEEP_READING, (kept.message, reader.organisation, leaving.id, kept.name))
            released.append(leaving)
    return released


def _open_to(db: Vaulted, reader: Reader, person: PersonIdentity, names: Sequence[str]) -> list[KeptSet]:
    """Return what is known of the sets of these names, with what the reader has got of what they come after."""
    return [
        replace(kept, earlier=earlier_got(db, kept.message, reader.organisation, kept.name, kept.edition))
        for kept in kept_sets(db, person, names)
    ]


def _earlier_first(db: Vaulted, chosen: Sequence[tuple[KeptSet, Decision]]) -> list[tuple[KeptSet, Decision]]:
    """Return the same, what a certificate comes after before what is of that certificate."""
    places = places_in_order(db, {kept.message for kept, _ in chosen})
    return sorted(chosen, key=lambda one: places[one[0].message])


def _note_gone(db: Vaulted, at: datetime, kept: KeptSet, organisation: str) -> None:
    """Log that somebody asked for what it has had and what is revoked, where that was not logged of late."""
    said = ("access.denied", f"{kept.name} {organisation} certificate-revoked")
    if db.execute(_LOGGED, (kept.message, *said, stored_time(at - DENIED_AGAIN))).fetchone() is None:
        note(db, at, [Noted(*said, message=kept.message)])


def _detail(kept: KeptSet, decision: Decision, organisation: str) -> str:
    withheld = f" withheld={stored_codes(decision.withheld)}" if decision.withheld else ""
    return f"{kept.name} {organisation} {decision.consent}{withheld}"
