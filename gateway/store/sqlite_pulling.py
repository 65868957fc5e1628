"""The write of those who fetch: each set that is read leaves a line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sqlite_log import Noted, note
from gateway.store.sqlite_reading import consents_about, kept_sets, variant
from gateway.store.sqlite_rows import stored_codes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.decisions import Decision
    from gateway.documents import InformationSet
    from gateway.identity import PersonIdentity
    from gateway.store.port import Choose, KeptSet


def read_sets(
    db: sqlite3.Connection,
    person: PersonIdentity,
    names: Sequence[str],
    choose: Choose,
    organisation: str,
    at: datetime,
) -> list[InformationSet]:
    """Return the variants that are chosen and permitted, and log that they were read; see the port."""
    released = []
    for kept, decision in choose(consents_about(db, person), kept_sets(db, person, names)):
        found = variant(db, kept.message, kept.name, decision.withheld) if decision.permitted else None
        if found is not None and not found.hold:
            released.append(found)
            detail = _detail(kept, decision, organisation)
            note(db, at, [Noted("set.read", detail, message=kept.message)])
    return released


def _detail(kept: KeptSet, decision: Decision, organisation: str) -> str:
    withheld = f" withheld={stored_codes(decision.withheld)}" if decision.withheld else ""
    return f"{kept.name} {organisation} {decision.consent}{withheld}"
