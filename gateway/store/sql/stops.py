"""Stops, as they are kept: looked up in the transaction of each claim, each attempt and each reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import NotFound, SecondPersonNeeded
from gateway.stops import LIFTED_BY_TWO, Scope, Stop, same_person
from gateway.store.sql.log import Noted, note
from gateway.store.sql.rows import stored_time, time_of

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.store.port import Reader
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_STOPS_ALL_SENDING = "('everything', 'workers', 'clock', 'anchor', 'copy')"

IS_SENT = f"""
NOT EXISTS (
    SELECT 1 FROM stop s WHERE s.scope IN {_STOPS_ALL_SENDING}
        OR (s.scope = 'organisation' AND s.name = d.organisation)
        OR (s.scope = 'kind' AND s.name = d.kind)
        OR (s.scope = 'set' AND s.name = d.set_name)
)
"""  # noqa: S608 - a constant
"""Whether no stop holds back the delivery d."""

IS_LEFT_ALONE = """
EXISTS (SELECT 1 FROM recipient r WHERE r.organisation = d.organisation AND (r.width = 0 OR r.not_before > ?))
"""
"""Whether the recipient of the delivery d is not to be tried at a moment."""

_ALL_READING = frozenset((one, "") for one in (Scope.EVERYTHING, Scope.CLOCK, Scope.ANCHOR, Scope.COPY))
"""The stops that let nobody read anything."""

_STOP = "SELECT scope, name, by_whom, because, since, lifted_by FROM stop"

_ADD = "INSERT INTO stop (scope, name, by_whom, because, since, lifted_by) VALUES (?, ?, ?, ?, ?, '')"

_ASK = "UPDATE stop SET lifted_by = ? WHERE scope = ? AND name = ?"

_LATER = "{0} = CASE WHEN {0} < ?3 THEN {0} + ?5 WHEN {0} < ?4 THEN ?4 ELSE {0} END"

# Overlapping stops are lifted one after the other, so no time is taken away twice.
_LEAVE_OUT = f"""
UPDATE delivery SET {_LATER.format("began_at")}, {_LATER.format("not_known_since")}
WHERE state IN ('READY', 'RETRY_WAIT', 'UNKNOWN') AND began_at IS NOT NULL AND (
    ?1 IN {_STOPS_ALL_SENDING}
    OR (?1 = 'organisation' AND organisation = ?2)
    OR (?1 = 'kind' AND kind = ?2)
    OR (?1 = 'set' AND set_name = ?2)
)
"""  # noqa: S608 - likewise

_REMOVE = "DELETE FROM stop WHERE scope = ? AND name = ?"


def sets_stopped(db: Vaulted, reader: Reader) -> frozenset[str] | None:
    """Return the sets that may not be read for now; None where this reader may read nothing."""
    standing = [(one.scope, one.name) for one in stops(db)]
    about_it = {(Scope.ORGANISATION, reader.organisation), (Scope.KIND, reader.kind)}
    if about_it.union(_ALL_READING).intersection(standing):
        return None
    return frozenset(name for scope, name in standing if scope is Scope.SET)


def stops(db: Vaulted) -> list[Stop]:
    """Return what is stopped, first to last."""
    return [_stop_of(row) for row in db.execute(_STOP + " ORDER BY number")]


def stop(db: Vaulted, wanted: Stop) -> Stop:
    """Stop something, and return the stop that stands; see the port."""
    standing = _found(db, wanted.scope, wanted.name)
    if standing is not None:
        return standing
    db.execute(_ADD, (wanted.scope, wanted.name, wanted.by, wanted.because, stored_time(wanted.since)))
    note(db, wanted.since, [_action("stop", wanted, f"{wanted.by}: {wanted.because}")])
    return wanted


def lift(db: Vaulted, scope: Scope, name: str, by: str, at: datetime) -> bool:
    """Lift a stop, or ask that it be lifted; say whether it is. See the port."""
    standing = _found(db, scope, name)
    if standing is None:
        raise NotFound("That is not stopped")
    if scope in LIFTED_BY_TWO and not standing.lifted_by:
        db.execute(_ASK, (by, scope, name))
        note(db, at, [_action("ask-to-lift", standing, by)])
        return False
    if scope in LIFTED_BY_TWO and same_person(standing.lifted_by, by):
        raise SecondPersonNeeded(f"{standing.lifted_by} has asked for this already: it takes another person")
    db.execute(_REMOVE, (scope, name))
    since, until = stored_time(standing.since), stored_time(at)
    db.execute(_LEAVE_OUT, (scope, name, since, until, max(0, until - since)))
    note(db, at, [_action("lift", standing, by)])
    return True


def _found(db: Vaulted, scope: Scope, name: str) -> Stop | None:
    row = db.execute(_STOP + " WHERE scope = ? AND name = ?", (scope, name)).fetchone()
    return None if row is None else _stop_of(row)


def _stop_of(row: Row) -> Stop:
    scope, name, by, because, since, lifted_by = row
    return Stop(Scope(scope), name, by, because, time_of(since), lifted_by)


def _action(what: str, about: Stop, told: str) -> Noted:
    is_alert = about.scope is Scope.ANCHOR or (about.scope in {Scope.CLOCK, Scope.COPY} and what == "stop")
    event = "security.alert" if is_alert else "operator.action"
    return Noted(event, " ".join(filter(None, (what, about.scope, about.name, told))))
