"""Writes of those who mend: a new edition of a message's sets, and deliveries that are set going again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.deliveries import HOLDS, STOPPED, DeliveryState, afresh
from gateway.errors import VersionConflict
from gateway.store.sql.keeping import add_sets, put_deliveries
from gateway.store.sql.log import Noted, note
from gateway.store.sql.reading import consents_about, deliveries_about, sets_about
from gateway.store.sql.rows import stored_problems, stored_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.documents import InformationSet
    from gateway.errors import Problem
    from gateway.identity import MessageId, PersonIdentity
    from gateway.store.port import Plan
    from gateway.store.sql.vaulted import Vaulted

_NEWEST = """
SELECT DISTINCT s.name, COALESCE(e.number, 1) FROM information_set s
LEFT JOIN edition e ON e.message = s.message AND e.name = s.name
WHERE s.message = ?
"""

_PUT_ASIDE = """
INSERT INTO earlier_set
    (id, message, name, edition, withheld, sections, hold, kept_at, replaced_at, problems, body)
SELECT id, message, name, ?, withheld, sections, hold, kept_at, ?, problems, body
FROM information_set WHERE message = ? AND name = ?
"""

_REMOVE = "DELETE FROM information_set WHERE message = ? AND name = ?"

# What was delivered goes again only where there is something newer to say, and nothing has taken it back. A set whose
# time is over says nothing any more.
_SET_GOING = """
UPDATE delivery SET state = ?, reason = ?, due_at = ?, attempts = 0, began_at = NULL
WHERE id = ? AND state = ? AND fence = ? AND (is_notice OR NOT EXISTS (
    SELECT 1 FROM information_set s
    WHERE s.message = delivery.message AND s.name = delivery.set_name AND s.hold = 'over'
)) AND (state != 'DELIVERED' OR NOT EXISTS (
    SELECT 1 FROM message m JOIN revocation r ON (r.root, r.extension, r.person) = (m.root, m.extension, m.person)
    WHERE m.id = delivery.message
) AND NOT EXISTS (
    SELECT 1 FROM information_set s WHERE s.message = delivery.message AND s.name = delivery.set_name AND s.id = (
        SELECT COALESCE(t.variant, a.bundle) FROM attempt a LEFT JOIN told t ON t.bundle = a.bundle
        WHERE a.delivery = delivery.id AND a.outcome = 'DELIVERED' ORDER BY a.number DESC LIMIT 1
    )
))
"""

_BEGIN = "INSERT INTO operation (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING"

_CAN_GO = STOPPED | {DeliveryState.DELIVERED}

_COUNT_EDITION = """
INSERT INTO edition (message, name, number) VALUES (?, ?, ?)
ON CONFLICT (message, name) DO UPDATE SET number = excluded.number
"""


def renew(
    db: Vaulted,
    message: MessageId,
    problems: Sequence[Problem],
    sets: Sequence[InformationSet],
    plan: Plan,
    at: datetime,
) -> None:
    """Keep the next edition of some of a message's sets, and what the plan asks for because of it; see the port."""
    newest: dict[str, int] = dict(db.execute(_NEWEST, (message,)).fetchall())
    names = {one.name: one.edition for one in sets}
    if any(newest.get(name, 0) + 1 != edition for name, edition in names.items()):
        raise VersionConflict("The sets have been renewed since they were read")
    for name, edition in names.items():
        db.execute(_PUT_ASIDE, (edition - 1, stored_time(at), message, name))
        db.execute(_REMOVE, (message, name))
        db.execute(_COUNT_EDITION, (message, name, edition))
    add_sets(db, message, sets, at)
    (token,) = db.execute("SELECT person FROM message WHERE id = ?", (message,)).fetchone()
    person = db.person(token)
    sealed = db.sealed_text(stored_problems(problems), person, "message", "problems", message)
    db.execute("UPDATE message SET problems = ? WHERE id = ?", (sealed, message))
    note(db, at, [Noted("sets.renewed", f"{name} edition={number}", message) for name, number in sorted(names.items())])
    _free(db, message, person, frozenset(names), plan, at)


def _free(
    db: Vaulted, message: MessageId, person: PersonIdentity, names: frozenset[str], plan: Plan, at: datetime
) -> None:
    """Ask the plan where those now stand that a person had to look at: as if they came today."""
    before = deliveries_about(db, person)
    asleep = {
        one.id: afresh(one, DeliveryState.HELD_CONSENT, "no-active-consent", None)
        for one in before
        if one.message == message and one.set_name in names and one.state in HOLDS.values() and not one.is_notice
    }
    standing = [asleep.get(one.id, one) for one in before]
    planned = {one.id: one for one in plan(consents_about(db, person), sets_about(db, person), standing)}
    put_deliveries(db, at, before, (asleep | planned).values())


def set_going(db: Vaulted, deliveries: Sequence[Delivery], why: str, at: datetime) -> list[Delivery]:
    """Make those due that still stand as they were seen, with all their attempts before them; see the port."""
    going = []
    for seen in deliveries:
        due = afresh(seen, DeliveryState.READY, why, at)
        values = (due.state.value, due.reason, stored_time(at), seen.id, seen.state.value, seen.fence)
        if seen.state in _CAN_GO and db.execute(_SET_GOING, values).rowcount:
            going.append(due)
            note(db, at, [Noted.of_state(due, due.state, f"{why} from={seen.state}")])
    return going


def begin_operation(db: Vaulted, key: str, detail: str, at: datetime) -> bool:
    """Keep that an operator has begun something; False where it was begun before. See the port."""
    added = db.execute(_BEGIN, (key, stored_time(at))).rowcount > 0
    if added:
        note(db, at, [Noted("operator.action", f"{key} {detail}")])
    return added


def is_begun(db: Vaulted, key: str) -> bool:
    """Say whether an operation with this key was begun before."""
    return db.execute("SELECT 1 FROM operation WHERE key = ?", (key,)).fetchone() is not None


def operations(db: Vaulted) -> int:
    """Return how many operations have been begun."""
    count: int = db.execute("SELECT COUNT(*) FROM operation").fetchone()[0]
    return count
