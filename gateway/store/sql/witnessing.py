"""What witnesses have said of the log, and what was seen of the logs that are witnessed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.port.kept import Cosignature
from gateway.store.sql.rows import stored_time, time_of

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.sql.database import Database
    from gateway.store.sql.rows import Row

_ADD = "INSERT INTO cosignature (witness, size, line, at) VALUES (?, ?, ?, ?)"

_COSIGNATURES = "SELECT witness, size, line, at FROM cosignature"

_SEEN = "UPDATE witnessed SET size = ?, note = ?, at = ? WHERE origin = ? AND size = ?"

_FIRST_SEEN = "INSERT INTO witnessed (size, note, at, origin) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO NOTHING"


def add_cosignature(db: Database, said: Cosignature) -> None:
    """Keep a witness's cosignature."""
    db.execute(_ADD, (said.witness, said.size, said.line, stored_time(said.at)))


def newest_cosignature(db: Database, witness: str) -> Cosignature | None:
    """Return the newest cosignature of a witness, where there is any."""
    row = db.execute(f"{_COSIGNATURES} WHERE witness = ? ORDER BY number DESC LIMIT 1", (witness,)).fetchone()
    return None if row is None else _cosignature_of(row)


def cosignatures(db: Database) -> list[Cosignature]:
    """Return the cosignatures, first to last."""
    return [_cosignature_of(row) for row in db.execute(f"{_COSIGNATURES} ORDER BY number")]


def witnessed(db: Database, origin: str) -> str | None:
    """Return the newest checkpoint of another's log that was cosigned here, where there is any."""
    row = db.execute("SELECT note FROM witnessed WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else row[0]


def keep_witnessed(db: Database, origin: str, before: int, size: int, note: str, at: datetime) -> bool:
    """Keep a checkpoint of another's log as its newest; False where that before is another by now."""
    seen = (size, note, stored_time(at), origin)
    if db.execute(_SEEN, (*seen, before)).rowcount > 0:
        return True
    return before == 0 and db.execute(_FIRST_SEEN, seen).rowcount > 0


def _cosignature_of(row: Row) -> Cosignature:
    witness, size, line, at = row
    return Cosignature(witness, size, line, time_of(at))
